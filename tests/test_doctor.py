from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import tiny
import torch
from fakes import FakeGenerator
from safetensors.torch import load_file, save_file

from mt import doctor
from mt.cli import main
from mt.config import Config, Decoding, ModelConfig, SummarizeConfig, TranslateConfig
from mt.doctor import batching, certainty, examine, look_over, sentinels
from mt.engines.models.fixture import SENTENCES
from mt.engines.models.store import resolve
from mt.records import Generated

torch.set_num_threads(1)
PAIRS = SENTENCES[:4]


@dataclass
class Scored(FakeGenerator):
    """Finds right outputs `right` likely, all others `wrong`."""

    right: float = -1.0
    wrong: float = -5.0
    known: dict[str, str] = field(default_factory=lambda: dict(SENTENCES))

    def score(self, texts: list[str], outputs: list[str]) -> list[float]:
        return [
            self.right if self.known[text] == output else self.wrong
            for text, output in zip(texts, outputs, strict=True)
        ]


@pytest.mark.parametrize(
    "right, wrong, answer, level",
    [
        (-1.0, -5.0, "A city.", "ok"),
        (-4.4, -5.5, "A city.", "ok"),
        (-1.0, -1.9, "A city.", "fail"),
        (-4.6, -9.0, "A city.", "fail"),
        (float("nan"), -5.0, "A city.", "fail"),
        (-1.0, -5.0, " ", "fail"),
    ],
)
def test_sentinels_judge_by_likelihood(right: float, wrong: float, answer: str, level: str) -> None:
    [finding] = sentinels("translate", Scored(lambda _: answer, right=right, wrong=wrong), PAIRS, Decoding())
    assert finding.level == level
    assert finding.subject == "translate.sentinel"


@dataclass
class Batched(FakeGenerator):
    """Whose score is another where a call has more than `room` texts."""

    room: int = 1000

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        outputs = super().generate(texts, decoding)
        return [replace(o, score=-0.25) for o in outputs] if len(texts) > self.room else outputs


@pytest.mark.parametrize(
    "room, description, level, message",
    [
        (1000, "engine/int8 batch-invariant", "ok", "4 texts alone and together: the same"),
        (1, "engine/int8 batch-invariant", "fail", "8 of 8 outputs are not those of their text alone"),
        (1, "engine/int8 not-batch-invariant", "ok", "other texts in the batch may change"),
    ],
)
def test_batching_is_tried_where_the_engine_promises_it(room: int, description: str, level: str, message: str) -> None:
    generator = Batched(description=description, room=room)
    finding = batching("translate", generator, [text for text, _ in PAIRS], Decoding())
    assert (finding.level, finding.subject) == (level, "translate.batching")
    assert message in finding.message


def config(source: Path, cache: Path, **model: object) -> Config:
    return Config(
        cache=str(cache),
        offline=True,
        translate=TranslateConfig(model=ModelConfig(source=str(source), **model), decoding=Decoding()),
        summarize=SummarizeConfig(enabled=False),
    )


def test_the_embedded_model_is_sound_and_refused_with_shuffled_embeddings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    folder = resolve(ModelConfig(source="embedded:ar-en"), offline=True, cache=cache).path
    assert {f.level for f in examine(config(folder, cache)) if "licence" not in f.subject} == {"ok"}
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    weights = load_file(broken / "model.safetensors")
    table = weights["model.shared.weight"]
    torch.manual_seed(1)
    weights["model.shared.weight"] = table[torch.randperm(len(table))].contiguous()
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    options = [f"translate.model.source={broken}", "translate.model.engine=transformers", "summarize.enabled=false"]
    arguments = [part for option in [*options, f"cache={cache}"] for part in ("--set", option)]
    assert main(["doctor", "--offline", *arguments]) == 2
    printed = capsys.readouterr().out
    assert "fail  translate.sentinel" in printed
    assert "expected at least -4.5 and a gap of 1.0" in printed


def test_an_untrained_model_is_refused(tmp_path: Path) -> None:
    *_, last = examine(config(tiny.make("bart", tmp_path / "bart"), tmp_path))
    assert (last.level, last.subject) == ("fail", "translate.sentinel")


@pytest.mark.parametrize(
    "change, subject, level",
    [
        ({"source": "./nowhere"}, "translate.files", "fail"),
        ({"source": "who/knows"}, "translate.files", "fail"),
        ({"device": "cuda"}, "translate.device", "fail"),
        ({"license": None}, "translate.licence", "warn"),
        ({"license": "CC-BY-NC-4.0"}, "translate.licence", "warn"),
        ({"license": "MIT"}, "translate.licence", "ok"),
    ],
)
def test_the_cheap_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], subject: str, level: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    given = config(tiny.make("bart", tmp_path / "bart"), tmp_path)
    model = given.translate.model.model_copy(update=change)
    given = given.model_copy(update={"translate": given.translate.model_copy(update={"model": model})})
    assert {f.subject: f.level for f in look_over(given)}[subject] == level


def test_disk_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    for free, level in ((10**8, "fail"), (10**9, "warn"), (10**10, "ok")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        found = {f.subject: f.level for f in look_over(config(tmp_path, tmp_path / "not/there"))}
        assert found["disk"] == level
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage._replace(free=0))
    monkeypatch.setattr(doctor, "_files", lambda *_: doctor.Finding("ok", "files", "all models are here"))
    found = {f.subject: f.level for f in look_over(config(tmp_path, tmp_path))}
    assert found["disk"] == "warn", "a finished run needs no room for models"


def test_a_run_stops_at_a_failed_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("قال الوزير إن التعاون بين البلدين يتقدم.", encoding="utf-8")
    assert main(["run", "--offline", "--set", f"translate.model.source={tmp_path / 'none'}", str(article)]) == 2
    assert "fail  translate.files" in capsys.readouterr().err


def test_findings_read_as_lines() -> None:
    finding = doctor.Finding("warn", "disk", "0.3 GB free")
    assert str(finding) == "warn  disk               0.3 GB free"
    assert replace(finding, level="ok") != finding


@pytest.mark.parametrize(
    "configured, score, level, message",
    [
        (None, -0.5, "ok", "for which -2.05 is usual"),
        (-2.0, -0.5, "ok", "for which -2.05 is usual"),
        (-0.9, -0.5, "warn", "-0.9, but"),
        (-5.0, -0.5, "warn", "-5, but"),
        (-0.9, None, "ok", "gives no scores"),
    ],
)
def test_the_bound_of_certainty_is_that_of_the_model(
    configured: float | None, score: float | None, level: str, message: str
) -> None:
    @dataclass
    class Certain(FakeGenerator):
        def generate(self, texts: list[str], decoding: Decoding) -> list[Generated]:
            return [replace(output, score=score) for output in super().generate(texts, decoding)]

    finding = certainty("translate", Certain(lambda _: "A city."), TranslateConfig(min_score=configured))
    assert finding.level == level
    assert message in finding.message

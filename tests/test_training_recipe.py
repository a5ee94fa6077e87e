"""The whole way on a tiny model: it learns by heart, survives, stops, and gives a model of mt with its card."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from safetensors.torch import load_file

from mt.cli import main
from mt.config import Decoding, ModelConfig
from mt.engines.loading import load_generator
from mt.engines.models import packing
from mt.engines.models.folders import license_of
from mt.errors import ConfigError, ModelError, OutputError
from mt.training import TrainingConfig
from mt.training.loop import Watch
from mt.training.recipe import Outcome, train
from tests.tiny_folders import save_tiny_bart

ROOT = Path(__file__).resolve().parents[1]
PAIRS = [
    (f"w{n} w{n + 10} w{n + 20}", f"w{(7 * n) % 50} w{(3 * n) % 50 + 1} w{59 - n}") for n in range(8)
]  # words of their own for each pair, so that a reversed source still tells which it is
REVERSED = [(" ".join(reversed(source.split())), target) for source, target in PAIRS]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows nothing: weights as small as training wants them."""
    path = save_tiny_bart(tmp_path_factory.mktemp("start"), init_std=0.1)
    (path / "README.md").write_text("---\nlicense: mit\n---\n# start\n")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name, pairs in (("pairs.tsv", PAIRS), ("dev.tsv", REVERSED)):
        (folder / name).write_text("".join(f"{source}\t{target}\n" for source, target in pairs))
    return folder


@pytest.fixture
def make(start: Path, data: Path) -> Callable[..., TrainingConfig]:
    """Settings of a short training; sections are laid over these."""

    def make(dev: bool | list[Any] = True, **sections: Any) -> TrainingConfig:
        values: dict[str, Any] = {
            "model": {"source": str(start), "threads": 1},
            "pairs": [{"path": str(data / "pairs.tsv"), "license": "CC0-1.0"}],
            "dev": dev if isinstance(dev, list) else [str(data / "dev.tsv")] * dev,
            "optimizer": {"learning_rate": 0.02, "warmup_steps": 5, "batch_tokens": 16, "schedule": "constant"},
            "limits": {"epochs": None, "max_steps": 12},
            "evaluate": {"every_steps": 5},
        }
        for name, section in sections.items():
            below = values.get(name)
            values[name] = {**below, **section} if isinstance(below, dict) else section
        return TrainingConfig.model_validate(values)

    return make


class Observer:
    """Collects what is told; `stops` and `fails` are the numbers of the look at which it stops or dies."""

    def __init__(self, stops: int | None = None, fails: int | None = None, seconds: float = 0.0) -> None:
        self.told: list[str] = []
        self.looks, self.stops, self.fails = 0, stops, fails
        self.now, self.seconds = 0.0, seconds

    def stopped(self) -> bool:
        self.looks += 1
        if self.looks == self.fails:
            raise KeyboardInterrupt
        return self.looks == self.stops

    def clock(self) -> float:
        self.now += self.seconds
        return self.now

    @property
    def watch(self) -> Watch:
        return Watch(self.told.append, self.stopped, self.clock)


def run(config: TrainingConfig, folder: Path, observer: Observer | None = None) -> Outcome:
    return train(config, folder, (observer or Observer()).watch)


def translated(folder: Path, sources: list[str]) -> list[str]:
    model = ModelConfig(source=str(folder), threads=1)
    made = load_generator(folder, model, Decoding()).generate(sources, Decoding(max_new_tokens=8))
    return [output.text for output in made]


# ---------------------------------------------------------------- learning


def test_it_learns_the_pairs_by_heart_and_mt_loads_what_comes_out(
    make: Callable[..., TrainingConfig], start: Path, tmp_path: Path
) -> None:
    sources, wanted = [source for source, _ in PAIRS], [target for _, target in PAIRS]
    assert not set(translated(start, sources)) & set(wanted)
    config = make(limits={"max_steps": 240}, evaluate={"every_steps": 60}, optimizer={"learning_rate": 0.01})
    observer = Observer()
    outcome = run(config, tmp_path / "out", observer)
    first, *_, last = [each.loss for each in outcome.progress.evaluations if each.loss is not None]
    assert first > 1.8 * last
    assert outcome.best is not None
    assert observer.told[-1].startswith(
        f"dev: chrF {outcome.progress.evaluations[0].chrf:.2f} -> {outcome.best.chrf:.2f}"
    )
    assert outcome.best.chrf > 90 > 30 > outcome.progress.evaluations[0].chrf
    assert outcome.model == tmp_path / "out/model"
    assert translated(outcome.model, sources) == wanted
    assert outcome.scores is not None
    [exported] = outcome.scores.exported
    assert (exported.chrf, exported.bleu) == pytest.approx((outcome.best.chrf, outcome.best.bleu))


def test_without_development_pairs_the_last_weights_are_exported(
    make: Callable[..., TrainingConfig], start: Path, tmp_path: Path
) -> None:
    outcome = run(make(dev=False), tmp_path)
    assert outcome.model is not None
    assert (outcome.best, outcome.progress.evaluations) == (None, ())
    before, after = load_file(start / "model.safetensors"), load_file(outcome.model / "model.safetensors")
    assert not torch.equal(before["model.shared.weight"], after["model.shared.weight"])
    assert "trained without development pairs" in (outcome.model / "CARD.md").read_text()


def test_several_small_batches_make_the_step_of_a_large_one(
    make: Callable[..., TrainingConfig], start: Path, tmp_path: Path
) -> None:
    still = tmp_path / "still"
    shutil.copytree(start, still)
    values = json.loads((still / "config.json").read_text())
    (still / "config.json").write_text(json.dumps({**values, "dropout": 0.0}))
    weights = []
    for name, options in (("large", {"batch_tokens": 1000}), ("small", {"batch_tokens": 8, "accumulate": 99})):
        config = make(dev=False, model={"source": str(still)}, optimizer=options, limits={"max_steps": 3})
        assert run(config, tmp_path / name).progress.step == 3
        weights.append(load_file(tmp_path / name / "model/model.safetensors"))
    for name, tensor in weights[0].items():
        assert torch.allclose(tensor, weights[1][name], atol=2e-3), name


def test_a_frozen_encoder_stays_as_it_is(make: Callable[..., TrainingConfig], start: Path, tmp_path: Path) -> None:
    run(make(dev=False, optimizer={"freeze": "encoder"}), tmp_path)
    before, after = load_file(start / "model.safetensors"), load_file(tmp_path / "model/model.safetensors")
    changed = {name.split(".")[1] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"decoder"}


def test_a_slower_encoder_changes_less(make: Callable[..., TrainingConfig], start: Path, tmp_path: Path) -> None:
    before = load_file(start / "model.safetensors")
    moved: dict[float, dict[str, float]] = {}
    for rate in (1.0, 0.01):
        run(make(dev=False, optimizer={"encoder_rate": rate}), tmp_path / str(rate))
        after = load_file(tmp_path / str(rate) / "model/model.safetensors")
        moved[rate] = {
            part: sum(float((after[name] - before[name]).abs().mean()) for name in before if f".{part}." in name)
            for part in ("encoder", "decoder")
        }
    assert moved[0.01]["encoder"] < 0.1 * moved[1.0]["encoder"]
    assert moved[0.01]["decoder"] > 0.5 * moved[1.0]["decoder"]


def test_each_development_set_is_scored_and_the_mean_decides(
    make: Callable[..., TrainingConfig], data: Path, tmp_path: Path
) -> None:
    sets = [{"path": str(data / "dev.tsv"), "name": "reversed"}, str(tmp_path / "others.tsv")]
    with (tmp_path / "others.tsv").open("w") as file:
        file.writelines(f"{source} {source}\t{target}\n" for source, target in PAIRS)
    observer = Observer()
    outcome = run(make(dev=sets), tmp_path / "out", observer)
    assert outcome.best is not None
    assert [each.name for each in outcome.best.sets] == ["reversed", "others"]
    assert outcome.best.chrf == pytest.approx(sum(each.chrf for each in outcome.best.sets) / 2)
    assert any("chrF (BLEU) of reversed " in line and ", others " in line for line in observer.told)


# ---------------------------------------------------------------- going on


@pytest.mark.parametrize(
    "observer, minutes", [({"fails": 8}, 0.0), ({"fails": 9}, 60.0), ({"stops": 7}, 60.0), ({"fails": 1}, 60.0)]
)
def test_a_training_that_was_cut_off_ends_as_if_it_had_not_been(
    make: Callable[..., TrainingConfig], tmp_path: Path, observer: dict[str, int], minutes: float
) -> None:
    """Dropout is on, so that a wrong order, a wrong seed or a lost moment shows in the weights."""
    config = make(checkpoint_minutes=minutes)
    whole = run(config, tmp_path / "whole")
    if "fails" in observer:
        with pytest.raises(KeyboardInterrupt):
            run(config, tmp_path / "cut", Observer(**observer))
    else:
        cut = run(config, tmp_path / "cut", Observer(**observer))
        assert (cut.end, cut.model, cut.progress.step) == ("stopped", None, observer["stops"] - 1)
        assert not (tmp_path / "cut/model").exists()
    again = Observer()
    resumed = run(config, tmp_path / "cut", again)
    assert any("going on from step" in line for line in again.told)
    assert resumed.best == whole.best
    assert resumed.progress.evaluations == whole.progress.evaluations
    paths = [tmp_path / name / "checkpoint.safetensors" for name in ("whole", "cut")]
    first, second = map(load_file, paths)
    assert all(torch.equal(first[name], second[name]) for name in first)
    models = [(tmp_path / name / "model/model.safetensors").read_bytes() for name in ("whole", "cut")]
    assert models[0] == models[1]


def test_a_finished_training_is_not_done_again_and_goes_on_when_it_may(
    make: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    run(make(), tmp_path)
    before = (tmp_path / "model/model.safetensors").read_bytes()
    observer = Observer()
    assert run(make(), tmp_path, observer).progress.step == 12
    assert observer.looks == 0
    assert (tmp_path / "model/model.safetensors").read_bytes() == before
    assert run(make(limits={"max_steps": 14}), tmp_path).progress.step == 14


@pytest.mark.parametrize(
    "change, wanted",
    [
        ({"optimizer": {"learning_rate": 0.5}}, "optimizer.learning_rate: then 0.02, now 0.5"),
        ({"seed": 3}, "seed: then 0, now 3"),
        ({"data": {"max_tokens": 9}}, "data.max_tokens: then 160, now 9"),
        ({"dev": []}, "dev: then"),
    ],
)
def test_other_settings_do_not_go_on_with_it(
    make: Callable[..., TrainingConfig], tmp_path: Path, change: dict[str, Any], wanted: str
) -> None:
    run(make(limits={"max_steps": 1}), tmp_path)
    with pytest.raises(OutputError, match="holds a training with other settings") as caught:
        run(make(**change), tmp_path)
    assert wanted in str(caught.value)


def test_a_damaged_checkpoint_is_named(make: Callable[..., TrainingConfig], tmp_path: Path) -> None:
    run(make(limits={"max_steps": 1}), tmp_path)
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ModelError, match=r"checkpoint\.safetensors: damaged"):
        run(make(), tmp_path)


def test_a_model_that_something_else_made_is_not_written_over(
    make: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(OutputError, match="holds model/, which no training here made"):
        run(make(), tmp_path)


def test_two_trainings_do_not_work_in_one_folder(make: Callable[..., TrainingConfig], tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(tmp_path / ".lock"), pytest.raises(OutputError, match="another training works in this folder"):
        run(make(), tmp_path)
    assert run(make(limits={"max_steps": 1}), tmp_path).end == "max_steps"


# ---------------------------------------------------------------- ends


def test_a_budget_of_minutes_ends_it_and_counts_over_restarts(
    make: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    config = make(limits={"max_steps": None, "minutes": 10.0}, evaluate={"every_steps": 1000})
    cut = run(config, tmp_path, Observer(seconds=60.0, stops=4))
    assert (cut.end, cut.progress.step) == ("stopped", 3)
    outcome = run(config, tmp_path, Observer(seconds=60.0))
    assert outcome.end == "minutes"
    assert 600 <= outcome.progress.seconds < 800
    assert 3 < outcome.progress.step <= 10
    assert outcome.progress.evaluations[-1].step == outcome.progress.step


def test_it_stops_early_when_the_score_no_longer_rises(make: Callable[..., TrainingConfig], tmp_path: Path) -> None:
    config = make(
        optimizer={"learning_rate": 1e-9}, limits={"max_steps": 100, "patience": 2}, evaluate={"every_steps": 3}
    )
    observer = Observer()
    outcome = run(config, tmp_path, observer)
    assert (outcome.end, outcome.progress.step) == ("patience", 6)
    assert outcome.best is not None
    assert outcome.best.step == 0
    assert observer.told[-1].startswith("nothing that was learned was better")
    text = (tmp_path / "model/CARD.md").read_text()
    assert "the score had stopped rising" in text
    assert "nothing that was learned was better than the start model" in text


def test_epochs_are_counted_in_pairs(make: Callable[..., TrainingConfig], tmp_path: Path) -> None:
    outcome = run(make(dev=False, limits={"max_steps": None, "epochs": 2.5}), tmp_path)
    assert (outcome.end, outcome.progress.epoch) == ("epochs", 2)
    assert outcome.progress.tokens == pytest.approx(2.5 * 8 * 4, abs=16)


def test_a_training_that_diverges_says_so_and_keeps_the_last_good_checkpoint(
    make: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    config = make(optimizer={"learning_rate": 1e38, "warmup_steps": 0})
    with pytest.raises(ModelError, match=r"the loss became nan.*lower optimizer\.learning_rate"):
        run(config, tmp_path)
    kept = load_file(tmp_path / "checkpoint.safetensors")
    assert all(torch.isfinite(tensor).all() for tensor in kept.values())


# ---------------------------------------------------------------- what comes out


@pytest.fixture(scope="module")
def exported(start: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    folder = tmp_path_factory.mktemp("exported")
    config = TrainingConfig.model_validate(
        {
            "model": {"source": str(start), "threads": 1},
            "pairs": [{"path": str(data / "pairs.tsv"), "license": "CC0-1.0", "weight": 2.0}],
            "dev": [str(data / "dev.tsv")],
            "optimizer": {"learning_rate": 0.02, "warmup_steps": 5, "batch_tokens": 16},
            "limits": {"epochs": None, "max_steps": 40},
            "evaluate": {"every_steps": 20},
            "export": {"packed": True, "name": "tiny-news", "license": "Apache-2.0", "dtype": "float16"},
        }
    )
    return folder, run(config, folder)


def test_the_folder_is_the_start_models_but_for_weights_and_precision(
    exported: tuple[Path, Outcome], start: Path
) -> None:
    model = exported[0] / "model"
    names = {path.name for path in start.iterdir()} - {"README.md"}
    assert {path.name for path in model.iterdir()} == {*names, "CARD.md"}
    assert (model / "tokenizer.json").read_bytes() == (start / "tokenizer.json").read_bytes()
    assert json.loads((model / "config.json").read_text())["dtype"] == "float16"
    assert {tensor.dtype for tensor in load_file(model / "model.safetensors").values()} == {torch.float16}
    assert (model / "model.safetensors").stat().st_mode & 0o777 == 0o644


def test_the_packed_form_loads_and_scores_as_told(exported: tuple[Path, Outcome], tmp_path: Path, data: Path) -> None:
    folder, outcome = exported
    assert outcome.packed == folder / "packed"
    packing.unpack(outcome.packed, tmp_path)
    sources = [source for source, _ in REVERSED]
    same = [a == b for a, b in zip(translated(tmp_path, sources), translated(folder / "model", sources), strict=True)]
    assert sum(same) >= 6
    assert outcome.scores is not None
    assert outcome.scores.exported is not None
    assert outcome.scores.packed == pytest.approx(outcome.scores.exported, abs=15)


@pytest.mark.parametrize("part", ["model", "packed"])
def test_the_card_says_what_the_model_was_made_of(exported: tuple[Path, Outcome], data: Path, part: str) -> None:
    folder, outcome = exported
    assert license_of(folder / part) == "apache-2.0"
    text = (folder / part / "CARD.md").read_text()
    front, body = yaml.safe_load(text.split("---\n")[1]), text.split("---\n", 2)[2]
    assert front["language"] == ["ar", "en"]
    hashes = [hashlib.sha256((data / name).read_bytes()).hexdigest() for name in ("pairs.tsv", "dev.tsv")]
    assert outcome.best is not None
    assert outcome.scores is not None
    [packed] = outcome.scores.packed
    for wanted in (
        "# tiny-news",
        "- Licence: Apache-2.0. That of the start model: mit.",
        f"| training | pairs.tsv | 8 | 0 | 8 | 2 | CC0-1.0 | none | `{hashes[0]}` |",
        f"| development | dev.tsv | 8 | 0 | 8 | 1 | not stated | none | `{hashes[1]}` |",
        "40 steps",
        "the limit of steps was reached",
        f"| best during training | {outcome.best.chrf:.2f} | {outcome.best.bleu:.2f} |",
        f"| packed int8 | {packed.chrf:.2f} |",
        "learning_rate: 0.02",
        "1 threads of ",
        f"torch {torch.__version__}",
    ):
        assert wanted in body
    assert str(data) not in text, "folders of the machine are nobody's business"


def test_the_record_holds_the_numbers(exported: tuple[Path, Outcome]) -> None:
    folder, outcome = exported
    record = json.loads((folder / "training.json").read_text())
    assert outcome.best is not None
    assert record["best"]["sets"] == [{"name": "dev", "chrf": outcome.best.chrf, "bleu": outcome.best.bleu}]
    assert [each["step"] for each in record["progress"]["evaluations"]] == [0, 20, 40]
    assert record["settings"]["export"]["packed"] is True


# ---------------------------------------------------------------- command and script


def test_the_command_prints_what_it_made(
    start: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    sets = [f"model.source={start}", "model.threads=1", "limits.max_steps=2", "export.packed=true"]
    code = main(
        ["train", str(data / "pairs.tsv"), "--dev", str(data / "dev.tsv"), "-o", str(out), "--minutes", "5"]
        + [word for each in sets for word in ("--set", each)]
    )
    told = capsys.readouterr()
    assert code == 0, told.err
    assert told.out.splitlines() == [str(out / "model"), str(out / "packed")]
    assert "pairs.tsv: 8 of 8 pairs used" in told.err
    assert "step 2: loss" in told.err


@pytest.mark.parametrize(
    "arguments, wanted",
    [
        ([], "pairs: missing"),
        (["none.tsv"], "none.tsv: no such file of pairs"),
        (["bad.tsv"], "bad.tsv:2: found 1 columns"),
        (["pairs.tsv", "--set", "model.source_code=ar"], "source_code: models of type bart have no language codes"),
        (["pairs.tsv", "--set", "model.device=cuda:7"], "device: found cuda:7"),
    ],
)
def test_what_cannot_be_trained_is_told(
    arguments: list[str], wanted: str, start: Path, data: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data/bad.tsv").write_text("w1\tw2\nw3\n")
    monkeypatch.chdir(tmp_path / "data")
    assert main(["train", *arguments, "-o", str(tmp_path / "out"), "--set", f"model.source={start}"]) == 2
    assert wanted in capsys.readouterr().err


def test_language_codes_are_checked_before_anything_is_learned(
    folder: Callable[[str], Path], make: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="source_code"):
        run(make(model={"source": str(folder("nllb"))}), tmp_path)
    assert not (tmp_path / "checkpoint.safetensors").exists()


def test_the_script_called_without_arguments_says_how_to_call_it() -> None:
    ended = subprocess.run([ROOT / "scripts/train"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "scripts/train PAIRS" in ended.stderr

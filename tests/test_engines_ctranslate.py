"""The CTranslate2 engine against the transformers engine, over tiny random models of the real classes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctranslate2
import pytest
import tiny
import torch

from mt.activity import listening, stage
from mt.config import Decoding, ModelConfig, Prompt
from mt.engines import generate_each
from mt.engines.loading import load_generator
from mt.engines.models import parity
from mt.engines.models.store import resolve
from mt.engines.tokenizing import KeptTokenizer, PlainText, keep_tokenizer, open_tokenizer
from mt.errors import ModelError
from mt.records import Generated

torch.set_num_threads(1)

SETTINGS: dict[str, dict[str, Any]] = {
    **tiny.SETTINGS,
    "llama": {"kind": "chat", "prompt": Prompt(user="Say: {text}")},
    "qwen3": {"kind": "chat", "prompt": Prompt(user="Say: {text}", system="Be kind.")},
}
TEXTS = [tiny.ARABIC[0], tiny.ARABIC[3], tiny.ARABIC[2], tiny.ARABIC[1][:40], "مدينة", tiny.ARABIC[0][::-1]]
GREEDY = Decoding(max_new_tokens=12)
DECODINGS = {
    "greedy": GREEDY,
    "beams": Decoding(max_new_tokens=12, num_beams=3),
    "beams, length penalty": Decoding(max_new_tokens=12, num_beams=3, length_penalty=0.5),
    "own limits": Decoding(max_new_tokens=60, max_new_tokens_per_input_token=0.3),
    "own limits, beams": Decoding(max_new_tokens=60, max_new_tokens_per_input_token=0.3, num_beams=3),
    "no repeats": Decoding(max_new_tokens=20, no_repeat_ngram_size=2),
    "shortest": Decoding(max_new_tokens=12, min_new_tokens=5),
    "penalty": Decoding(max_new_tokens=12, repetition_penalty=1.3),
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            # transformers' beams carry the mass of a barred padding token along, CTranslate2 has no such token.
            settings = {"pad_bias": 0.0} if name == "marian" else {}
            made[name] = tiny.make(name, tmp_path_factory.mktemp("models") / name, **settings)
        return made[name]

    return get


@pytest.fixture(scope="session")
def load(folder: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    cache = tmp_path_factory.mktemp("cache")

    def get(name: str, engine: str = "ctranslate2", **changes: Any) -> Any:
        given = {"source": str(folder(name)), "dtype": "float32", "threads": 1, "engine": engine, **SETTINGS[name]}
        return load_generator(folder(name), ModelConfig(**{**given, **changes}), GREEDY, cache)

    return get


def close(first: list[Generated], second: list[Generated]) -> list[bool]:
    return [
        (a.text, a.output_tokens, a.finished, a.input_tokens) == (b.text, b.output_tokens, b.finished, b.input_tokens)
        and a.score == pytest.approx(b.score, abs=2e-3)
        for a, b in zip(first, second, strict=True)
    ]


@pytest.mark.parametrize("decoding", DECODINGS.values(), ids=DECODINGS)
@pytest.mark.parametrize("name", SETTINGS)
def test_outputs_and_scores_agree_with_transformers(load: Callable[..., Any], name: str, decoding: Decoding) -> None:
    expected = load(name, "transformers").generate(TEXTS, decoding)
    found = load(name).generate(TEXTS, decoding)
    assert all(close(expected, found))


@pytest.mark.parametrize("dtype", ["float32", "int8"])
@pytest.mark.parametrize("decoding", [GREEDY, DECODINGS["own limits, beams"]], ids=["greedy", "own limits, beams"])
@pytest.mark.parametrize("name", ["nllb", "bart", "llama"])
def test_outputs_depend_on_their_text_alone(
    load: Callable[..., Any], name: str, decoding: Decoding, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "LEAST_CHRF", 0.0)  # a random model in int8 may write anything
    monkeypatch.setattr(parity, "MOST_LOSS", 1e9)
    one = load(name, dtype=dtype, batch_tokens=1).generate(TEXTS, decoding)
    assert len({str(output.score) for output in one}) == len(TEXTS), "too alike to tell"
    many = load(name, dtype=dtype, batch_tokens=10_000)
    assert all(close(one, many.generate(TEXTS, decoding)))
    assert all(close(one[::-1], many.generate(TEXTS[::-1], decoding)))
    if many.description.endswith(" batch-invariant"):
        # Rows of one length, in a batch of any size and at any place in it.
        alike = [text[:n] + text[n + 1 :] for text in (TEXTS[0][:40], TEXTS[2][:40]) for n in (3, 12, 21, 30)]
        alone = [many.generate([text], decoding)[0] for text in [*TEXTS, *alike]]
        assert many.generate([*TEXTS, *alike], decoding) == alone
        assert many.generate([*alike[::-1], *TEXTS], decoding) == [*alone[: len(TEXTS) - 1 : -1], *alone[: len(TEXTS)]]
        texts = [output.text or "x" for output in alone]
        scores = [many.score([text], [output])[0] for text, output in zip([*TEXTS, *alike], texts, strict=True)]
        assert many.score([*TEXTS, *alike], texts) == scores


def test_prompts_are_filled_up_with_line_breaks_before_the_text(load: Callable[..., Any]) -> None:
    filled, plain = load("llama", prompt_multiple=16), load("llama")
    feeder = filled.feeder
    for text in ("a", "a" * 15, "a" * 16, "a" * 40):
        ids, own = feeder.row(text, GREEDY).ids, plain.feeder.row(text, GREEDY).ids
        assert len(ids) % 16 == 0 <= len(ids) - len(own) < 16
        at, more = len(feeder._before), len(ids) - len(own)
        assert ids == own[:at] + (feeder._line_break,) * more + own[at:]
        assert feeder.tokenizer.decode(ids[at:], skip_special_tokens=False).strip().startswith(text)
        assert feeder.row(text, GREEDY).input_tokens == len(text), "filler is not the text's"
    assert filled.max_input_tokens == plain.max_input_tokens - 15
    longest = filled.generate(["a" * filled.max_input_tokens], Decoding(max_new_tokens=12, min_new_tokens=11))[0]
    assert longest.output_tokens >= 11


def test_filled_prompts_share_batches_and_each_is_written_as_alone(
    load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "LEAST_CHRF", 0.0)  # a random model in int8 may write anything
    monkeypatch.setattr(parity, "MOST_LOSS", 1e9)
    model = load("llama", dtype="int8", batch_tokens=256, prompt_multiple=64)
    texts = [text[:n] for text in TEXTS[:3] for n in (5, 11, 17, 23)]
    groups = model.together(texts)
    assert sorted(i for group in groups for i in group) == list(range(12))
    sizes = [{len(model.feeder.row(texts[i], GREEDY).ids) for i in group} for group in groups]
    assert all(len(size) == 1 and len(group) * max(size) <= 256 for size, group in zip(sizes, groups, strict=True))
    assert max(map(len, groups)) > 1
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    for decoding in (GREEDY, DECODINGS["beams"]):
        alone = [model.generate([text], decoding)[0] for text in texts]
        assert len({str(output.score) for output in alone}) >= 10, "too alike to tell"
        assert model.generate(texts, decoding) == alone


@pytest.mark.parametrize("name", SETTINGS)
def test_rows_are_what_the_tokenizer_makes_of_the_whole(load: Callable[..., Any], name: str) -> None:
    feeder = load(name, "transformers").feeder
    for text in [*TEXTS, "a </s> b", "  two  spaces ", ">>eng<< x", "x"]:
        assert list(feeder.row(text, GREEDY).ids) == feeder.encode(feeder.plain(text))


def test_a_text_that_was_counted_is_not_tokenized_again(
    load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeder = load("bart").feeder
    seen: list[str] = []
    tokenizer = feeder.tokenizer
    monkeypatch.setattr(feeder, "tokenizer", lambda text, **options: seen.append(text) or tokenizer(text, **options))
    counts = [feeder.count_tokens(text) for text in TEXTS]
    assert [feeder.row(text, GREEDY).input_tokens for text in TEXTS] == counts
    assert seen == TEXTS


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_text_is_not_shown_to_the_model(load: Callable[..., Any], empty: str) -> None:
    outputs = load("bart").generate([TEXTS[0], empty], GREEDY)
    assert outputs[1] == Generated("", None, 0, 0, True)
    assert outputs[0].output_tokens
    assert load("bart").generate([], GREEDY) == []


@pytest.mark.parametrize("name", SETTINGS)
def test_limits_and_refusals_are_those_of_transformers(load: Callable[..., Any], name: str) -> None:
    generators = [load(name, engine) for engine in ("transformers", "ctranslate2")]
    assert generators[0].max_input_tokens == generators[1].max_input_tokens
    messages = set()
    for generator in generators:
        with pytest.raises(ModelError, match="longer than max_input_tokens") as caught:
            generator.generate(["مدينة م " * 600], GREEDY)
        messages.add(str(caught.value))
    assert len(messages) == 1


@pytest.mark.parametrize("name", SETTINGS)
def test_given_outputs_are_scored_alike(load: Callable[..., Any], name: str) -> None:
    first, second = (
        load(name, engine).score(TEXTS[:3], ["The city", "A", "x y"]) for engine in ("transformers", "ctranslate2")
    )
    assert first == pytest.approx(second, abs=2e-3)
    assert len(set(first)) == 3


@pytest.mark.parametrize("name", ["bart", "t5", "pegasus", "llama", "qwen3"])
def test_a_kept_tokenizer_is_the_tokenizer(folder: Callable[[str], Path], name: str, tmp_path: Path) -> None:
    tokenizer, _ = open_tokenizer(folder(name))
    keep_tokenizer(tokenizer, tmp_path)
    kept = KeptTokenizer(tmp_path)
    for text in [*TEXTS, "a </s> b <|im_end|>", "  two  spaces ", "<2en> x"]:
        for special in (True, False):
            ids = tokenizer(text, add_special_tokens=special)["input_ids"]
            assert kept(text, add_special_tokens=special)["input_ids"] == ids
            for skip in (True, False):
                options = {"skip_special_tokens": skip, "clean_up_tokenization_spaces": False}
                assert kept.decode(ids, **options) == tokenizer.decode(ids, **options)
    assert PlainText(kept)("</s> <|im_end|> <2en>") == PlainText(tokenizer)("</s> <|im_end|> <2en>")
    assert set(kept.all_special_ids) == set(tokenizer.all_special_ids)
    assert (kept.eos_token_id, kept.pad_token_id, kept.unk_token_id) == (
        tokenizer.eos_token_id,
        tokenizer.pad_token_id,
        tokenizer.unk_token_id,
    )


def test_progress_is_told_while_batches_wait_to_be_sent(
    load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = load("bart")
    sent, heard = [], []
    write = generator._write
    monkeypatch.setattr(generator, "_write", lambda *batch: (sent.append(1), write(*batch))[1])
    texts = [" ".join(["city"] * words) for words in range(1, 13)]  # no two of one length
    with listening(lambda activity: heard.append((len(sent), activity.done))), stage("translating"):
        generate_each(generator, texts, GREEDY)
    assert len(sent) == 12
    assert next(batches for batches, done in heard if done) <= 3
    assert [done for _, done in heard if done] == list(range(1, 13))


def test_neither_load_brings_torch_or_transformers_into_the_process(
    folder: Callable[[str], Path], load: Callable[..., Any], tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from mt.config import Decoding, ModelConfig, Prompt\n"
        "from mt.engines.loading import load_generator\n"
        "kind, path, cache = sys.argv[1:]\n"
        "more = {'kind': 'chat', 'prompt': Prompt(user='Say: {text}')} if kind == 'chat' else {}\n"
        "model = ModelConfig(source=path, dtype='float32', threads=1, engine='ctranslate2', **more)\n"
        "g = load_generator(Path(path), model, Decoding(max_new_tokens=12), Path(cache))\n"
        "print(ascii(g.generate(['A large city'], Decoding(max_new_tokens=4))[0].text))\n"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    for name in ("bart", "llama"):
        command = [sys.executable, "-c", code, SETTINGS[name].get("kind", "seq2seq"), str(folder(name)), str(tmp_path)]
        first, second = (
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
            for _ in range(2)
        )
        assert first[0] == second[0]
        assert first[1] == second[1] == "[]"


def damage(form: Path, name: bytes, size: int) -> None:
    data = bytearray((form / "model.bin").read_bytes())
    start = data.index(name) + len(name) + 64
    data[start : start + size] = bytes(byte ^ 0x55 for byte in data[start : start + size])
    (form / "model.bin").write_bytes(data)
    later = time.time() + 2  # times of change count in seconds
    os.utime(form / "model.bin", (later, later))


def gated(path: Path, dtype: str, cache: Path) -> tuple[Path, str]:
    """The converted folder that passed the gate, and the gate's verdict."""
    model = ModelConfig(source=str(path), dtype=dtype, engine="ctranslate2")
    load_generator(path, model, GREEDY, cache)
    [form] = (found for found in (cache / "ctranslate2").iterdir() if found.is_dir())
    [verdict] = form.glob("mt-parity-*.json")
    return form, verdict.read_text(encoding="utf-8")


def test_the_gate_tries_a_model_once(folder: Callable[[str], Path], tmp_path: Path) -> None:
    first = gated(folder("bart"), "float32", tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parity, "compare", None)  # a second trial would fail
        assert gated(folder("bart"), "float32", tmp_path) == first
        weights = first[0] / "model.bin"
        os.utime(weights, (0, int(weights.stat().st_mtime)))  # as in a layer of a container image
        assert gated(folder("bart"), "float32", tmp_path) == first
    damage(first[0], b"encoder/layer_0/ffn/linear_0/weight", 1024)
    with pytest.raises(ModelError, match=r"refused|computed nan"):
        gated(folder("bart"), "float32", tmp_path)


def test_damaged_int8_weights_are_refused(tmp_path: Path) -> None:
    path = resolve(ModelConfig(source="embedded:ar-en"), offline=True, cache=tmp_path).path
    form, verdict = gated(path, "int8", tmp_path)
    assert json.loads(verdict)["chrf"] > 75
    damage(form, b"encoder/layer_5/ffn/linear_0/weight", 500_000)
    for _ in range(2):  # the second time by the kept verdict
        with pytest.raises(
            ModelError, match=r"refused, its outputs differ too much from those of torch.*engine: transformers"
        ):
            gated(path, "int8", tmp_path)


@pytest.mark.parametrize(
    "chrf, own, other, passed",
    [
        (100, -1, -1, True),
        (60, -1, -1.15, True),
        (59.9, -1, -1, False),
        (100, -1, -1.16, False),
        (100, -1, float("nan"), False),
    ],
)
def test_the_gate_has_two_bounds(chrf: float, own: float, other: float, passed: bool) -> None:
    assert parity.Parity("x", chrf, own, other).passed is passed


class Full:
    """A model whose memory holds batches of so many texts; `late`: that shows only when the batch is computed."""

    def __init__(self, inner: Any, room: int, *, late: bool = False) -> None:
        self.inner, self.room, self.late, self.sizes = inner, room, late, []
        self.message = "CUDA failed with error out of memory"

    def result(self) -> Any:
        raise RuntimeError(self.message)

    def translate_batch(self, source: Any, *given: Any, **options: Any) -> Any:
        self.sizes.append(len(source))
        if len(source) <= self.room:
            return self.inner.translate_batch(source, *given, **options)
        if not self.late:
            self.result()
        return [self] * len(source)


@pytest.mark.parametrize("late", [False, True])
def test_a_batch_too_large_for_the_memory_is_halved(load: Callable[..., Any], late: bool) -> None:
    generator = load("bart", batch_tokens=1000)
    texts = [TEXTS[0]] * 5
    expected = generator.generate([*texts, TEXTS[1]], GREEDY)
    full = generator._model = Full(generator._model, 2, late=late)
    assert all(close(expected, generator.generate([*texts, TEXTS[1]], GREEDY)))  # float32: rounding of each batch
    assert sorted(full.sizes) == [1, 1, 2, 2, 3, 5]
    full.room = 0
    with pytest.raises(ModelError, match=r"out of memory with a single text .* lower num_beams"):
        generator.generate(texts, GREEDY)
    full.message = "shapes differ"
    with pytest.raises(ModelError, match=r"the model failed on a batch of \d texts: shapes differ"):
        generator.generate(texts, GREEDY)


@pytest.mark.parametrize("share, threads, expected", [("2", None, (1, 2)), ("8", None, (2, 4)), ("8", 3, (1, 3))])
def test_a_model_is_opened_with_the_share_of_its_process(
    load: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    share: str,
    threads: int | None,
    expected: tuple[int, int],
) -> None:
    given: dict[str, Any] = {}
    translator = ctranslate2.Translator
    monkeypatch.setattr(ctranslate2, "Translator", lambda path, **options: given.update(options) or translator(path))
    monkeypatch.setenv("OMP_NUM_THREADS", share)
    load("bart", threads=threads)
    assert (given["inter_threads"], given["intra_threads"]) == expected


def test_a_model_that_cannot_be_converted_is_told(load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from ctranslate2.converters import TransformersConverter

    def refuse(*_: Any, **__: Any) -> None:
        raise ValueError("No conversion is registered for the model configuration")

    monkeypatch.setattr(TransformersConverter, "convert", refuse)
    with pytest.raises(ModelError, match=r"cannot convert this model of type pegasus .*use engine: transformers"):
        load("pegasus", dtype="int8_float32")


def test_description_names_engine_precision_and_family(
    load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load("nllb").description == "ctranslate2/float32/m2m_100 not-batch-invariant"
    assert load("llama").description == "ctranslate2/float32/llama batch-invariant"
    monkeypatch.setattr(parity, "LEAST_CHRF", 0.0)
    monkeypatch.setattr(parity, "MOST_LOSS", 1e9)
    assert load("nllb", dtype="int8").description == "ctranslate2/int8/m2m_100 batch-invariant"

"""The CTranslate2 engine against the transformers engine, over tiny random models of the real classes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch

from mt.config import Decoding, ModelConfig, Prompt
from mt.engines import ctranslate
from mt.engines.loading import load_generator
from mt.records import Generated

torch.set_num_threads(1)

SETTINGS: dict[str, dict[str, Any]] = {
    "marian": {"prefix": ">>eng<< "},
    "m2m100": {"source_code": "ar", "target_code": "en"},
    "nllb": {"source_code": "arb_Arab", "target_code": "eng_Latn"},
    "mbart50": {"source_code": "ar_AR", "target_code": "en_XX"},
    "t5": {"prefix": "<2en> "},
    "bart": {},
    "pegasus": {},
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
            made[name] = tiny.make(name, tmp_path_factory.mktemp("models") / name)
        return made[name]

    return get


@pytest.fixture(scope="session")
def load(folder: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    cache = tmp_path_factory.mktemp("cache")

    def get(name: str, engine: str = "ctranslate2", **changes: Any) -> Any:
        given = {"source": str(folder(name)), "dtype": "float32", "threads": 1, "engine": engine, **SETTINGS[name]}
        return load_generator(folder(name), ModelConfig(**{**given, **changes}), GREEDY, {}, cache)

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
    print(expected, found, sep="\n")
    assert all(close(expected, found))

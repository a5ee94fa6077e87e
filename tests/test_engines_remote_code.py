"""Code that lies in a model's folder is never run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tiny

from mt.engines.devices import Placement
from mt.engines.models.checkpoint import open_checkpoint
from mt.engines.tokenizing import open_tokenizer

CODE = """
from pathlib import Path
from transformers import {bases}
Path({mark!r}).touch()
class Own{base}({base}): pass
"""
AUTO_CLASSES = {
    "config.json": {"AutoConfig": "BartConfig", "AutoModelForSeq2SeqLM": "BartForConditionalGeneration"},
    "tokenizer_config.json": {"AutoTokenizer": "PreTrainedTokenizerFast"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that brings classes of its own for everything, whose modules leave `ran` in the folder's parent."""
    model = tiny.make("bart", tmp_path / "model")
    for name, classes in AUTO_CLASSES.items():
        values = json.loads((model / name).read_text(encoding="utf-8"))
        values["auto_map"] = {}
        for auto, base in classes.items():
            place = f"own_{auto.lower()}"
            values["auto_map"][auto] = [None, f"{place}.Own{base}"] if auto == "AutoTokenizer" else f"{place}.Own{base}"
            (model / f"{place}.py").write_text(CODE.format(bases=base, base=base, mark=str(tmp_path / "ran")))
        (model / name).write_text(json.dumps(values), encoding="utf-8")
    return model


def test_opening_a_model_runs_no_code_of_its_folder(folder: Path) -> None:
    open_checkpoint(folder, "seq2seq", Placement("cpu", "float32"))
    assert not (folder.parent / "ran").exists()


def test_opening_a_tokenizer_runs_no_code_of_its_folder(folder: Path) -> None:
    open_tokenizer(folder)
    assert not (folder.parent / "ran").exists()

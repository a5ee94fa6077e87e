"""From the best weights to a Hugging Face folder, and to the packed int8 form of it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from mt.config import Decoding, ModelConfig
from mt.engines.devices import Placement
from mt.engines.loading import load_generator
from mt.engines.models import packing
from mt.engines.models.checkpoint import open_checkpoint
from mt.engines.models.folders import small_files, weight_files
from mt.engines.tokenizing import quiet
from mt.errors import ModelError, OutputError
from mt.training.examples import DevSet
from mt.training.loop import set_scores, trainable
from mt.training.settings import TrainingConfig
from mt.training.state import Evaluation, SetScores, load_best

_GENERATION = "generation_config.json"
_HALF = {"F16": "float16"}


def export_model(config: TrainingConfig, start: Path, work: Path, target: Path) -> Evaluation | None:
    """Write the best weights in `work` as a Hugging Face folder; all but the weights are the start model's files.

    Gives the scores that the weights got during training; None when there were no development pairs.
    Raises `ModelError` when weights do not fit the precision, `OutputError` when the folder cannot be written.
    """
    checkpoint = open_checkpoint(start, "seq2seq", Placement("cpu", "float32"))
    best = load_best(work, trainable(checkpoint.model, config.optimizer.freeze))
    dtype = _stored(start) if config.export.dtype == "auto" else config.export.dtype
    model = checkpoint.model.to(getattr(torch, dtype))
    for name, tensor in model.state_dict().items():
        if not torch.isfinite(tensor).all():
            raise ModelError(f"{target}: weights {name} are no numbers in {dtype}; set export.dtype: float32")
    with _swapped(target) as aside:
        with quiet():
            model.save_pretrained(aside)
        for path in weight_files(aside):
            path.chmod(0o644)  # safetensors writes 0600, and a model is for others too
        _take_over(start, aside, dtype)
    return best


def export_packed(folder: Path, target: Path) -> packing.PackReport:
    """Write the packed int8 form of a Hugging Face folder."""
    with _swapped(target) as aside:
        return packing.pack(folder, aside)


def score_folder(folder: Path, model: ModelConfig, dev: Sequence[DevSet], decoding: Decoding) -> tuple[SetScores, ...]:
    """chrF and BLEU of a folder's translations of each set, by the engine that `mt run` uses for it."""
    if not dev:
        return ()
    own = model.model_copy(update={"source": str(folder), "revision": None})
    return set_scores(load_generator(folder, own, decoding), dev, decoding)


def score_packed(packed: Path, model: ModelConfig, dev: Sequence[DevSet], decoding: Decoding) -> tuple[SetScores, ...]:
    """The same of a packed folder, unpacked for it."""
    with tempfile.TemporaryDirectory() as folder:
        packing.unpack(packed, Path(folder))
        return score_folder(Path(folder), model, dev, decoding)


def _stored(start: Path) -> str:
    """float16 where the start model's tensors are stored so, else float32; bfloat16 would lose what was learned."""
    with safe_open(weight_files(start)[0], "pt") as file:
        kinds = [file.get_slice(name).get_dtype() for name in file.keys()]  # noqa: SIM118  no mapping
    return _HALF.get(max(set(kinds), key=kinds.count), "float32")


def _take_over(start: Path, target: Path, dtype: str) -> None:
    """Tokenizer, configuration and generation settings as they were; only the precision is put right."""
    (target / _GENERATION).unlink(missing_ok=True)  # what the engine leaves of it is not all that the model came with
    for path in small_files(start):
        shutil.copyfile(path, target / path.name)
    settings: dict[str, Any] = json.loads((target / "config.json").read_text(encoding="utf-8"))
    settings.pop("torch_dtype", None)
    settings["dtype"] = dtype
    (target / "config.json").write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def _swapped(target: Path) -> Iterator[Path]:
    """A new folder that takes the place of `target` once it is complete."""
    aside = target.with_name(f".{target.name}.tmp")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        yield aside
        shutil.rmtree(target, ignore_errors=True)
        aside.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)

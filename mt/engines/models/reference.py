"""What torch writes with a model in float32, kept as tokens and scores: what a converted model is compared with.

Such a golden record of weights that are pinned by their sha256 stands in `configs/models/golden/` (scripts/golden makes
it), so that nobody needs torch for them again. For other weights it is made once, in a process of its own that gives
its memory back, within what this machine has free.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from mt.config import Decoding, ModelConfig, Prompt, config_folder
from mt.engines.cores import available_memory
from mt.engines.models.apart import run_apart
from mt.engines.models.fixture import SENTENCES, SUMMARIES
from mt.engines.models.folders import weight_files
from mt.errors import ModelError
from mt.files import replacing

GOLDEN = "mt-golden.json"
_FORMAT = 1
_PROMPT = Prompt(user="{text}\n\nSummarize the text above in one sentence.")
"""Chat models are tried with this, whatever prompt is configured: a record belongs to weights, not to a prompt."""
_LONGEST = {"seq2seq": 40, "chat": 24}
"""New tokens in a trial."""
_BESIDES = 1_500_000_000
"""Bytes that the trial takes besides the weights: libraries and activations."""
_LENGTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I8": 1, "U8": 1, "BOOL": 1}
_log = logging.getLogger(__name__)


class Writer(Protocol):
    """A generator that also works on tokens; all engines do."""

    feeder: Any

    def write_tokens(self, prompts: Sequence[Sequence[int]], longest: int) -> list[tuple[int, ...]]:
        """Greedy outputs for prompts that are token ids already, end-of-sequence included."""
        ...

    def score_tokens(self, prompts: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]) -> list[float]:
        """Mean log-probability per token of each output after its prompt."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One prompt, what torch writes for it, and that output's mean log-probability by torch, in nats a token."""

    prompt: tuple[int, ...]
    expected: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Golden:
    """The trials of some weights; `weights` says which, `made_by` with what."""

    weights: str
    made_by: str
    trials: tuple[Trial, ...]
    format: int = _FORMAT


def read_golden(path: Path) -> Golden | None:
    """The record in a file; None where there is none, or one of another format."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        trials = tuple(Trial(tuple(t["prompt"]), tuple(t["expected"]), float(t["score"])) for t in values["trials"])
        golden = Golden(values["weights"], values["made_by"], trials, values["format"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    return golden if golden.format == _FORMAT and golden.trials else None


def write_golden(path: Path, golden: Golden) -> None:
    """Write a record as JSON, a line for each trial, aside and then renamed."""
    head = {"format": golden.format, "weights": golden.weights, "made_by": golden.made_by}
    trials = ",\n".join(f"  {json.dumps(asdict(trial))}" for trial in golden.trials)
    with replacing(path, shared=True) as aside:
        aside.write_text(f'{json.dumps(head)[:-1]}, "trials": [\n{trials}\n]}}\n', encoding="utf-8")


def committed(revision: str) -> Golden | None:
    """The record that comes with this package for weights whose sha256 begins with `revision`."""
    return read_golden(config_folder() / "models" / "golden" / f"{revision}.json")


def make(folder: Path, config: ModelConfig, weights: str, dtype: str = "float32") -> Golden:
    """A record of the model in a Hugging Face folder, by torch on the CPU in this process."""
    from importlib.metadata import version

    engine = _in_torch(folder, config, dtype)
    texts = [text for text, _ in (SENTENCES if config.kind == "seq2seq" else SUMMARIES)]
    longest = _LONGEST[config.kind]
    decoding = Decoding(max_new_tokens=longest)
    prompts = [engine.feeder.row(_fitting(text, engine.feeder), decoding).ids for text in texts]
    expected = engine.write_tokens(prompts, longest)
    scores = engine.score_tokens(prompts, expected)
    trials = tuple(Trial(tuple(p), tuple(e), round(s, 4)) for p, e, s in zip(prompts, expected, scores, strict=True))
    return Golden(weights, f"torch {version('torch')} {dtype}, transformers {version('transformers')}", trials)


def write(target: Path, folder: Path, config: ModelConfig, weights: str, dtype: str) -> None:
    """Make a record by torch in this process, and keep it in the file `target`."""
    write_golden(target, make(folder, config, weights, dtype))


def _fitting(text: str, feeder: Any) -> str:
    """As many words of a text as the model reads."""
    words = text.split()
    while len(words) > 1 and feeder.count_tokens(" ".join(words)) > feeder.max_input_tokens:
        words.pop()
    return " ".join(words)


def make_apart(folder: Path, config: ModelConfig, weights: str, target: Path) -> Golden:
    """A record made in a process of its own and kept in the file `target`.

    In float32 where that fits into the memory that is free, else in bfloat16. Raises `ModelError` when neither fits, or
    the process fails.
    """
    dtype, bound = _precision(folder)
    _log.info("running %s with torch, once, for comparison; this takes seconds to minutes", folder.name)
    try:
        run_apart(write, target, folder, config, weights, dtype, limit=bound)
    except ModelError as error:
        raise ModelError(
            f"{folder}: torch could not run the model for the comparison ({error}); use engine: transformers"
        ) from error
    golden = read_golden(target)
    assert golden is not None, target
    return golden


def _precision(folder: Path) -> tuple[str, int]:
    """In which precision the trial fits into the memory that is free, and the bytes that it may take."""
    count, free = _count_weights(folder), available_memory()
    for dtype, width in (("float32", 4), ("bfloat16", 2)):
        bound = int(count * width * 1.2) + _BESIDES
        if bound <= free:
            return dtype, bound
    raise ModelError(
        f"{folder}: comparing the converted model with torch needs {bound / 1e9:.1f} GB of memory, and "
        f"{free / 1e9:.1f} GB are free; do it once on a bigger machine and copy the model cache, or use a smaller one"
    )


def _count_weights(folder: Path) -> int:
    count = 0
    for path in weight_files(folder):
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        for name, entry in header.items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                count += (end - start) // _LENGTHS.get(entry["dtype"], 1)
    return count


def _in_torch(folder: Path, config: ModelConfig, dtype: str) -> Writer:
    from mt.engines.devices import Placement

    same: Mapping[str, Any] = {"engine": "transformers", "dtype": dtype, "device": "cpu", "max_input_tokens": None}
    placement = Placement("cpu", dtype)
    if config.kind == "chat":
        from mt.engines.chat import load_chat

        plain = config.model_copy(update={**same, "prompt": _PROMPT, "chat_template_options": {}})
        return load_chat(folder, plain, Decoding(max_new_tokens=_LONGEST["chat"]), placement)
    from mt.engines.seq2seq import load_seq2seq

    return load_seq2seq(folder, config.model_copy(update=same), placement)


def language_key(config: ModelConfig) -> str:
    """What of a configuration decides a trial besides the weights: 8 hex digits."""
    said = [config.kind, config.prefix, config.source_code, config.target_code]
    return sha256(json.dumps(said).encode()).hexdigest()[:8]

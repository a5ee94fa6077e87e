"""Whether a converted model still writes what torch writes, tried once for each converted folder and remembered there.

Converters and engines have turned sound models into writers of fluent garbage more than once. What torch writes with
the same model in float32 is the golden record that a converted one is held against (`reference`).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

from mt.engines.models.reference import Golden, Writer
from mt.errors import ModelError
from mt.files import replacing

LEAST_CHRF = 60.0
MOST_LOSS = 0.15
"""A model is refused under this agreement, or when it finds torch's outputs so much less likely than torch does (nats
for each token)."""

_FIXTURE = 2


@dataclass(frozen=True, slots=True)
class Parity:
    """How a converted model did: agreement of its outputs with torch's in chrF (0 to 100), and likelihoods."""

    weights: tuple[int, int]
    """Size in bytes and time of change, in whole seconds, of the converted weights."""
    chrf: float
    own: float
    """Of torch's outputs by torch, nats for each token."""
    other: float
    """Of the same outputs by the converted model."""
    fixture: int = _FIXTURE

    @property
    def loss(self) -> float:
        """By how much the converted model finds torch's outputs less likely, nats for each token."""
        return self.own - self.other

    @property
    def passed(self) -> bool:
        """Whether the converted model may be used."""
        return self.chrf >= LEAST_CHRF and self.loss <= MOST_LOSS


def known_parity(path: Path, weights: Path) -> Parity | None:
    """The verdict kept in `path`, if it is about these weights as they stand; raises `ModelError` when it is no."""
    parity = _read(path)
    if parity is None or (parity.weights, parity.fixture) != (_stamp(weights), _FIXTURE):
        return None
    return _accepted(parity, path)


def ensure_parity(path: Path, weights: Path, engine: Writer, golden: Golden) -> Parity:
    """Try a converted model against a golden record, and keep the verdict in `path`; takes seconds.

    Raises `ModelError` when the converted model is refused.
    """
    parity = compare(_stamp(weights), engine, golden)
    _write(path, parity)
    return _accepted(parity, path)


def compare(weights: tuple[int, int], engine: Writer, golden: Golden) -> Parity:
    """How an engine does on the trials of a golden record."""
    from sacrebleu.metrics.chrf import CHRF

    prompts = [trial.prompt for trial in golden.trials]
    expected = [trial.expected for trial in golden.trials]
    written = engine.write_tokens(prompts, max(map(len, expected)))
    own, other = ([_text(engine, tokens) for tokens in each] for each in (expected, written))
    chrf = CHRF().corpus_score(other, [own]).score if any(own) or any(other) else 100.0
    scores = engine.score_tokens(prompts, expected)
    return Parity(weights, round(chrf, 2), _mean([trial.score for trial in golden.trials]), _mean(scores))


def _text(engine: Writer, tokens: tuple[int, ...]) -> str:
    decoded: str = engine.feeder.tokenizer.decode(
        list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    return decoded


def _accepted(parity: Parity, path: Path) -> Parity:
    if not parity.passed:
        raise ModelError(
            f"{path.parent}: refused, its outputs differ too much from those of torch in float32: chrF between both "
            f"{parity.chrf:.1f} (expected {LEAST_CHRF:.0f} at least), torch's outputs {parity.loss:.2f} nats a token "
            f"less likely (expected {MOST_LOSS} at most); set engine: transformers, or another dtype; a damaged folder "
            "may be removed, it is made again"
        )
    return parity


def _mean(scores: list[float]) -> float:
    return round(math.fsum(scores) / len(scores), 4)


def _stamp(weights: Path) -> tuple[int, int]:
    """Size and time of change, in whole seconds: layers of container images and many copies keep no more of it."""
    status = weights.stat()
    return status.st_size, int(status.st_mtime)


def _read(path: Path) -> Parity | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Parity(**{**values, "weights": tuple(values["weights"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, parity: Parity) -> None:
    with replacing(path, shared=True) as aside:
        aside.write_text(json.dumps(asdict(parity), indent=1) + "\n", encoding="utf-8")

"""The parity gate: before a converted model is first used, its outputs are held against torch in float32.

Converted models have been silently worse than their originals (CTranslate2#1781, #1042, #847), and a damaged file of
int8 weights still writes fluently. The verdict is kept beside the converted model and holds for its very bytes.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

from mt.config import Decoding
from mt.engines.cores import give_back
from mt.engines.models.fixture import SENTENCES, SUMMARIES
from mt.errors import ModelError
from mt.files import replacing
from mt.records import Generated

LEAST_CHRF = 60.0
MOST_LOSS = 0.15
"""A pair is refused under this agreement, or when torch finds its outputs so much less likely than its own (nats for
each token). Measured: the embedded translator in int8 has chrF 90 and loses 0.015 nats; SmolLM2-135M in int8, which
invents names, chrF 61 and 0.22 nats. Both in float32: 100 and 0.000."""

_FIXTURE = 1
_log = logging.getLogger(__name__)


class Judge(Protocol):
    """A generator that also says how likely a given output is to it."""

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text."""
        ...

    def score(self, texts: Sequence[str], outputs: Sequence[str]) -> list[float]:
        """Mean log-probability per token of each output for its text."""
        ...


@dataclass(frozen=True, slots=True)
class Parity:
    """How a converted model did: agreement of the outputs in chrF (0 to 100), and mean log-probabilities by torch."""

    weights: str
    """sha256 of the converted weights."""
    chrf: float
    own: float
    """Of torch's own outputs, nats for each token."""
    other: float
    """Of the converted model's outputs."""
    fixture: int = _FIXTURE

    @property
    def loss(self) -> float:
        """By how much torch finds the converted model's outputs less likely than its own, nats for each token."""
        return self.own - self.other

    @property
    def passed(self) -> bool:
        """Whether the converted model may be used."""
        return self.chrf >= LEAST_CHRF and self.loss <= MOST_LOSS


def ensure_parity(path: Path, weights: Path, kind: str, engine: Judge, reference: Callable[[], Judge]) -> Parity:
    """The verdict kept in `path` for these weights, or a new one from a trial, which takes seconds.

    `reference` opens the same model in torch, float32. Raises `ModelError` when the converted model is refused.
    """
    with weights.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    parity = _read(path)
    if parity is None or (parity.weights, parity.fixture) != (digest, _FIXTURE):
        _log.info("comparing %s with torch, once; this takes seconds", path.parent.name)
        pairs, longest = (SENTENCES, 40) if kind == "seq2seq" else (SUMMARIES, 24)
        parity = compare(digest, engine, reference(), [text for text, _ in pairs], Decoding(max_new_tokens=longest))
        give_back()
        _write(path, parity)
    if not parity.passed:
        raise ModelError(
            f"{path.parent}: refused, its outputs differ too much from torch in float32: chrF between both "
            f"{parity.chrf:.1f} (wanted {LEAST_CHRF:.0f} at least), {parity.loss:.2f} nats a token less likely (wanted "
            f"{MOST_LOSS} at most); set engine: transformers, or another dtype; a damaged folder may be removed, it is "
            "made anew"
        )
    return parity


def compare(weights: str, engine: Judge, reference: Judge, texts: Sequence[str], decoding: Decoding) -> Parity:
    """Try a converted model on some texts against the same model in torch."""
    from sacrebleu.metrics.chrf import CHRF

    own, other = ([output.text for output in each.generate(texts, decoding)] for each in (reference, engine))
    chrf = CHRF().corpus_score(other, [own]).score if any(own) or any(other) else 100.0
    return Parity(weights, round(chrf, 2), _likelihood(reference, texts, own), _likelihood(reference, texts, other))


def _likelihood(reference: Judge, texts: Sequence[str], outputs: Sequence[str]) -> float:
    scores = reference.score(texts, outputs)
    return round(math.fsum(scores) / len(scores), 4)


def _read(path: Path) -> Parity | None:
    try:
        return Parity(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(path: Path, parity: Parity) -> None:
    with replacing(path, shared=True) as aside:
        aside.write_text(json.dumps(asdict(parity), indent=1) + "\n", encoding="utf-8")

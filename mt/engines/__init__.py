"""Engines: the only place that knows torch and transformers, behind one seam that turns texts into texts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

from mt.activity import begin
from mt.config import Decoding
from mt.errors import ModelError
from mt.records import Generated

# Torch's threads wait for each other many thousand times a second. By default they do so spinning, which on a machine
# with other work made the embedded translator 6 times slower (two threads, 13 s against 2 s). OpenMP reads this once,
# when torch is first imported; who has set it otherwise knows why.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


ENGINES_VERSION = 2
"""Goes up when engines write otherwise than before with the same weights and settings; part of every signature."""

BATCH_INVARIANT = "batch-invariant"
"""Said in a description where an output, score included, has the same bits whatever texts it shares batches with."""
NOT_BATCH_INVARIANT = "not-batch-invariant"
"""Said where neighbours may change the rounding: scores in their last digits, now and then the choice of a word."""


class TextGenerator(Protocol):
    """A thing that turns texts into texts."""

    max_input_tokens: int
    """Longest input in tokens of one text; special tokens, prefix and prompt are already taken off."""

    description: str
    """What decided the output, for the report's signature: engine, effective precision, model, and whether outputs are
    `BATCH_INVARIANT`."""

    def count_tokens(self, text: str) -> int:
        """Number of model tokens of `text` alone, without special tokens, prefix or prompt."""
        ...

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text, in their order, whatever the batching.

        Raises `ModelError` when a text is longer than `max_input_tokens` or the model fails.
        """
        ...


class GroupingGenerator(TextGenerator, Protocol):
    """A generator that also says which texts gain from sharing a batch; all engines do."""

    def together(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Groups of indices of the texts: those of a group gain from being generated in one call. By their first text.

        Raises `ModelError` when a text is longer than `max_input_tokens`.
        """
        ...


class ScoringGenerator(GroupingGenerator, Protocol):
    """A generator that also says how likely a given output is to it; all engines do."""

    def score(self, texts: Sequence[str], outputs: Sequence[str]) -> list[float]:
        """Mean log-probability per token, end included, with which the model would write each output for its text."""
        ...


class Entailment(Protocol):
    """A thing that says how likely one text follows from another."""

    def score(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[float]:
        """Probability, 0 to 1, that each hypothesis follows from its premise, in their order, whatever the batching.

        Raises `ModelError` when the model fails.
        """
        ...


def generate_each(generator: TextGenerator, texts: Sequence[str], decoding: Decoding) -> list[Generated | ModelError]:
    """One result for each text, in order; a call that fails is halved until the texts at fault stand alone.

    The good texts of a failed call are generated again in smaller calls: outputs do not depend on the batch.
    """
    begin(len(texts))
    return _halving(generator, texts, decoding)


def _halving(generator: TextGenerator, texts: Sequence[str], decoding: Decoding) -> list[Generated | ModelError]:
    try:
        return list(generator.generate(texts, decoding)) if texts else []
    except ModelError as error:
        if len(texts) == 1:
            return [error]
        middle = len(texts) // 2
        halves = (texts[:middle], texts[middle:])
        return [result for half in halves for result in _halving(generator, half, decoding)]

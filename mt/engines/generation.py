"""From texts to outputs with a transformers model: what seq2seq and chat models have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mt.config import Decoding
from mt.engines.batching import batches
from mt.engines.checkpoint import Checkpoint, PlainText
from mt.engines.search import (
    RowLimits,
    StepScores,
    end_tokens,
    forbidden_tokens,
    log_probabilities,
    output_limit,
    processors,
    settings,
)
from mt.errors import ModelError
from mt.records import Generated

_LOGITS_AT_ONCE = 2**25
"""How many logits one scoring pass may hold: 128 MiB in float32."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as the model takes it: all its token ids, its own tokens counted, and its limit of new tokens."""

    text: str
    ids: tuple[int, ...]
    input_tokens: int
    limit: int


@dataclass(frozen=True, slots=True)
class Start:
    """What a batch is generated from.

    `prompt` holds the token ids that come before the output, texts × tokens; `conditions` is what else the model's
    forward takes, with a row for each text.
    """

    prompt: Tensor
    conditions: dict[str, Any]


class TransformersGenerator(ABC):
    """A `TextGenerator` over a transformers model, but for what its two kinds do differently.

    Outputs do not depend on the batch in float32, but for differences of rounding. In half precision rounding depends
    on the shape of a batch, and now and then tips the choice between two tokens (transformers#25921).
    """

    max_input_tokens: int
    description: str

    def __init__(self, checkpoint: Checkpoint, batch_tokens: int) -> None:
        self._model = checkpoint.model
        self._tokenizer = checkpoint.tokenizer
        self._device = checkpoint.placement.device
        self._plain = PlainText(checkpoint.tokenizer)
        self._batch_tokens = batch_tokens
        self._own = checkpoint.model.generation_config
        self.description = checkpoint.description

    def count_tokens(self, text: str) -> int:
        """Number of model tokens of `text` alone, without special tokens, prefix or prompt."""
        return len(self._ids(self._plain(text), special=False))

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text, in their order, whatever the batching.

        A text without a token (empty, or white space) is not shown to the model: its output is empty, finished and
        without score. A batch that does not fit into CUDA memory is halved until it does.

        Raises `ModelError` when a text is longer than `max_input_tokens` or the model fails.
        """
        rows = [self._row(text, decoding) for text in texts]
        outputs = [Generated("", None, 0, 0, True)] * len(rows)
        working = [index for index, row in enumerate(rows) if row.input_tokens]
        pending = list(reversed(batches([len(rows[index].ids) for index in working], self._batch_tokens)))
        while pending:
            batch = pending.pop()
            made = self._attempt([rows[working[index]] for index in batch], decoding)
            if made is None:
                half = len(batch) // 2
                pending += [batch[half:], batch[:half]]
                continue
            for index, output in zip(batch, made, strict=True):
                outputs[working[index]] = output
        return outputs

    def _row(self, text: str, decoding: Decoding) -> Row:
        """The text encoded, or a `ModelError` when it is too long: nothing is ever cut off."""
        count = self.count_tokens(text) if text.strip() else 0
        if count > self.max_input_tokens:
            raise ModelError(
                f"text of {count} tokens is longer than max_input_tokens ({self.max_input_tokens}) of this model; "
                f"split it first: {text[:40]!r}…"
            )
        ids = tuple(self._encode(self._plain(text))) if count else ()
        return Row(text, ids, count, output_limit(decoding, count, self._room(len(ids))))

    def _ids(self, text: str, *, special: bool) -> list[int]:
        encoded = self._tokenizer(text, add_special_tokens=special, truncation=False)
        ids: list[int] = encoded["input_ids"]
        return ids

    def _attempt(self, rows: Sequence[Row], decoding: Decoding) -> list[Generated] | None:
        """The outputs of one batch, or None when it does not fit into memory and can be halved."""
        try:
            with torch.inference_mode():
                return self._batch(rows, decoding)
        except torch.cuda.OutOfMemoryError as error:
            if len(rows) == 1:
                raise ModelError(
                    f"out of CUDA memory with a single text of {rows[0].input_tokens} tokens; lower num_beams, "
                    f"max_new_tokens or max_input_tokens, or use a smaller model ({error})"
                ) from error
        except (RuntimeError, IndexError) as error:
            raise ModelError(f"the model failed on a batch of {len(rows)} texts: {error}") from error
        # Only here, where the traceback that held the batch's tensors is gone, their memory can be given back.
        torch.cuda.empty_cache()
        return None

    def _batch(self, rows: Sequence[Row], decoding: Decoding) -> list[Generated]:
        start = self._start(rows)
        position = start.prompt.shape[1]
        limits = [row.limit for row in rows]
        watch = StepScores(forbidden_tokens(self._own))
        sequences = self._search(rows, start, decoding, [RowLimits(position, limits), watch])
        outputs = [self._cut(ids, limit) for ids, limit in zip(sequences[:, position:].tolist(), limits, strict=True)]
        table = watch.table() if decoding.num_beams == 1 else self._rescore(start, sequences)
        return [self._generated(*parts) for parts in zip(rows, outputs, table.tolist(), strict=True)]

    def _search(self, rows: Sequence[Row], start: Start, decoding: Decoding, criteria: list[Any]) -> Tensor:
        """Prompt and output of each row, filled up with padding."""
        limits, watch = criteria
        # Which beam wins is known at the end only, so beams are scored afterwards.
        hook = self._model.register_forward_hook(watch.watch) if decoding.num_beams == 1 else None
        try:
            found: Tensor = self._model.generate(
                **self._generate_inputs(start),
                generation_config=settings(self._own, decoding, max(row.limit for row in rows)),
                logits_processor=processors(decoding, start.prompt.shape[1], [row.text for row in rows]),
                stopping_criteria=[limits] if hook is None else [limits, watch],
            )
        finally:
            if hook is not None:
                hook.remove()
        return found

    def _cut(self, ids: list[int], limit: int) -> tuple[int, ...]:
        """The output's own tokens: up to end-of-sequence, that included, or up to the limit."""
        ends = end_tokens(self._own)
        end = next((place for place, token in enumerate(ids[:limit]) if token in ends), limit - 1)
        return tuple(ids[: end + 1])

    def _rescore(self, start: Start, sequences: Tensor) -> Tensor:
        """Log-probabilities of given outputs, rows × tokens, from forward passes over a few rows at a time."""
        position = start.prompt.shape[1]
        output = sequences[:, position:]
        size = max(
            1, _LOGITS_AT_ONCE // (output.shape[1] * self._model.config.get_text_config(decoder=True).vocab_size)
        )
        pieces = []
        for first in range(0, len(sequences), size):
            some = slice(first, first + size)
            logits = self._output_logits(start, sequences, some)
            pieces.append(log_probabilities(logits, output[some], forbidden_tokens(self._own)))
        return torch.cat(pieces)

    def _generated(self, row: Row, tokens: tuple[int, ...], scores: list[float]) -> Generated:
        score = math.fsum(scores[: len(tokens)]) / len(tokens)
        if not math.isfinite(score):
            raise ModelError(
                f"the model computed {score} for a log-probability, so its output means nothing; half precision that "
                f"overflows does that: set dtype: float32, or check the weights ({self.description})"
            )
        ended = tokens[-1] in end_tokens(self._own)
        written = self._tokenizer.decode(
            list(tokens[:-1] if ended else tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        text, complete = self._read(row, written)
        return Generated(text, score, row.input_tokens, len(tokens), ended and complete)

    def _read(self, row: Row, written: str) -> tuple[str, bool]:
        """The text in what the model wrote, and whether it is whole."""
        return written.strip(), True

    @abstractmethod
    def _encode(self, text: str) -> list[int]:
        """All token ids that the model is given for a text."""

    @abstractmethod
    def _room(self, length: int) -> int | None:
        """How many new tokens the model's positions allow after an input of `length` tokens; None: any number."""

    @abstractmethod
    def _start(self, rows: Sequence[Row]) -> Start:
        """The padded batch on the model's device."""

    @abstractmethod
    def _generate_inputs(self, start: Start) -> dict[str, Any]:
        """The batch as `generate` takes it."""

    @abstractmethod
    def _output_logits(self, start: Start, sequences: Tensor, some: slice) -> Tensor:
        """Logits of some rows' output positions, rows × tokens × vocabulary, each from all tokens before it."""

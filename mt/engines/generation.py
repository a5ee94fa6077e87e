"""From texts to outputs with a transformers model: what seq2seq and chat models have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mt.activity import advance
from mt.config import Decoding
from mt.engines import NOT_BATCH_INVARIANT
from mt.engines.batching import batches, padded
from mt.engines.feeding import EMPTY, Feeder, Row
from mt.engines.models.checkpoint import Checkpoint
from mt.engines.search import RowLimits, StepScores, forbidden_tokens, log_probabilities, processors, settings
from mt.errors import ModelError
from mt.records import Generated

_LOGITS_AT_ONCE = 2**25
"""How many logits one scoring pass may hold: 128 MiB in float32."""


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

    Outputs depend on the batch by differences of rounding only, and `description` says so. In half precision they now
    and then tip the choice between two tokens (transformers#25921).
    """

    max_input_tokens: int
    description: str

    def __init__(self, checkpoint: Checkpoint, feeder: Feeder, batch_tokens: int) -> None:
        self._model = checkpoint.model
        self._device = checkpoint.placement.device
        self._batch_tokens = batch_tokens
        self._own = checkpoint.model.generation_config
        self._own.eos_token_id = sorted(feeder.ends)
        if self._own.pad_token_id is None:
            self._own.pad_token_id = min(feeder.ends) if feeder.facts.pad is None else feeder.facts.pad
        self.feeder = feeder
        self.max_input_tokens = feeder.max_input_tokens
        self.description = f"{checkpoint.description} {NOT_BATCH_INVARIANT}"

    def count_tokens(self, text: str) -> int:
        """Number of model tokens of `text` alone, without special tokens, prefix or prompt."""
        return self.feeder.count_tokens(text)

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text, in their order, whatever the batching.

        A text without a token (empty, or white space) is not shown to the model: its output is empty, finished and
        without score. A batch that does not fit into the memory is halved until it does.

        Raises `ModelError` when a text is longer than `max_input_tokens` or the model fails.
        """
        rows = [self.feeder.row(text, decoding) for text in texts]
        outputs = [EMPTY] * len(rows)
        working = [index for index, row in enumerate(rows) if row.input_tokens]
        pending = list(reversed(batches([len(rows[index].ids) for index in working], self._batch_tokens)))
        while pending:
            batch = pending.pop()
            outputs_of_batch = self._attempt([rows[working[index]] for index in batch], decoding)
            if outputs_of_batch is None:
                half = len(batch) // 2
                pending += [batch[half:], batch[:half]]
                continue
            for index, output in zip(batch, outputs_of_batch, strict=True):
                outputs[working[index]] = output
            advance(len(batch))
        return outputs

    def together(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """All of them: the more texts are given at once, the less is padded."""
        return [tuple(range(len(texts)))] if texts else []

    def score(self, texts: Sequence[str], outputs: Sequence[str]) -> list[float]:
        """Mean log-probability per token, end included, with which the model would write each output for its text."""
        rows = [self.feeder.row(text, Decoding()) for text in texts]
        return self._scores(rows, [self.feeder.output_ids(output) for output in outputs])

    def write_tokens(self, prompts: Sequence[Sequence[int]], longest: int) -> list[tuple[int, ...]]:
        """Greedy outputs for prompts that are token ids already, end-of-sequence included, one prompt at a time."""
        decoding = Decoding(max_new_tokens=longest)
        outputs = []
        for prompt in prompts:
            row = Row("", tuple(prompt), len(prompt), longest)
            with torch.inference_mode():
                start = self._start([row])
                position = start.prompt.shape[1]
                watch = StepScores(forbidden_tokens(self._own))
                ids = self._search([row], start, decoding, [RowLimits(position, [longest]), watch])
            outputs.append(self.feeder.cut(ids[0, position:].tolist(), longest))
        return outputs

    def score_tokens(self, prompts: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]) -> list[float]:
        """Mean log-probability per token of each output after its prompt, both as token ids."""
        rows = [Row("", tuple(prompt), len(prompt), len(ids)) for prompt, ids in zip(prompts, outputs, strict=True)]
        return self._scores(rows, [tuple(ids) for ids in outputs])

    def _scores(self, rows: Sequence[Row], written: Sequence[tuple[int, ...]]) -> list[float]:
        scores = [0.0] * len(rows)
        sizes = [len(row.ids) + len(ids) for row, ids in zip(rows, written, strict=True)]
        for batch in batches(sizes, self._batch_tokens):
            with torch.inference_mode():
                start = self._start([rows[index] for index in batch])
                ids, _ = padded([written[index] for index in batch], self._own.pad_token_id)
                output = torch.tensor(ids, device=self._device)
                table = self._rescore(start, torch.cat([start.prompt, output], dim=1)).tolist()
            for index, line in zip(batch, table, strict=True):
                scores[index] = math.fsum(line[: len(written[index])]) / len(written[index])
        return scores

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
        outputs = [
            self.feeder.cut(ids, limit) for ids, limit in zip(sequences[:, position:].tolist(), limits, strict=True)
        ]
        table = watch.table() if decoding.num_beams == 1 else self._rescore(start, sequences)
        return [self._generated(*parts) for parts in zip(rows, outputs, table.tolist(), strict=True)]

    def _search(self, rows: Sequence[Row], start: Start, decoding: Decoding, criteria: list[Any]) -> Tensor:
        """Prompt and output of each row, filled up with padding."""
        limits, watch = criteria
        # Which beam wins is known at the end only, so beams are scored afterwards.
        hook = self._model.register_forward_hook(watch.watch) if decoding.num_beams == 1 else None
        try:
            sequences: Tensor = self._model.generate(
                **self._generate_inputs(start),
                generation_config=settings(self._own, decoding, max(row.limit for row in rows)),
                logits_processor=processors(decoding, start.prompt.shape[1], [row.text for row in rows]),
                stopping_criteria=[limits] if hook is None else [limits, watch],
            )
        finally:
            if hook is not None:
                hook.remove()
        return sequences

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
                f"the model computed {score} for a log-probability, so its output is meaningless; half precision can "
                f"overflow: set dtype: float32, or check the weights ({self.description})"
            )
        return self.feeder.generated(row, tokens, score)

    @abstractmethod
    def _start(self, rows: Sequence[Row]) -> Start:
        """The padded batch on the model's device."""

    @abstractmethod
    def _generate_inputs(self, start: Start) -> dict[str, Any]:
        """The batch as `generate` takes it."""

    @abstractmethod
    def _output_logits(self, start: Start, sequences: Tensor, some: slice) -> Tensor:
        """Logits of some rows' output positions, rows × tokens × vocabulary, each from all tokens before it."""

"""What is common to every search for an output: settings, limits for each row, sampling noise and scores."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    StoppingCriteria,
    TemperatureLogitsWarper,
    TopPLogitsWarper,
)

from mt.config import Decoding

# What a model's own generation settings say about the model; all else they hold is a way of searching.
_IDENTITY = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "decoder_start_token_id",
    "forced_bos_token_id",
    "bad_words_ids",
    "suppress_tokens",
    "begin_suppress_tokens",
)


def identity(own: GenerationConfig) -> GenerationConfig:
    """Of a model's own generation settings, those that identify it; its lengths, beams and penalties are left behind.

    `forced_eos_token_id` (BART, Marian, Pegasus) is left behind too: it ends an output at the length limit with
    end-of-sequence, so that an output that was cut looks finished.
    """
    return GenerationConfig(**{name: getattr(own, name) for name in _IDENTITY})  # type: ignore[no-untyped-call]


def settings(own: GenerationConfig, decoding: Decoding, longest: int) -> GenerationConfig:
    """The settings of one call of `generate` whose longest row may have `longest` new tokens.

    Sampling and penalties are not in it: `processors` has them. Needs a model whose own settings are an `identity`,
    for transformers fills what is None here from the model's own.
    """
    beams = {"num_beams": decoding.num_beams, "length_penalty": decoding.length_penalty}
    return GenerationConfig(  # type: ignore[no-untyped-call]
        **{name: getattr(own, name) for name in _IDENTITY if name != "forced_bos_token_id"},
        **(beams if decoding.num_beams > 1 else {}),
        do_sample=False,
        max_new_tokens=longest,
        min_new_tokens=min(decoding.min_new_tokens, longest) or None,
    )


def processors(decoding: Decoding, start: int, texts: Sequence[str]) -> LogitsProcessorList:
    """Penalties and sampling, which look at the output only: it begins at position `start` of every row.

    Penalties that also saw the prompt would keep a chat model from copying the article's names and numbers, and a
    seq2seq model, whose decoder often starts with end-of-sequence, from ending.
    """
    active = LogitsProcessorList()
    if decoding.repetition_penalty != 1.0:
        active.append(_OnOutput(start, RepetitionPenaltyLogitsProcessor(decoding.repetition_penalty)))
    if decoding.no_repeat_ngram_size:
        active.append(_OnOutput(start, NoRepeatNGramLogitsProcessor(decoding.no_repeat_ngram_size)))
    if decoding.do_sample:
        active.extend(_sampling(decoding, texts))
    return active


def _sampling(decoding: Decoding, texts: Sequence[str]) -> Iterable[LogitsProcessor]:
    if decoding.temperature != 1.0:
        yield TemperatureLogitsWarper(decoding.temperature)
    if decoding.top_p < 1.0:
        yield TopPLogitsWarper(decoding.top_p)
    yield _GumbelNoise(decoding.seed, texts)


class _OnOutput(LogitsProcessor):
    """Another processor, shown only what has been generated."""

    def __init__(self, start: int, inner: LogitsProcessor) -> None:
        self._start = start
        self._inner = inner

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        output = input_ids[:, self._start :]
        return self._inner(output, scores) if output.shape[1] else scores


class _GumbelNoise(LogitsProcessor):
    """Noise that makes the best token a sample of the distribution (the Gumbel-max trick, arXiv 1611.01144).

    Each row draws from its own generator, seeded by the seed and its text, so that a sample depends neither on the
    other texts of a batch nor on their order; the same text twice gets the same sample.
    """

    def __init__(self, seed: int, texts: Sequence[str]) -> None:
        self._generators = [torch.Generator().manual_seed(_seed(seed, text)) for text in texts]

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        size = scores.shape[-1]
        rows = [torch.empty(size).exponential_(generator=generator) for generator in self._generators]
        return scores - torch.stack(rows).log().to(scores.device)


def _seed(seed: int, text: str) -> int:
    digest = hashlib.sha256(f"{seed}\n{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1


class RowLimits(StoppingCriteria):
    """Stops each row at its own limit of new tokens, so that its neighbours in the batch never change its output.

    Beam search asks for `num_beams` or more candidates for each text, all of a text together.
    """

    def __init__(self, start: int, limits: Sequence[int]) -> None:
        self._start = start
        self._limits = torch.tensor(limits)

    def __call__(self, input_ids: Tensor, scores: Any, **kwargs: Any) -> Tensor:
        limits = self._limits.to(input_ids.device).repeat_interleave(input_ids.shape[0] // len(self._limits))
        return limits <= input_ids.shape[1] - self._start


class StepScores(StoppingCriteria):
    """Records the log-probability of every token as it is chosen, and keeps one step of logits only; stops nothing.

    `watch` is a forward hook of the model: it sees the model's own logits, before penalties and sampling.
    """

    def __init__(self, forbidden: Sequence[int]) -> None:
        self._forbidden = forbidden
        self._logits: Tensor | None = None
        self._steps: list[Tensor] = []

    def watch(self, module: Any, arguments: Any, output: Any) -> None:
        """Remember the logits of the step that is about to choose a token."""
        self._logits = output.logits[:, -1]

    def __call__(self, input_ids: Tensor, scores: Any, **kwargs: Any) -> Tensor:
        assert self._logits is not None
        self._steps.append(log_probabilities(self._logits, input_ids[:, -1], self._forbidden))
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    def table(self) -> Tensor:
        """Natural log-probabilities, rows × steps; what stands after a row's end means nothing."""
        return torch.stack(self._steps, dim=1)


def log_probabilities(logits: Tensor, tokens: Tensor, forbidden: Sequence[int]) -> Tensor:
    """Natural log-probability of each token under logits of one more dimension, in float32.

    `forbidden` are tokens outside the model's distribution: Marian's padding, which has a logit like any other token
    but is no word that the model could say.
    """
    logits = logits.float()
    if forbidden:
        logits = logits.index_fill(-1, torch.tensor(forbidden, device=logits.device), -torch.inf)
    chosen = logits.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    return chosen - logits.logsumexp(-1)


def forbidden_tokens(own: GenerationConfig) -> tuple[int, ...]:
    """Tokens that a model's own settings never allow: single bad words and suppressed ones."""
    single = [words[0] for words in own.bad_words_ids or () if len(words) == 1]
    return tuple(sorted({*single, *(own.suppress_tokens or ())}))


def end_tokens(own: GenerationConfig) -> frozenset[int]:
    """The tokens that end an output; empty when the model has none."""
    end = own.eos_token_id
    return frozenset(() if end is None else (end,) if isinstance(end, int) else end)

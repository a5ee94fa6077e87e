"""From a text to what a model is given, and from its output back to a text: the same for every engine."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mt.config import Decoding, ModelConfig
from mt.engines.languages import MULTILINGUAL, check_code, check_markers, language_tokens
from mt.engines.models.facts import ModelFacts
from mt.engines.prompts import Conversation
from mt.engines.tokenizing import PlainText
from mt.errors import ConfigError, ModelError
from mt.records import Generated

_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_MARK = "\u2983text\u2984"
_KEPT = 4096
"""Texts whose tokens are kept: what is split is counted first and translated later; some windows of segments."""
EMPTY = Generated("", None, 0, 0, True)
"""What a text without a token (empty, or white space) gives: it is not shown to the model."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as the model takes it: all its token ids, its own tokens counted, and its limit of new tokens."""

    text: str
    ids: tuple[int, ...]
    input_tokens: int
    limit: int


def output_limit(decoding: Decoding, input_tokens: int, room: int | None) -> int:
    """Most new tokens of one text, from the text alone; `room` is what the model's positions leave for the output."""
    limit = decoding.max_new_tokens
    if decoding.max_new_tokens_per_input_token is not None:
        limit = min(limit, math.ceil(decoding.max_new_tokens_per_input_token * input_tokens) + 16)
    return limit if room is None else min(limit, room)


class Feeder(ABC):
    """Encodes texts for one model and decodes what it writes."""

    max_input_tokens: int
    """Longest input in tokens of one text; special tokens, prefix and prompt are already taken off."""
    opening: tuple[int, ...]
    """What the decoder of a seq2seq model is given before its output; empty for chat models."""
    ends: frozenset[int]
    """The tokens that end an output."""

    def __init__(self, tokenizer: Any, facts: ModelFacts) -> None:
        self.tokenizer = tokenizer
        self.facts = facts
        self.plain = PlainText(tokenizer)
        self._own_ids = lru_cache(maxsize=_KEPT)(self._tokenized)

    def count_tokens(self, text: str) -> int:
        """Number of model tokens of `text` alone, without special tokens, prefix or prompt."""
        return len(self._own_ids(text))

    def _tokenized(self, text: str) -> tuple[int, ...]:
        return tuple(self._ids(self.plain(text), special=False))

    def row(self, text: str, decoding: Decoding) -> Row:
        """The text encoded, or a `ModelError` when it is too long: nothing is ever cut off."""
        count = self.count_tokens(text) if text.strip() else 0
        if count > self.max_input_tokens:
            raise ModelError(
                f"text of {count} tokens is longer than max_input_tokens ({self.max_input_tokens}) of this model; "
                f"split it first: {text[:40]!r}…"
            )
        ids = self._row_ids(text) if count else ()
        return Row(text, ids, count, output_limit(decoding, count, self._room(len(ids))))

    def generated(self, row: Row, tokens: Sequence[int], score: float) -> Generated:
        """The output as text, from its tokens, end-of-sequence included where the model wrote it."""
        ended = tokens[-1] in self.ends
        written = self.tokenizer.decode(
            list(tokens[:-1] if ended else tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        text, complete = self._read(row, written)
        return Generated(text, score, row.input_tokens, len(tokens), ended and complete)

    def cut(self, ids: Sequence[int], limit: int) -> tuple[int, ...]:
        """An output's own tokens: up to end-of-sequence, that included, or up to the limit."""
        end = next((place for place, token in enumerate(ids[:limit]) if token in self.ends), limit - 1)
        return tuple(ids[: end + 1])

    def output_ids(self, text: str) -> tuple[int, ...]:
        """The tokens with which the model would write `text`, and end."""
        return (*self._target_ids(text), min(self.ends))

    def _row_ids(self, text: str) -> tuple[int, ...]:
        return tuple(self.encode(self.plain(text)))

    def _target_ids(self, text: str) -> Sequence[int]:
        return self._ids(text, special=False)

    def _ids(self, text: str, *, special: bool) -> list[int]:
        encoded = self.tokenizer(text, add_special_tokens=special, truncation=False)
        ids: list[int] = encoded["input_ids"]
        return ids

    def _read(self, row: Row, written: str) -> tuple[str, bool]:
        """The text in what the model wrote, and whether it is whole."""
        return written.strip(), True

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """All token ids that the model is given for a text."""

    @abstractmethod
    def _room(self, length: int) -> int | None:
        """How many new tokens the model's positions allow after an input of `length` tokens; None: any number."""


class Seq2SeqFeeder(Feeder):
    """An encoder reads prefix and text, a decoder writes the output after its start and language tokens.

    The language token is given, not generated: it counts neither as output nor in the score.
    Raises `ConfigError` when language codes, prefix or limits do not fit the model.
    """

    def __init__(self, tokenizer: Any, facts: ModelFacts, config: ModelConfig) -> None:
        super().__init__(tokenizer, facts)
        self._prefix = config.prefix
        target = _set_languages(tokenizer, facts, config)
        check_markers(config.prefix, tokenizer.get_vocab())
        self.opening = _decoder_opening(facts, target)
        self.ends = frozenset(facts.ends or (tokenizer.eos_token_id,))
        self._around = None if config.prefix or _reads_languages(tokenizer) else _around(self.encode("x"), self._ids)
        around = len(self.encode("x")) - self.count_tokens("x")
        self.max_input_tokens = _input_limit(facts, around, config)

    def _row_ids(self, text: str) -> tuple[int, ...]:
        """The text's tokens, kept since they were counted, between the special ones; again where a prefix joins it."""
        if self._around is None:
            return super()._row_ids(text)
        before, after = self._around
        return (*before, *self._own_ids(text), *after)

    def encode(self, text: str) -> list[int]:
        """Prefix, text and special tokens."""
        if not self._prefix and _reads_languages(self.tokenizer):
            # MarianTokenizer takes everything from a leading >> to the next << for the name of a language.
            text = re.sub(r"^(\s*)>>", r"\1> >", text)
        ids = self._ids(self._prefix + text, special=True)
        if self.facts.positions is not None and len(ids) > self.facts.positions:
            raise ModelError(
                f"prefix and text have {len(ids)} tokens, the model reads {self.facts.positions}; split the text"
            )
        return ids

    def _target_ids(self, text: str) -> Sequence[int]:
        if not _reads_languages(self.tokenizer):
            return self._ids(text, special=False)
        ids: list[int] = self.tokenizer(text_target=text, add_special_tokens=False)["input_ids"]  # target.spm
        return ids

    def _room(self, length: int) -> int | None:
        positions = self.facts.output_positions
        return None if positions is None else positions - len(self.opening)


class ChatFeeder(Feeder):
    """A causal model that is asked by its own chat template and answers one turn.

    What it thinks between `<think>` and `</think>` is taken out of the output; an output that never stops thinking is
    empty and unfinished. Score and output tokens count the thoughts.
    With `prompt_multiple`, as many line breaks stand before the text as make the length of the prompt a multiple of it.
    The length depends on the text alone, and prompts of one length can share a batch. (Pad tokens at the front changed
    what the default summarizer writes: docs/PERFORMANCE.md.)
    Raises `ConfigError` when the limits do not fit the model.
    """

    opening = ()

    def __init__(
        self,
        tokenizer: Any,
        facts: ModelFacts,
        config: ModelConfig,
        decoding: Decoding,
        conversation: Conversation,
    ) -> None:
        super().__init__(tokenizer, facts)
        self._conversation = conversation
        own = tokenizer.eos_token_id
        self.ends = frozenset({*facts.ends, *conversation.closing, *(() if own is None else (own,))})
        self._context = facts.tokenizer_limit if facts.positions is None else facts.positions
        self._multiple = config.prompt_multiple or 1
        self._before = tuple(self._ids(conversation.render(_MARK).partition(_MARK)[0], special=False))
        self._line_break = self._ids("\n", special=False)[-1]
        self.max_input_tokens = self._input_limit(config, decoding)

    def _input_limit(self, config: ModelConfig, decoding: Decoding) -> int:
        around = len(self.encode("x")) - self.count_tokens("x")
        asked = config.max_input_tokens
        if asked is not None and asked > self._context:
            raise ConfigError(f"max_input_tokens: found {asked}, but this model's context is {self._context} tokens")
        left = self._context - around - decoding.max_new_tokens - (self._multiple - 1)
        if left < 1:
            raise ConfigError(
                f"max_new_tokens: {decoding.max_new_tokens} new tokens and {around} of the prompt leave no room for a "
                f"text in this model's context of {self._context} tokens"
            )
        return min(asked or left, left)

    def encode(self, text: str) -> list[int]:
        """The whole conversation up to the answer; the template writes the special tokens itself."""
        return self._ids(self._conversation.render(text), special=False)

    def _row_ids(self, text: str) -> tuple[int, ...]:
        ids, start = super()._row_ids(text), len(self._before)
        if ids[:start] != self._before:  # the tokenizer joins the text to what is before it
            return ids
        return (*ids[:start], *(self._line_break,) * (-len(ids) % self._multiple), *ids[start:])

    def _room(self, length: int) -> int | None:
        return max(1, self._context - length)

    def _read(self, row: Row, written: str) -> tuple[str, bool]:
        # Some templates open the thought themselves, so that only its end is in the output.
        opened = self._conversation.render(self.plain(row.text)).rstrip().endswith("<think>")
        text = _THOUGHT.sub("", "<think>" + written if opened else written)
        return ("", False) if "<think>" in text else (text.strip(), True)


def _reads_languages(tokenizer: Any) -> bool:
    """Whether it is a MarianTokenizer, which looks for the name of a language in the text and has two vocabularies."""
    return hasattr(tokenizer, "supported_language_codes")


def _around(whole: Sequence[int], ids: Callable[..., Sequence[int]]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The special tokens before and after a text, from what `x` becomes; None where `x` alone is not found in it."""
    own = list(ids("x", special=False))
    for start in range(len(whole) - len(own) + 1):
        if own and list(whole[start : start + len(own)]) == own:
            return tuple(whole[:start]), tuple(whole[start + len(own) :])
    return None


def _set_languages(tokenizer: Any, facts: ModelFacts, config: ModelConfig) -> int | None:
    """Tell the tokenizer the source language; the id of the target language's token, None for other families."""
    if facts.model_type not in MULTILINGUAL:
        if config.source_code or config.target_code:
            field = "source_code" if config.source_code else "target_code"
            raise ConfigError(
                f"{field}: models of type {facts.model_type} have no language codes; remove it, or use a prefix"
            )
        return None
    tokens = language_tokens(tokenizer)
    faults = []
    codes = {}
    for field in ("source_code", "target_code"):
        try:
            codes[field] = check_code(field, getattr(config, field), tokens)
        except ConfigError as error:
            faults.append(str(error))
    if faults:
        raise ConfigError("\n".join(faults))
    tokenizer.src_lang = codes["source_code"]
    target = int(tokenizer.convert_tokens_to_ids(tokens[codes["target_code"]]))
    if target == tokenizer.unk_token_id:
        raise ConfigError(f"target_code: {codes['target_code']!r} is not in the vocabulary of this model")
    return target


def _decoder_opening(facts: ModelFacts, target: int | None) -> tuple[int, ...]:
    """The tokens that the decoder starts from: its start token, then the language or another it must begin with."""
    if target is not None and facts.starts_from_language:
        return (target,)
    if facts.start is None:
        raise ModelError("the model names no decoder_start_token_id, so its decoder cannot start")
    forced = facts.forced_start if target is None else target
    return (facts.start,) if forced is None else (facts.start, forced)


def _input_limit(facts: ModelFacts, around: int, config: ModelConfig) -> int:
    """Longest text in tokens; `around` is how many tokens the special ones and the prefix take."""
    asked, positions = config.max_input_tokens, facts.positions
    if positions is None:
        return asked or facts.tokenizer_limit - around
    if asked is not None and asked > positions:
        raise ConfigError(
            f"max_input_tokens: found {asked}, but this model has {positions} positions and cannot read on; "
            f"expected at most {positions - around}"
        )
    if around >= positions:
        raise ConfigError(f"prefix: it takes all {positions} tokens that this model can read")
    return min(asked or positions, positions - around)

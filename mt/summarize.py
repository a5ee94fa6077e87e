"""The second stage: an English text into an abstractive summary, however long the text is.

A text over the model's input limit is packed into parts of whole sentences; the parts' summaries, one after another,
are the text of the next round. Nothing is cut off to make it fit. The texts of all articles given at once are
summarized together, round by round.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from mt.checks import FAILED, check_loop, check_support, find_support
from mt.config import Decoding, Prompt, SummarizeConfig, SummaryLength
from mt.engines import TextGenerator, generate_each
from mt.errors import ModelError
from mt.records import Flag, Generated, Segment, Summary, SummarySentence, Translation
from mt.text import english_sentences, split_long

# What chat models say before and around a summary; dropped from its front.
_PREFACE = re.compile(
    r"^(?:(?:sure|certainly|of course|okay)[,!.]?\s+)?"
    r"(?:(?:here(?:'s|’s| is)|this is|below is)\s[^.:\n]{0,80}:|(?:in )?summary\s*(?:of [^.:\n]{0,60})?:)\s*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+", re.MULTILINE)
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_OVERRUN = 1.5  # a summary may run over its target length by half
_JOINT = 2  # tokens that joining two sentences by a space may add


@dataclass(frozen=True, slots=True)
class _Draft:
    """The state of one article between rounds: the sentences still to be summarized."""

    sentences: tuple[str, ...]
    rounds: int = 0
    flags: tuple[Flag, ...] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class _Output:
    """What the model made of one part."""

    sentences: tuple[str, ...]
    flags: tuple[Flag, ...] = ()


class Summarizer:
    """Summarizes translations with one model."""

    def __init__(self, generator: TextGenerator, config: SummarizeConfig) -> None:
        self.generator = generator
        self.config = config
        self._prompt = _prompt_pattern(config.model.prompt)

    def summarize(self, translations: Sequence[Translation]) -> list[Summary | None]:
        """One summary for each translation, in order; None where an article in a third language was passed through."""
        todo = [index for index, translation in enumerate(translations) if _is_english(translation)]
        drafts = {index: self._first_draft(translations[index]) for index in todo}
        while open_drafts := [index for index in todo if not drafts[index].done]:
            for index, draft in zip(open_drafts, self._round([drafts[i] for i in open_drafts]), strict=True):
                drafts[index] = draft
        return [
            self._finish(drafts[index], translation) if index in drafts else None
            for index, translation in enumerate(translations)
        ]

    def _first_draft(self, translation: Translation) -> _Draft:
        sentences = tuple(s.text for s in translation.segments if s.text and not any(f.name == FAILED for f in s.flags))
        return _Draft(sentences, done=_words(sentences) <= self.config.length.bypass_words)

    def _round(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """One pass of the model over every draft: each becomes its summary, or its parts' summaries when it is long."""
        parts = [self._pack(draft.sentences) for draft in drafts]
        outputs = iter(self._generate([part for draft_parts in parts for part in draft_parts]))
        return [self._next(draft, list(islice(outputs, len(p)))) for draft, p in zip(drafts, parts, strict=True)]

    def _next(self, draft: _Draft, outputs: Sequence[_Output]) -> _Draft:
        sentences = tuple(sentence for output in outputs for sentence in output.sentences)
        flags = tuple(dict.fromkeys((*draft.flags, *(flag for output in outputs for flag in output.flags))))
        rounds = draft.rounds + 1
        if len(outputs) == 1:
            return _Draft(sentences, rounds, flags, done=True)
        if rounds == self.config.max_rounds:
            flags += (Flag("long", f"after {rounds} rounds still the summaries of {len(outputs)} parts one by one"),)
        return _Draft(sentences, rounds, flags, done=rounds == self.config.max_rounds)

    def _pack(self, sentences: Sequence[str]) -> list[tuple[str, ...]]:
        """Whole sentences in order, in as few and as even parts as the model's input limit allows.

        A sentence that alone is over the limit is cut first, as in `mt.text.split_long`.
        """
        limit, count = self.generator.max_input_tokens, self.generator.count_tokens
        room = max(1, limit - _JOINT)
        whole = [p.text for s in sentences for p in split_long(Segment(0, 0, len(s), s), room, count)]
        costs = [count(sentence) + _JOINT for sentence in whole]
        goal = sum(costs) / math.ceil(sum(costs) / limit)
        parts: list[list[str]] = [[]]
        filled = 0
        for sentence, cost in zip(whole, costs, strict=True):
            if parts[-1] and (filled + cost > limit or filled + cost / 2 > goal):
                parts.append([])
                filled = 0
            parts[-1].append(sentence)
            filled += cost
        return [tuple(part) for part in parts]

    def _generate(self, parts: Sequence[Sequence[str]]) -> list[_Output]:
        """One output for each part, in order; parts with the same length bounds go to the model together."""
        texts = [" ".join(part) for part in parts]
        groups: defaultdict[Decoding, list[int]] = defaultdict(list)
        for index, text in enumerate(texts):
            groups[self._bounded(text)].append(index)
        outputs: dict[int, _Output] = {}
        for decoding, members in groups.items():
            raw = generate_each(self.generator, [texts[i] for i in members], decoding)
            outputs |= {i: self._tidy(result, parts[i]) for i, result in zip(members, raw, strict=True)}
        return [outputs[index] for index in range(len(parts))]

    def _bounded(self, text: str) -> Decoding:
        """The decoding with length bounds for this text: never more than its share, and always min < max.

        Rounded up to multiples of 8 tokens, so that texts of like length share a batch.
        """
        tokens_per_word = self.generator.count_tokens(text) / max(1, len(text.split()))
        longest = math.ceil(_target_words(text, self.config.length) * _OVERRUN * tokens_per_word / 8) * 8
        longest = min(self.config.decoding.max_new_tokens, longest)
        shortest = min(self.config.decoding.min_new_tokens, longest // 2)
        return self.config.decoding.model_copy(update={"max_new_tokens": longest, "min_new_tokens": shortest})

    def _tidy(self, result: Generated | ModelError, part: Sequence[str]) -> _Output:
        """The whole sentences of an output without preface, list marks, prompt text or repeats, near the target length.

        Where nothing is left, the part's first sentences stand in, and a flag says so.
        """
        words = _target_words(" ".join(part), self.config.length)
        if isinstance(result, ModelError):
            return _Output(_lead(part, words), (Flag("extractive", f"the model failed: {result}"),))
        text = _MARKS.sub("", result.text.replace("<n>", "\n")).replace("**", "")  # <n>: Pegasus' line break
        text = _PREFACE.sub("", self._prompt.sub("", text).strip())
        sentences, flags = _complete(english_sentences(" ".join(text.split())), result.finished)
        kept: dict[str, str] = {}
        for sentence in sentences:
            key = _normal(sentence)
            if key and key not in kept:
                kept[key] = sentence
        if not kept:
            return _Output(_lead(part, words), (Flag("extractive", "the model wrote no usable sentence"),))
        return _Output(_lead(tuple(kept.values()), round(words * _OVERRUN)), flags)

    def _finish(self, draft: _Draft, translation: Translation) -> Summary:
        """Give each sentence its support and its doubts."""
        article = " ".join([translation.title_text, *(s.text for s in translation.segments)])
        texts = [s.text for s in translation.segments]
        sentences = tuple(
            SummarySentence(s, find_support(s, texts), _sentence_flags(s, article)) for s in draft.sentences
        )
        return Summary(sentences, draft.rounds, draft.flags)


def _is_english(translation: Translation) -> bool:
    return bool(translation.segments) and translation.language in ("ar", "en")


def _sentence_flags(sentence: str, article: str) -> tuple[Flag, ...]:
    loop = check_loop(sentence)
    return (*check_support(sentence, article), *((loop,) if loop else ()))


def _complete(sentences: Sequence[str], finished: bool) -> tuple[tuple[str, ...], tuple[Flag, ...]]:
    """End on a sentence: an output that was stopped loses its torn last sentence, unless it has no other."""
    if not sentences or _ENDED.search(sentences[-1]):
        return tuple(sentences), ()
    if finished:
        return (*sentences[:-1], f"{sentences[-1].rstrip(' ,;:-')}."), ()
    if len(sentences) > 1:
        return tuple(sentences[:-1]), ()
    return (f"{sentences[0]} …",), (Flag("unfinished", "the summary's only sentence stopped at the length limit"),)


def _lead(sentences: Sequence[str], words: int) -> tuple[str, ...]:
    """The first sentences of at most so many words together, but one at least."""
    total = accumulate(len(sentence.split()) for sentence in sentences)
    return tuple(s for i, (s, so_far) in enumerate(zip(sentences, total, strict=True)) if i == 0 or so_far <= words)


def _target_words(text: str, length: SummaryLength) -> int:
    return max(5, min(length.target_words, int(length.max_share * len(text.split()))))


def _words(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _normal(sentence: str) -> str:
    return " ".join(re.findall(r"\w+", sentence.lower()))


def _prompt_pattern(prompt: Prompt | None) -> re.Pattern[str]:
    """Matches each sentence of the prompt, however it is punctuated and whatever stands for its placeholders."""
    said = f"{prompt.system}\n{prompt.user}" if prompt else ""
    sentences = [re.findall(r"\{?\w+\}?", s) for line in said.split("\n") for s in english_sentences(line)]
    patterns = [
        r"\W+".join(r"\w+" if word.startswith("{") else re.escape(word) for word in words)
        for words in sentences
        if words != ["{text}"]
    ]
    patterns.sort(key=len, reverse=True)  # the longest first: one sentence may start as another does
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b[.:!,;]*\s*" if patterns else r"(?!)", re.IGNORECASE)

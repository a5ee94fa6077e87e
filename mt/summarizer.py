"""The second stage: an English text into an abstractive summary, however long the text is.

A text over the model's input limit is packed into parts of whole sentences; the parts' summaries, one after another,
are the text of the next round. Nothing is cut off to make it fit. The texts of all articles given at once are
summarized together, round by round. Of several outputs for a text the one that the article bears out best is kept, and
what it does not bear out is dealt with as in `mt.verify`, in every round, so that no round builds on it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice

from mt.checks import FAILED, says_again
from mt.config import Decoding, Prompt, SummarizeConfig, SummaryLength
from mt.engines import Entailment, TextGenerator, generate_each
from mt.errors import ModelError
from mt.records import Flag, Generated, Segment, Summary, SummarySentence, Translation
from mt.text import english_sentences, split_long
from mt.verify import Source, Verifier, is_faulty

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
    """The state of one article between rounds: the sentences still to be summarized, or at last the summary's."""

    source: Source
    sentences: tuple[SummarySentence, ...]
    rounds: int = 0
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """What the model sees at once: whole sentences of one article, or of the summaries of its parts."""

    sentences: tuple[str, ...]
    source: Source

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class _Output:
    """What the model made of one part."""

    sentences: tuple[SummarySentence, ...]
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()


class Summarizer:
    """Summarizes translations with one model, and checks each sentence against its article."""

    def __init__(self, generator: TextGenerator, config: SummarizeConfig, entailment: Entailment | None = None) -> None:
        self.generator = generator
        self.config = config
        self._prompt = _prompt_pattern(config.model.prompt)
        least = config.consistency.min_score if config.consistency else 0.0
        self._verifier = Verifier(config.unsupported, entailment, least)
        self._ways = ways(config)

    def summarize(self, translations: Sequence[Translation]) -> list[Summary | None]:
        """One summary for each translation, in order; None where an article in a third language was passed through."""
        todo = [index for index, translation in enumerate(translations) if _is_english(translation)]
        drafts = {index: self._first_draft(translations[index]) for index in todo}
        while open_drafts := [index for index in todo if not drafts[index].done]:
            for index, draft in zip(open_drafts, self._round([drafts[i] for i in open_drafts]), strict=True):
                drafts[index] = draft
        return [_finished(drafts[index]) if index in drafts else None for index in range(len(translations))]

    def _first_draft(self, translation: Translation) -> _Draft:
        """The article's sentences; one that is short enough to be its own summary is done, and checked like any."""
        source = Source.of(translation)
        whole = [s.text for s in translation.segments if s.text and not any(f.name == FAILED for f in s.flags)]
        done = _words(whole) <= self.config.length.bypass_words
        [checked] = self._verifier.check([(whole, source)]) if done else [()]
        own = checked or tuple(SummarySentence(text) for text in whole)
        return _Draft(source, tuple(replace(sentence, origin="article") for sentence in own), done=done)

    def _round(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """One pass of the model over every draft: each becomes its summary, or its parts' summaries when it is long."""
        parts = [[_Part(p, d.source) for p in self._pack([s.text for s in d.sentences])] for d in drafts]
        outputs = iter(self._summaries([part for draft_parts in parts for part in draft_parts]))
        return [self._next(draft, list(islice(outputs, len(p)))) for draft, p in zip(drafts, parts, strict=True)]

    def _next(self, draft: _Draft, outputs: Sequence[_Output]) -> _Draft:
        sentences = tuple(sentence for output in outputs for sentence in output.sentences)
        flags = tuple(dict.fromkeys((*draft.flags, *(flag for output in outputs for flag in output.flags))))
        dropped = (*draft.dropped, *(sentence for output in outputs for sentence in output.dropped))
        rounds = draft.rounds + 1
        done = len(outputs) == 1 or rounds == self.config.max_rounds
        if done and len(outputs) > 1:
            flags += (Flag("long", f"after {rounds} rounds still the summaries of {len(outputs)} parts one by one"),)
        return _Draft(draft.source, sentences, rounds, flags, dropped, done)

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

    def _summaries(self, parts: Sequence[_Part]) -> list[_Output]:
        """One output for each part, in order, with what its article does not bear out dealt with.

        Every part is generated once; those whose best output so far has a sentence at fault are generated again, all
        together, the next way.
        """
        best: dict[int, _Output] = {}
        todo = list(range(len(parts)))
        for way in self._ways:
            made = self._generate([parts[i] for i in todo], way)
            for index, output in zip(todo, made, strict=True):
                if index not in best or self._worth(output, parts[index]) > self._worth(best[index], parts[index]):
                    best[index] = output
            todo = [i for i in todo if any(map(is_faulty, best[i].sentences))]
            if not todo:
                break
        return [self._settled(best[index], part) for index, part in enumerate(parts)]

    def _worth(self, output: _Output, part: _Part) -> tuple[bool, int]:
        """Of two outputs the greater is the better: the model's own, and more words without fault than with.

        Words over the target length count for nothing.
        """
        faulty = _words([s.text for s in output.sentences if is_faulty(s)])
        clean = _words([s.text for s in output.sentences]) - faulty
        wrote = not any(flag.name == "extractive" for flag in output.flags)
        return wrote, min(clean, _target_words(part.text, self.config.length)) - faulty

    def _settled(self, output: _Output, part: _Part) -> _Output:
        """The output after its sentences at fault were dealt with; the article's first sentences where none is left."""
        words = _target_words(part.text, self.config.length)
        settled = self._verifier.settle(output.sentences, part.source, round(words * _OVERRUN))
        if settled.sentences:
            return _Output(settled.sentences, output.flags, settled.dropped)
        flag = Flag("extractive", "the article bears out no sentence that the model wrote")
        return _Output(self._stand_in(part), (*output.flags, flag), settled.dropped)

    def _stand_in(self, part: _Part) -> tuple[SummarySentence, ...]:
        """The part's first sentences, near the target length."""
        first = _lead(part.sentences, _target_words(part.text, self.config.length))
        [checked] = self._verifier.check([(first, part.source)])
        return tuple(replace(sentence, origin="article") for sentence in checked)

    def _generate(self, parts: Sequence[_Part], decoding: Decoding) -> list[_Output]:
        """One checked output for each part, in order; parts with the same length bounds go to the model together."""
        groups: defaultdict[Decoding, list[int]] = defaultdict(list)
        for index, part in enumerate(parts):
            groups[self._bounded(part.text, decoding)].append(index)
        tidied: dict[int, tuple[tuple[str, ...], tuple[Flag, ...]]] = {}
        for bounded, members in groups.items():
            raw = generate_each(self.generator, [parts[i].text for i in members], bounded)
            tidied |= {i: self._tidy(result, parts[i].sentences) for i, result in zip(members, raw, strict=True)}
        checked = self._verifier.check([(tidied[i][0], part.source) for i, part in enumerate(parts)])
        return [
            _Output(sentences, tidied[i][1]) if sentences else _Output(self._stand_in(parts[i]), tidied[i][1])
            for i, sentences in enumerate(checked)
        ]

    def _bounded(self, text: str, decoding: Decoding) -> Decoding:
        """The decoding with length bounds for this text: never more than its share, and always min < max.

        Rounded up to multiples of 8 tokens, so that texts of like length share a batch.
        """
        tokens_per_word = self.generator.count_tokens(text) / max(1, len(text.split()))
        longest = math.ceil(_target_words(text, self.config.length) * _OVERRUN * tokens_per_word / 8) * 8
        longest = min(decoding.max_new_tokens, longest)
        shortest = min(decoding.min_new_tokens, longest // 2)
        return decoding.model_copy(update={"max_new_tokens": longest, "min_new_tokens": shortest})

    def _tidy(self, result: Generated | ModelError, part: Sequence[str]) -> tuple[tuple[str, ...], tuple[Flag, ...]]:
        """The whole sentences of an output without preface, list marks, prompt text or repeats, near the target length.

        None where nothing usable is left, with a flag that says why.
        """
        if isinstance(result, ModelError):
            return (), (Flag("extractive", f"the model failed: {result}"),)
        text = _MARKS.sub("", result.text.replace("<n>", "\n")).replace("**", "")  # <n>: Pegasus' line break
        text = _PREFACE.sub("", self._prompt.sub("", text).strip())
        sentences, flags = _complete(english_sentences(" ".join(text.split())), result.finished)
        kept: list[str] = []
        for sentence in sentences:
            if _normal(sentence) and not any(_repeats(sentence, other) for other in kept):
                kept.append(sentence)
        if not kept:
            return (), (Flag("extractive", "the model wrote no usable sentence"),)
        return _lead(kept, round(_target_words(" ".join(part), self.config.length) * _OVERRUN)), flags


def ways(config: SummarizeConfig) -> tuple[Decoding, ...]:
    """How the outputs for one text are searched for, one after another: as configured, then otherwise.

    Samples where the engine can draw them again (transformers), each with its own seed; else other beams and bars on
    repeated n-grams. All are deterministic.
    """
    first = config.decoding
    if config.model.engine == "transformers":
        sampled = {"num_beams": 1, "do_sample": True, "temperature": 0.7, "top_p": 0.9}
        others = [first.model_copy(update={**sampled, "seed": first.seed + i}) for i in range(1, config.candidates)]
    else:
        searches = [(beams, ngram) for ngram in (0, 3, 4) for beams in (2, 1, 4)]
        changed = [{"num_beams": beams, "no_repeat_ngram_size": ngram} for beams, ngram in searches]
        others = [way for change in changed if (way := first.model_copy(update=change)) != first]
    return (first, *others[: config.candidates - 1])


def _finished(draft: _Draft) -> Summary:
    return Summary(draft.sentences, draft.rounds, draft.flags, draft.dropped)


def _is_english(translation: Translation) -> bool:
    return bool(translation.segments) and translation.language in ("ar", "en")


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


def _repeats(sentence: str, other: str) -> bool:
    return _normal(sentence) == _normal(other) or (says_again(sentence, other) and len(sentence.split()) > 4)


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

"""The second stage: an English text into abstractive summaries in one or more styles, however long the text is.

A text over the model's input limit is packed into parts of whole sentences; the parts' summaries, one after another,
are the text of the next round. Nothing is cut off to make it fit. The texts of all articles given at once are
summarized together, round by round. What an article does not bear out is written again, or dealt with as in
`mt.summaries.verify`, in every round, so that no round builds on it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from mt.checks import FAILED
from mt.config import Decoding, SummarizeConfig
from mt.engines import BATCH_INVARIANT, Entailment, GroupingGenerator, generate_each
from mt.errors import ConfigError, ModelError
from mt.records import Flag, Generated, Segment, Summary, SummarySentence, Translation
from mt.summaries.shapes import Shape, Size, rewriting, shape, shapes
from mt.summaries.tidying import OVERRUN, Tidied, Tidier, lead, repeats
from mt.summaries.verify import Source, Verifier, is_faulty
from mt.text import split_long

SUMMARIES_VERSION = "6"
"""Part of every signature: it rises when the same model and settings would give other summaries."""

_JOINT = 2  # tokens that joining two sentences by a space may add
_STEP = 32  # tokens: the bound of an output is a multiple of it
_LEAST_ROOM = 8  # tokens of text beside the prompt, under which a model is of no use
_REWRITTEN_WORDS = (12, 30)  # least and most words of a sentence that is written again


@dataclass(frozen=True, slots=True)
class _Draft:
    """The state of one article between rounds: the sentences still to be summarized, or at last the summary's."""

    source: Source
    sentences: tuple[SummarySentence, ...]
    words: int
    """Of the article."""
    short: bool = False
    """Whether the article is its own summary."""
    rounds: int = 0
    parts: int = 1
    """Of the last round."""
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """What the model sees at once: whole sentences of one article, or of the summaries of its parts."""

    sentences: tuple[SummarySentence, ...]
    source: Source
    size: Size
    message: str


@dataclass(frozen=True, slots=True)
class _Output:
    """What the model made of one part."""

    sentences: tuple[SummarySentence, ...]
    flags: tuple[Flag, ...] = ()
    dropped: tuple[SummarySentence, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the model wrote something usable."""
        return not any(flag.name == "extractive" for flag in self.flags)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A message to the model, and what its answer should be."""

    message: str
    shape: Shape
    size: Size
    source: Source


_Outputs: TypeAlias = dict[int, _Output]


class Summarizer:
    """Summarizes translations with one model, and checks each sentence against its article.

    The generator of a chat model gets whole messages (`mt.engines.prompts.with_open_message`).
    """

    def __init__(
        self, generator: GroupingGenerator, config: SummarizeConfig, entailment: Entailment | None = None
    ) -> None:
        self.generator = generator
        self.config = config
        least = config.consistency.min_score if config.consistency else 0.0
        self._verifier = Verifier(config.unsupported, entailment, least)
        self._ways = ways(config)
        self._shapes = shapes(config)
        self._paragraph = shape(config, "paragraph")
        self._rewriting = rewriting(config)
        asked = (*self._shapes, self._paragraph, *([self._rewriting] if self._rewriting else []))
        system = config.model.prompt.system if config.model.prompt else ""
        self._tidier = Tidier([system, *(each.user for each in asked if each.user)])
        room = min(generator.max_input_tokens - each.overhead("", generator.count_tokens) for each in asked)
        if room < _LEAST_ROOM:
            raise ConfigError(
                f"summarize.model.max_input_tokens: the prompt leaves {room} of {generator.max_input_tokens} tokens "
                f"for the text; expected {_LEAST_ROOM} at least"
            )

    def groups(self, translations: Sequence[Translation]) -> list[tuple[int, ...]]:
        """Indices of the translations in groups that gain from being summarized together; by their first one.

        All are one group where outputs depend on the batch: these are compared window by window. Else it is by the
        length of what the model is given first, and what it is given nothing for stands alone.
        """
        if BATCH_INVARIANT not in self.generator.description.split():
            return [tuple(range(len(translations)))] if translations else []
        asked = {i: message for i, t in enumerate(translations) if (message := self._first_message(t))}
        places = list(asked)
        together = self.generator.together(list(asked.values()))
        alone = [(index,) for index in range(len(translations)) if index not in asked]
        return sorted([*alone, *(tuple(places[i] for i in group) for group in together)])

    def _first_message(self, translation: Translation) -> str | None:
        """The first message about a translation to the model; None where it is its own summary or gets none."""
        if not _is_english(translation) or (draft := self._first_draft(translation)).short:
            return None
        return self._parts(draft, self._paragraph if self._is_long(draft) else self._shapes[0])[0].message

    def summarize(self, translations: Sequence[Translation]) -> list[Summary | None]:
        """One summary for each translation, in order; None where an article in a third language was passed through.

        It is in the first of the configured styles; `Summary.others` are in the further ones.
        """
        todo = [index for index, translation in enumerate(translations) if _is_english(translation)]
        drafts = self._shortened([self._first_draft(translations[index]) for index in todo])
        styled = [self._styled(drafts, each) for each in self._shapes]
        summaries = {index: replace(s[0], others=tuple(s[1:])) for index, *s in zip(todo, *styled, strict=True)}
        return [summaries.get(index) for index in range(len(translations))]

    def _first_draft(self, translation: Translation) -> _Draft:
        """The article's sentences; one that is short enough to be its own summary is checked like any."""
        source = Source.of(translation)
        whole = [s.text for s in translation.segments if s.text and not any(f.name == FAILED for f in s.flags)]
        words = _words(whole)
        short = words <= self.config.length.bypass_words
        [checked] = self._verifier.check([(whole, source)]) if short else [()]
        own = checked or tuple(SummarySentence(text) for text in whole)
        flags = (Flag("other-title", source.other_title),) if source.other_title else ()
        sentences = tuple(replace(sentence, origin="article") for sentence in own)
        return _Draft(source, sentences, words, short, flags=flags)

    def _shortened(self, drafts: Sequence[_Draft]) -> list[_Draft]:
        """The drafts, those that are too long for the model summarized in parts until they fit or rounds run out."""
        current = list(drafts)
        while long := [i for i, d in enumerate(current) if d.rounds < self.config.max_rounds and self._is_long(d)]:
            parts = [self._parts(current[i], self._paragraph) for i in long]
            outputs = iter(self._outputs([part for each in parts for part in each], self._paragraph))
            for index, each in zip(long, parts, strict=True):
                current[index] = _next(current[index], list(islice(outputs, len(each))))
        return current

    def _is_long(self, draft: _Draft) -> bool:
        return not draft.short and any(len(self._packed(draft, each)) > 1 for each in self._shapes)

    def _styled(self, drafts: Sequence[_Draft], asked: Shape) -> list[Summary]:
        """The summary of each draft in one style, in order."""
        todo = [i for i, draft in enumerate(drafts) if self._is_open(draft, asked)]
        parts = [self._parts(drafts[i], asked)[0] for i in todo]
        outputs = dict(zip(todo, self._outputs(parts, asked), strict=True))
        return [
            self._finished(_next(draft, [outputs[i]]), asked) if i in outputs else self._finished(draft, asked)
            for i, draft in enumerate(drafts)
        ]

    def _is_open(self, draft: _Draft, asked: Shape) -> bool:
        """Whether the model is still to write this style: not for what is short, or what the rounds did not shorten."""
        if asked.style == "headline":
            return bool(draft.sentences)
        return not draft.short and draft.rounds < self.config.max_rounds

    def _finished(self, draft: _Draft, asked: Shape) -> Summary:
        flags = draft.flags
        if draft.parts > 1:
            flags += (
                Flag("long", f"after {draft.rounds} rounds still the summaries of {draft.parts} parts one by one"),
            )
        wanted = asked.length.bullets if asked.style == "bullets" else None
        if wanted and len(draft.sentences) < wanted:
            flags += (Flag("few-points", f"{len(draft.sentences)} of {wanted}"),)
        return Summary(draft.sentences, draft.rounds, flags, draft.dropped, asked.style)

    def _parts(self, draft: _Draft, asked: Shape) -> list[_Part]:
        """What the model is given of a draft, in as few and as even parts as its input limit allows."""
        packed = self._packed(draft, asked)
        parts = []
        for sentences in packed:
            text = " ".join(s.text for s in sentences)
            words = _words([s.text for s in sentences])
            size = asked.size(draft.words if len(packed) == 1 else words, words)
            parts.append(_Part(sentences, draft.source, size, asked.message(draft.source.title, text, size)))
        return parts

    def _packed(self, draft: _Draft, asked: Shape) -> list[tuple[SummarySentence, ...]]:
        """Whole sentences in order; one that alone is over the limit is cut first, as in `mt.text.split_long`."""
        count = self.generator.count_tokens
        limit = self.generator.max_input_tokens - asked.overhead(draft.source.title, count)
        if limit < _LEAST_ROOM:  # a title as long as a text
            limit = _LEAST_ROOM
        room = max(1, limit - _JOINT)
        whole = [
            replace(sentence, text=piece.text)
            for sentence in draft.sentences
            for piece in split_long(Segment(0, 0, len(sentence.text), sentence.text), room, count)
        ]
        costs = [count(sentence.text) + _JOINT for sentence in whole]
        return _packed_evenly(whole, costs, limit)

    def _outputs(self, parts: Sequence[_Part], asked: Shape) -> list[_Output]:
        """One output for each part, in order, with what its article does not bear out dealt with.

        Every part is asked for once. While an output has sentences at fault, these are written again, or the whole is
        where the model cannot be asked for one sentence or wrote nothing usable; all parts together, way by way.
        """
        best = dict(enumerate(self._asked(parts, asked, self._ways[0])))
        for way, rewriting_way in zip(self._ways[1:], self._ways, strict=False):
            todo = [i for i, output in best.items() if not output.is_own or any(map(is_faulty, output.sentences))]
            by_sentence = [i for i in todo if self._is_rewritten(best[i], asked)]
            whole = [i for i in todo if i not in set(by_sentence)]
            for index, output in zip(whole, self._asked([parts[i] for i in whole], asked, way), strict=True):
                if _worth(output, parts[index]) > _worth(best[index], parts[index]):
                    best[index] = output
            best |= self._rewritten({i: best[i] for i in by_sentence}, parts, rewriting_way)
        return [self._settled(best[index], part, asked) for index, part in enumerate(parts)]

    def _is_rewritten(self, output: _Output, asked: Shape) -> bool:
        return bool(self._rewriting) and output.is_own and asked.style != "headline"

    def _asked(self, parts: Sequence[_Part], asked: Shape, way: Decoding) -> list[_Output]:
        """One checked output for each part, in order; the part's first sentences where nothing usable came."""
        answers = self._answers([_Ask(part.message, asked, part.size, part.source) for part in parts], way)
        checked = self._verifier.check([(a.sentences, p.source) for a, p in zip(answers, parts, strict=True)])
        return [
            _Output(sentences or self._stand_in(part, asked), answer.flags)
            for sentences, answer, part in zip(checked, answers, parts, strict=True)
        ]

    def _rewritten(self, outputs: Mapping[int, _Output], parts: Sequence[_Part], way: Decoding) -> _Outputs:
        """The outputs with sentences at fault written again from those that they rest on, where that cured them."""
        places, asks = [], []
        for index, output in outputs.items():
            for place, sentence in enumerate(output.sentences):
                if is_faulty(sentence) and sentence.support:
                    places.append((index, place))
                    asks.append(self._rewriting_of(sentence, parts[index].source))
        answers = self._answers(asks, way)
        whole = [
            () if any(f.name == "unfinished" for f in answer.flags) else answer.sentences[:1] for answer in answers
        ]
        checked = self._verifier.check([(texts, ask.source) for texts, ask in zip(whole, asks, strict=True)])
        changed: _Outputs = dict(outputs)
        for (index, place), sentences in zip(places, checked, strict=True):
            others = [s.text for i, s in enumerate(changed[index].sentences) if i != place]
            if sentences and not is_faulty(sentences[0]) and not any(repeats(sentences[0].text, o) for o in others):
                now = changed[index].sentences
                changed[index] = replace(changed[index], sentences=(*now[:place], sentences[0], *now[place + 1 :]))
        return changed

    def _rewriting_of(self, sentence: SummarySentence, source: Source) -> _Ask:
        assert self._rewriting is not None
        least, most = _REWRITTEN_WORDS
        size = Size.of_sentence(min(most, max(least, len(sentence.text.split()))))
        # A sentence that mixed up who did what is written again from the one that it rests on most, with fewer names.
        mixed_up = any(flag.name == "swapped-roles" for flag in sentence.flags)
        support = sentence.support[:1] if mixed_up else sentence.support
        text = " ".join(source.segments[i] for i in sorted(support))
        return _Ask(self._rewriting.message("", text, size), self._rewriting, size, source)

    def _answers(self, asks: Sequence[_Ask], way: Decoding) -> list[Tidied]:
        """One tidied answer for each message, in order; messages with the same length bounds share a call."""
        groups: defaultdict[Decoding, list[int]] = defaultdict(list)
        for index, ask in enumerate(asks):
            groups[self._bounded(ask, way)].append(index)
        tidied: dict[int, Tidied] = {}
        for bounded, members in groups.items():
            answers = generate_each(self.generator, [asks[i].message for i in members], bounded)
            tidied |= {i: self._tidied(answer, asks[i]) for i, answer in zip(members, answers, strict=True)}
        return [tidied[index] for index in range(len(asks))]

    def _tidied(self, answer: Generated | ModelError, ask: _Ask) -> Tidied:
        if isinstance(answer, ModelError):
            return Tidied((), (Flag("extractive", f"the model failed: {answer}"),))
        return self._tidier.tidy(answer, ask.shape.style, ask.size, ask.source.text)

    def _bounded(self, ask: _Ask, way: Decoding) -> Decoding:
        """The decoding with length bounds for this message: never more than its share, and always min < max.

        Rounded up to multiples of 32 tokens, so that texts of like length share a batch.
        """
        tokens_per_word = self.generator.count_tokens(ask.message) / max(1, len(ask.message.split()))
        longest = math.ceil(ask.size.words * OVERRUN * tokens_per_word / _STEP) * _STEP
        longest = min(way.max_new_tokens, longest)
        return way.model_copy(
            update={"max_new_tokens": longest, "min_new_tokens": min(way.min_new_tokens, longest // 2)}
        )

    def _settled(self, output: _Output, part: _Part, asked: Shape) -> _Output:
        """The output after its sentences at fault were dealt with; the text's own sentences where none is left."""
        settled = self._verifier.settle(output.sentences, part.source, round(part.size.words * OVERRUN))
        if asked.style == "headline" and any(s.origin == "article" for s in settled.sentences):
            settled = replace(settled, sentences=())  # a sentence of the article is no headline, its title is
        if settled.sentences:
            return _Output(settled.sentences, output.flags, settled.dropped)
        flag = Flag("extractive", "the article bears out no sentence that the model wrote")
        flags = output.flags if not output.is_own else (*output.flags, flag)
        return _Output(self._stand_in(part, asked), flags, settled.dropped)

    def _stand_in(self, part: _Part, asked: Shape) -> tuple[SummarySentence, ...]:
        """The part's first sentences, near the target length, with their own origin; the title for a headline."""
        title = part.source.title
        texts: tuple[str, ...]
        origins: tuple[str, ...]
        if asked.style == "headline" and title:
            texts, origins = (title,), ("article",)
        else:
            texts = lead([s.text for s in part.sentences], part.size.words)
            origins = tuple(s.origin for s in part.sentences[: len(texts)])
        [checked] = self._verifier.check([(texts, part.source)])
        return tuple(replace(s, origin=origin) for s, origin in zip(checked, origins, strict=True))


def _next(draft: _Draft, outputs: Sequence[_Output]) -> _Draft:
    """The draft after a round that gave these outputs for its parts."""
    sentences = tuple(sentence for output in outputs for sentence in output.sentences)
    flags = tuple(dict.fromkeys((*draft.flags, *(flag for output in outputs for flag in output.flags))))
    dropped = (*draft.dropped, *(sentence for output in outputs for sentence in output.dropped))
    rounds, parts = draft.rounds + 1, len(outputs)
    return replace(draft, sentences=sentences, rounds=rounds, parts=parts, flags=flags, dropped=dropped)


def _packed_evenly(
    sentences: Sequence[SummarySentence], costs: Sequence[int], limit: int
) -> list[tuple[SummarySentence, ...]]:
    """Sentences of these costs in tokens, in as few and as even parts as the limit allows."""
    goal = sum(costs) / max(1, math.ceil(sum(costs) / limit))
    parts: list[list[SummarySentence]] = [[]]
    filled = 0
    for sentence, cost in zip(sentences, costs, strict=True):
        if parts[-1] and (filled + cost > limit or filled + cost / 2 > goal):
            parts.append([])
            filled = 0
        parts[-1].append(sentence)
        filled += cost
    return [tuple(part) for part in parts]


def _worth(output: _Output, part: _Part) -> tuple[bool, int]:
    """Of two outputs the greater is the better: the model's own, and more words without fault than with.

    Words over the target length count for nothing.
    """
    faulty = _words([s.text for s in output.sentences if is_faulty(s)])
    clean = _words([s.text for s in output.sentences]) - faulty
    return output.is_own, min(clean, part.size.words) - faulty


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


def _is_english(translation: Translation) -> bool:
    return bool(translation.segments) and translation.language in ("ar", "en")


def _words(sentences: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)

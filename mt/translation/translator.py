"""The first stage: articles into English, segment by segment, with every segment accounted for.

The segments of all articles given at once go to the model together, so that its batches are full; order and article are
put back afterwards. A model never sees an article, and an article never loses a segment to a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from mt.checks import FAILED, NOT_ARABIC, check_translation, find_source_doubts, has_arabic, load_tables
from mt.config import TranslateConfig
from mt.engines import TextGenerator, generate_each
from mt.errors import InputError, ModelError
from mt.records import Article, Flag, Generated, Segment, SourceDoubt, TranslatedSegment, Translation
from mt.terms import (
    ARTICLE,
    Glossary,
    HintedText,
    Matcher,
    check_terms,
    flag_terms,
    learn,
    load_glossaries,
    load_lexicons,
    settle,
    write_hints,
)
from mt.text import detect, find_damage, segment, segment_english, split_long
from mt.translation.protection import ProtectingGenerator
from mt.translation.repair import Case, Output, climb, ladder

NO_NAMES = Glossary(ARTICLE, ())

_PLAIN_START = re.compile(r"[a-z]+[ ,]")


@dataclass(frozen=True, slots=True)
class _Plan:
    """The segments of one article; `reason` says why it is passed through when it is not Arabic."""

    article: Article
    title: tuple[Segment, ...]
    body: tuple[Segment, ...]
    language: str = "ar"
    reason: str = ""
    names: Glossary = NO_NAMES
    """The names that the article introduces, without English."""

    @property
    def todo(self) -> tuple[Segment, ...]:
        """What the model gets: all but segments without Arabic letters (`***`, a year, English), kept as they are."""
        return () if self.reason else tuple(s for s in (*self.title, *self.body) if has_arabic(s.text))


class Translator:
    """Translates articles with one model; `second` is another for what that one cannot do, as `repair.second` says.

    `glossaries` and `lexicons` are those of the configuration where they are loaded already.
    Raises `ConfigError` for a glossary with faults.
    """

    def __init__(
        self,
        generator: TextGenerator,
        config: TranslateConfig,
        second: TextGenerator | None = None,
        glossaries: Sequence[Glossary] | None = None,
        lexicons: Sequence[Glossary] | None = None,
    ) -> None:
        self.generator = generator
        self.config = config
        self._reading = ProtectingGenerator(generator)
        load_tables()
        glossaries = load_glossaries(config.glossaries) if glossaries is None else glossaries
        self._matcher = Matcher(glossaries)
        lexicons = load_lexicons(config.hints) if lexicons is None else lexicons
        self._hinting = frozenset((ARTICLE, *(lexicon.name for lexicon in lexicons)))
        self._hinter = Matcher([*glossaries, *lexicons]) if lexicons else None
        self._rungs = ladder(self._reading, config, ProtectingGenerator(second) if second is not None else None)

    def check(self, article: Article) -> None:
        """Raise `InputError` for an article that is not Arabic, when the configuration refuses those."""
        language = detect(article.text)
        if language.code != "ar" and self.config.not_arabic == "refuse":
            raise InputError(
                f"{article.place or article.id}: not Arabic: {language.reason}; "
                "set translate.not_arabic: pass_through to keep such articles as they are"
            )

    def translate(self, articles: Sequence[Article]) -> list[Translation | ModelError]:
        """One translation for each article, in order; an error where the model failed on every segment of an article.

        Raises `InputError` as `check` does.
        """
        plans = [self._plan(article) for article in articles]
        given = [self._given(plan) for plan in plans]
        texts = [hinted.text for each in given for hinted in each]
        outputs = generate_each(self._reading, texts, self.config.decoding)
        first = iter(outputs)
        cases = [
            case
            for plan, each in zip(plans, given, strict=True)
            for case in self._cases(plan, each, list(islice(first, len(each))))
        ]
        done = iter(self._best(cases, outputs))
        return [_assemble(plan, done) for plan in plans]

    def translate_sentences(
        self, sentences: Sequence[str], first: Sequence[str] = ()
    ) -> list[tuple[TranslatedSegment, ...]]:
        """The pieces of each text, in order: one, whatever stops it holds, or more where the model's limit is passed.

        For test sets, which hold a sentence a line. A text of white space has no pieces. `first` is English that stands
        for the first outputs, one for each sentence: what does repair do to it?
        """
        whole = [Segment(0, 0, len(text), text) for text in sentences]
        pieces = [self._pieces(sentence) if sentence.text.strip() else () for sentence in whole]
        todo = [piece for each in pieces for piece in each if has_arabic(piece.text)]
        given = [self._hinted(piece.text, self._hinter) for piece in todo]
        if first:
            told = [text for each, text in zip(pieces, first, strict=True) for p in each if has_arabic(p.text)]
            outputs: Sequence[Output] = [Generated(text, None, 0, 0, finished=True) for text in told]
        else:
            outputs = generate_each(self._reading, [hinted.text for hinted in given], self.config.decoding)
        pairs = zip(todo, given, strict=True)
        done = iter(self._best([Case(s, self._matcher.find(s.text), h) for s, h in pairs], outputs))
        return [_filled(each, done) for each in pieces]

    def _plan(self, article: Article) -> _Plan:
        language = detect(article.text)
        if language.code == "ar":
            names = learn(article.text, article.title, self._matcher) if self.config.learn_names else NO_NAMES
            return _Plan(article, self._split(article.title), self._split(article.text), names=names)
        self.check(article)
        split = segment_english if language.code == "en" else segment
        return _Plan(article, split(article.title), split(article.text), language.code, language.reason)

    def _split(self, text: str) -> tuple[Segment, ...]:
        return tuple(piece for sentence in segment(text) for piece in self._pieces(sentence))

    def _pieces(self, sentence: Segment) -> tuple[Segment, ...]:
        return split_long(sentence, self._reading.max_input_tokens, self._reading.count_tokens)

    def _given(self, plan: _Plan) -> list[HintedText]:
        """What the model gets for each segment: rare words in English, and names whose English is known beforehand.

        A name of the article is known when a glossary has its full form: «لي» is Li where «لي كه تشيانغ» is introduced.
        The model would take it for a word, and then no first output could show that it is a name.
        """
        hinter = self._hinter
        if hinter is not None and plan.names.entries:
            hinter = hinter.extended(settle(plan.names, (), self._matcher))
        return [self._hinted(s.text, hinter) for s in plan.todo]

    def _hinted(self, text: str, hinter: Matcher | None) -> HintedText:
        """The text as the model gets it; as it is where hints would make it longer than the model can take."""
        if hinter is None:
            return HintedText(text)
        hinted = write_hints(text, [m for m in hinter.find(text) if m.glossary in self._hinting])
        fits = not hinted.terms or self._reading.count_tokens(hinted.text) <= self._reading.max_input_tokens
        return hinted if fits else HintedText(text)

    def _cases(self, plan: _Plan, given: Sequence[HintedText], outputs: Sequence[Output]) -> list[Case]:
        """The segments with their terms: those of the glossaries, and names that the article itself introduced."""
        matcher = self._matcher
        if plan.names.entries:
            english = [output.text if isinstance(output, Generated) else "" for output in outputs]
            pairs = list(zip((s.text for s in plan.todo), english, strict=True))
            matcher = matcher.extended(settle(plan.names, pairs, self._matcher))
        return [Case(s, matcher.find(s.text), h) for s, h in zip(plan.todo, given, strict=True)]

    def _best(self, cases: Sequence[Case], outputs: Sequence[Output]) -> list[TranslatedSegment]:
        mode = self.config.repair.mode
        if mode == "off":
            pairs = zip(cases, outputs, strict=True)
            return [replace(self._judged(case, output), hints=case.hints) for case, output in pairs]
        return climb(cases, outputs, self._rungs, self._judged, keep_first=mode == "report")

    def _judged(self, case: Case, output: Output) -> TranslatedSegment:
        if isinstance(output, ModelError):
            return TranslatedSegment(case.source, "", None, (Flag(FAILED, str(output)),))
        source, text = case.source.text, _begun(" ".join(output.text.split()))
        flags = check_translation(source, output, self.config.min_score, [hint.target for hint in case.hints])
        terms = check_terms(source, text, case.terms)
        return TranslatedSegment(case.source, text, output.score, flags + (flag_terms(terms) if text else ()), terms)


def _begun(text: str) -> str:
    """The text with a capital at its start, where a plain word stands there (“rumors said”, not “iPhones sold”)."""
    return text[:1].upper() + text[1:] if _PLAIN_START.match(text) else text


def _assemble(plan: _Plan, done: Iterator[TranslatedSegment]) -> Translation | ModelError:
    """Take this article's segments off the front of `done`."""
    if plan.reason:
        as_is = [tuple(TranslatedSegment(s, s.text) for s in part) for part in (plan.title, plan.body)]
        return Translation(as_is[0], as_is[1], (Flag(NOT_ARABIC, plan.reason),), plan.language)
    title, body = (_filled(part, done) for part in (plan.title, plan.body))
    failed = [flag for s in body for flag in s.flags if flag.name == FAILED]
    if body and len(failed) == len(body):
        return ModelError(f"the model failed on all {len(body)} segments; the first time with: {failed[0].detail}")
    return Translation(title, body, source_doubts=_doubts(plan.article.text))


def _doubts(text: str) -> tuple[SourceDoubt, ...]:
    """What is wrong with the article itself, in its order."""
    return tuple(sorted((*find_damage(text), *find_source_doubts(text)), key=lambda doubt: doubt.start))


def _filled(segments: Sequence[Segment], done: Iterator[TranslatedSegment]) -> tuple[TranslatedSegment, ...]:
    """All segments: what the model got is taken off the front of `done`, the others stay as they are."""
    return tuple(next(done) if has_arabic(s.text) else TranslatedSegment(s, s.text) for s in segments)


def as_english(article: Article) -> Translation:
    """An article that is English already, in the form of a translation; the way into summarizing alone."""
    title, body = (
        tuple(TranslatedSegment(s, s.text) for s in segment_english(text)) for text in (article.title, article.text)
    )
    return Translation(title, body, language="en")

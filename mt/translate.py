"""The first stage: articles into English, segment by segment, with every segment accounted for.

The segments of all articles given at once go to the model together, so that its batches are full; order and article are
put back afterwards. A model never sees an article, and an article never loses a segment to a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mt.checks import FAILED, NOT_ARABIC, check_translation, find_source_doubts, has_arabic, load_tables
from mt.config import TranslateConfig
from mt.engines import TextGenerator, generate_each
from mt.errors import InputError, ModelError
from mt.records import Article, Flag, Generated, Segment, TranslatedSegment, Translation
from mt.repair import Case, Output, climb, ladder
from mt.terms import Matcher, check_terms, flag_terms, learn, load_glossaries, settle
from mt.text import detect, segment, segment_english, split_long


@dataclass(frozen=True, slots=True)
class _Plan:
    """The segments of one article; `reason` says why it is passed through when it is not Arabic."""

    article: Article
    title: tuple[Segment, ...]
    body: tuple[Segment, ...]
    language: str = "ar"
    reason: str = ""

    @property
    def todo(self) -> tuple[Segment, ...]:
        """What the model gets: all but segments without Arabic letters (`***`, a year, English), kept as they are."""
        return () if self.reason else tuple(s for s in (*self.title, *self.body) if has_arabic(s.text))


class Translator:
    """Translates articles with one model; `second` is another for what that one cannot do, as `repair.second` says.

    Raises `ConfigError` for a glossary with faults.
    """

    def __init__(self, generator: TextGenerator, config: TranslateConfig, second: TextGenerator | None = None) -> None:
        self.generator = generator
        self.config = config
        load_tables()
        self._matcher = Matcher(load_glossaries(config.glossaries))
        self._rungs = ladder(generator, config, second)

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
        texts = [s.text for plan in plans for s in plan.todo]
        outputs = generate_each(self.generator, texts, self.config.decoding)
        first = iter(outputs)
        cases = [case for plan in plans for case in self._cases(plan, list(islice(first, len(plan.todo))))]
        done = iter(self._best(cases, outputs))
        return [_assemble(plan, done) for plan in plans]

    def translate_sentences(self, sentences: Sequence[str]) -> list[tuple[TranslatedSegment, ...]]:
        """The pieces of each text, in order: one, whatever stops it holds, or more where the model's limit is passed.

        For test sets, which hold a sentence a line. A text of white space has no pieces.
        """
        whole = [Segment(0, 0, len(text), text) for text in sentences]
        pieces = [self._pieces(sentence) if sentence.text.strip() else () for sentence in whole]
        todo = [piece for each in pieces for piece in each if has_arabic(piece.text)]
        outputs = generate_each(self.generator, [piece.text for piece in todo], self.config.decoding)
        done = iter(self._best([Case(piece, self._matcher.find(piece.text)) for piece in todo], outputs))
        return [_filled(each, done) for each in pieces]

    def _plan(self, article: Article) -> _Plan:
        language = detect(article.text)
        if language.code == "ar":
            return _Plan(article, self._split(article.title), self._split(article.text))
        self.check(article)
        split = segment_english if language.code == "en" else segment
        return _Plan(article, split(article.title), split(article.text), language.code, language.reason)

    def _split(self, text: str) -> tuple[Segment, ...]:
        return tuple(piece for sentence in segment(text) for piece in self._pieces(sentence))

    def _pieces(self, sentence: Segment) -> tuple[Segment, ...]:
        return split_long(sentence, self.generator.max_input_tokens, self.generator.count_tokens)

    def _cases(self, plan: _Plan, outputs: Sequence[Output]) -> list[Case]:
        """The segments with their terms: those of the glossaries, and names that the article itself introduced."""
        matcher = self._matcher
        if self.config.learn_names and plan.todo:
            english = [output.text if isinstance(output, Generated) else "" for output in outputs]
            pairs = list(zip((s.text for s in plan.todo), english, strict=True))
            learned = learn(plan.article.text, plan.article.title, self._matcher)
            matcher = matcher.extended(settle(learned, pairs, self._matcher))
        return [Case(s, matcher.find(s.text)) for s in plan.todo]

    def _best(self, cases: Sequence[Case], outputs: Sequence[Output]) -> list[TranslatedSegment]:
        mode = self.config.repair.mode
        if mode == "off":
            return [self._judged(case, output) for case, output in zip(cases, outputs, strict=True)]
        return climb(cases, outputs, self._rungs, self._judged, keep_first=mode == "report")

    def _judged(self, case: Case, output: Output) -> TranslatedSegment:
        if isinstance(output, ModelError):
            return TranslatedSegment(case.source, "", None, (Flag(FAILED, str(output)),))
        source, text = case.source.text, " ".join(output.text.split())
        flags = check_translation(source, output, self.config.min_score)
        terms = check_terms(source, text, case.terms)
        return TranslatedSegment(case.source, text, output.score, flags + (flag_terms(terms) if text else ()), terms)


def _assemble(plan: _Plan, done: Iterator[TranslatedSegment]) -> Translation | ModelError:
    """Take this article's segments off the front of `done`."""
    if plan.reason:
        as_is = [tuple(TranslatedSegment(s, s.text) for s in part) for part in (plan.title, plan.body)]
        return Translation(as_is[0], as_is[1], (Flag(NOT_ARABIC, plan.reason),), plan.language)
    title, body = (_filled(part, done) for part in (plan.title, plan.body))
    failed = [flag for s in body for flag in s.flags if flag.name == FAILED]
    if body and len(failed) == len(body):
        return ModelError(f"the model failed on all {len(body)} segments; the first time with: {failed[0].detail}")
    return Translation(title, body, source_doubts=find_source_doubts(plan.article.text))


def _filled(segments: Sequence[Segment], done: Iterator[TranslatedSegment]) -> tuple[TranslatedSegment, ...]:
    """All segments: what the model got is taken off the front of `done`, the others stay as they are."""
    return tuple(next(done) if has_arabic(s.text) else TranslatedSegment(s, s.text) for s in segments)


def as_english(article: Article) -> Translation:
    """An article that is English already, in the form of a translation; the way into summarizing alone."""
    title, body = (
        tuple(TranslatedSegment(s, s.text) for s in segment_english(text)) for text in (article.title, article.text)
    )
    return Translation(title, body, language="en")

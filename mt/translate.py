"""The first stage: articles into English, segment by segment, with every segment accounted for.

The segments of all articles given at once go to the model together, so that its batches are full; order and article are
put back afterwards. A model never sees an article, and an article never loses a segment to a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mt.checks import FAILED, NOT_ARABIC, check_translation, find_source_doubts, has_arabic
from mt.config import TranslateConfig
from mt.engines import TextGenerator, generate_each
from mt.errors import InputError, ModelError
from mt.records import Article, Flag, Generated, Segment, SourceDoubt, TranslatedSegment, Translation
from mt.repair import climb, ladder
from mt.text import detect, segment, segment_english, split_long


@dataclass(frozen=True, slots=True)
class _Plan:
    """The segments of one article; `reason` says why it is passed through when it is not Arabic."""

    title: tuple[Segment, ...]
    body: tuple[Segment, ...]
    language: str = "ar"
    reason: str = ""
    doubts: tuple[SourceDoubt, ...] = ()


class Translator:
    """Translates articles with one model; `second` is another for what that one cannot do, as `repair.second` says."""

    def __init__(self, generator: TextGenerator, config: TranslateConfig, second: TextGenerator | None = None) -> None:
        self.generator = generator
        self.config = config
        self._rungs = ladder(generator, config, second) if config.repair.mode != "off" else ()

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
        segments = [s for plan in plans if not plan.reason for s in (*plan.title, *plan.body)]
        done = iter(self._translate_segments(segments))
        return [_assemble(plan, done) for plan in plans]

    def translate_sentences(self, sentences: Sequence[str]) -> list[tuple[TranslatedSegment, ...]]:
        """The pieces of each text, in order: one, whatever stops it holds, or more where the model's limit is passed.

        For test sets, which hold a sentence a line. A text of white space has no pieces.
        """
        whole = [Segment(0, 0, len(text), text) for text in sentences]
        pieces = [self._pieces(sentence) if sentence.text.strip() else () for sentence in whole]
        done = iter(self._translate_segments([piece for each in pieces for piece in each]))
        return [tuple(islice(done, len(each))) for each in pieces]

    def _plan(self, article: Article) -> _Plan:
        language = detect(article.text)
        if language.code == "ar":
            doubts = find_source_doubts(article.text)
            return _Plan(self._split(article.title), self._split(article.text), doubts=doubts)
        self.check(article)
        split = segment_english if language.code == "en" else segment
        return _Plan(split(article.title), split(article.text), language.code, language.reason)

    def _split(self, text: str) -> tuple[Segment, ...]:
        return tuple(piece for sentence in segment(text) for piece in self._pieces(sentence))

    def _pieces(self, sentence: Segment) -> tuple[Segment, ...]:
        return split_long(sentence, self.generator.max_input_tokens, self.generator.count_tokens)

    def _translate_segments(self, segments: Sequence[Segment]) -> list[TranslatedSegment]:
        """One result for each segment; one without Arabic letters (`***`, a year, English) is kept as it is."""
        texts = [s.text for s in segments if has_arabic(s.text)]
        outputs = iter(generate_each(self.generator, texts, self.config.decoding))
        first = [
            self._judged(s, next(outputs)) if has_arabic(s.text) else TranslatedSegment(s, s.text) for s in segments
        ]
        return climb(first, self._rungs, self._judged, keep_first=self.config.repair.mode == "report")

    def _judged(self, source: Segment, output: Generated | ModelError) -> TranslatedSegment:
        if isinstance(output, ModelError):
            return TranslatedSegment(source, "", None, (Flag(FAILED, str(output)),))
        flags = check_translation(source.text, output, self.config.min_score)
        return TranslatedSegment(source, " ".join(output.text.split()), output.score, flags)


def _assemble(plan: _Plan, done: Iterator[TranslatedSegment]) -> Translation | ModelError:
    """Take this article's segments off the front of `done`."""
    if plan.reason:
        as_is = [tuple(TranslatedSegment(s, s.text) for s in part) for part in (plan.title, plan.body)]
        return Translation(as_is[0], as_is[1], (Flag(NOT_ARABIC, plan.reason),), plan.language)
    title, body = (tuple(islice(done, len(part))) for part in (plan.title, plan.body))
    failed = [flag for s in body for flag in s.flags if flag.name == FAILED]
    if body and len(failed) == len(body):
        return ModelError(f"the model failed on all {len(body)} segments; the first time with: {failed[0].detail}")
    return Translation(title, body, source_doubts=plan.doubts)


def as_english(article: Article) -> Translation:
    """An article that is English already, in the form of a translation; the way into summarizing alone."""
    title, body = (
        tuple(TranslatedSegment(s, s.text) for s in segment_english(text)) for text in (article.title, article.text)
    )
    return Translation(title, body, language="en")

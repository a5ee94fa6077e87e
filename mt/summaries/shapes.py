"""The shapes of a summary: how long each is for its article, and with which message a chat model is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mt.config import Style, SummarizeConfig, SummaryLength
from mt.engines.prompts import PromptTemplate

_WORDS, _PER, _GROWTH = 60, 300, 0.43  # 60 words for 300, and twice as many for five times as long an article
_MOST_WORDS, _LEAST_WORDS = 200, 5
_SENTENCE_WORDS, _POINT_WORDS, _HEADLINE_WORDS = 20, 20, 12
_LEAST_POINTS, _MOST_POINTS = 2, 8


@dataclass(frozen=True, slots=True)
class Size:
    """How much is asked for: words of the whole, and the sentences or points that they make."""

    words: int
    sentences: int
    bullets: int

    @classmethod
    def of_sentence(cls, words: int) -> Size:
        """One sentence of so many words."""
        return cls(words, 1, 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """One style of summary; `user` is the message that asks for it, None where the model is only given the text."""

    style: Style
    user: str | None
    length: SummaryLength

    def size(self, article_words: int, text_words: int) -> Size:
        """The size for an article of so many words, of which (or of whose summaries) this text is all or part."""
        words = _paragraph_words(article_words, text_words, self.length)
        points = self.length.bullets or max(_LEAST_POINTS, min(_MOST_POINTS, round(words / _SENTENCE_WORDS)))
        if self.style == "headline":
            return Size.of_sentence(_HEADLINE_WORDS)
        if self.style == "bullets":
            return Size(points * _POINT_WORDS, points, points)
        return Size(words, max(1, round(words / _SENTENCE_WORDS)), points)

    def message(self, title: str, text: str, size: Size) -> str:
        """What the model gets: title, text and what is asked for; the text alone where it is no chat model."""
        if self.user is None:
            return text
        values = {"target_words": size.words, "sentences": size.sentences, "bullets": size.bullets}
        return PromptTemplate(self.user, values).fill(f"{title}\n\n{text}" if title else text)

    def overhead(self, title: str, count_tokens: Callable[[str], int]) -> int:
        """Tokens of the message without the text, at most."""
        largest = Size(999, 99, 99)
        return 0 if self.user is None else count_tokens(self.message(title, "", largest))


def shapes(config: SummarizeConfig) -> tuple[Shape, ...]:
    """The shapes that are asked for, in order."""
    return tuple(shape(config, style) for style in config.style)


def shape(config: SummarizeConfig, style: Style) -> Shape:
    """One shape with its message."""
    prompt = config.model.prompt
    if prompt is None:
        return Shape(style, None, config.length)
    users = {"paragraph": prompt.user, "bullets": config.prompts.bullets, "headline": config.prompts.headline}
    return Shape(style, users[style], config.length)


def rewriting(config: SummarizeConfig) -> Shape | None:
    """How one sentence is asked for in place of one at fault; None where the model cannot be asked."""
    return Shape("paragraph", config.prompts.rewrite, config.length) if config.model.prompt else None


def _paragraph_words(article_words: int, text_words: int, length: SummaryLength) -> int:
    grown = min(_MOST_WORDS, round(_WORDS * (max(1, article_words) / _PER) ** _GROWTH))
    return max(_LEAST_WORDS, min(length.words or grown, int(length.max_share * text_words)))

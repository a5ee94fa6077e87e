"""From what a model wrote to the sentences of a summary: without preface, list marks, prompt text, repeats, torn ends.

Nothing is taken out of the middle of a sentence: what is dropped is a whole sentence, or stands before the first one.
Names get the article's spelling, so that a report has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mt.checks import says_again, spelled_as_in
from mt.config import Style
from mt.records import Flag, Generated
from mt.summaries.shapes import Size
from mt.summaries.verify import speaks_of_article
from mt.text import english_sentences

OVERRUN = 1.5
"""A summary may run over its target length by half."""

# What chat models say before and around a summary; dropped from its front.
_PREFACE = re.compile(
    r"^(?:(?:sure|certainly|of course|okay)[,!.]?\s+)?"
    r"(?:(?:here(?:'s|’s| is| are)|this is|below (?:is|are))\s[^.:\n]{0,80}:"
    r"|(?:in |the )?(?:summary|headline|title|article|(?:main |most important )?(?:news|facts))"
    r"\s*(?:of [^.:\n]{0,60}|is|are)?:)\s*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+", re.MULTILINE)
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_REPORTED = re.compile(
    r"^(?:(?:in|according to) (?:the|this) [\w ]{4,14}?,\s+"
    r"|(?:the|this) [\w ]{4,14}? (?:also |further )?(?:says|said|states|stated|reports|reported|notes|noted|adds|added|"
    r"mentions|mentioned|explains|explained|reveals|stresses|emphasi[sz]es|highlights|points out) that\s+)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b(?:[A-Z]\. ){1,4}[A-Z]\.")
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"))


@dataclass(frozen=True, slots=True)
class Tidied:
    """The sentences (or points, or the headline) of an output; where nothing is usable none, and a flag."""

    sentences: tuple[str, ...]
    flags: tuple[Flag, ...] = ()


class Tidier:
    """Tidies the outputs of a model that was asked with these messages (templates), which some models repeat."""

    def __init__(self, templates: Iterable[str]) -> None:
        said = [words for template in templates for words in _said(template)]
        self._front = _pattern(said, r"^(?:\W*\b(?:{})(?:[.:!,;]+\s*|\s*$|\s*\n\s*))+")
        self._whole = _pattern([words for words in said if len(words) > 1], r"\W*(?:{})\W*")

    def tidy(self, output: Generated, style: Style, size: Size, article: str) -> Tidied:
        """The sentences of an output near the target length, in the model's order."""
        text = output.text.replace("<n>", "\n").replace("**", "")  # <n>: Pegasus' line break
        text = _joined(_PREFACE.sub("", self._without_front(text.strip(), article)), article)
        parts, flags = _parts(text, style, finished=output.finished)
        kept: list[str] = []
        for part in parts:
            sentence = spelled_as_in(_without_reporting(part, article), article)
            new = normal(sentence) and not any(repeats(sentence, other) for other in kept)
            if new and not self._echoes(sentence, article):
                kept.append(sentence)
        if not kept:
            return Tidied((), (Flag("extractive", "the model wrote no usable sentence"),))
        if style == "paragraph":
            return Tidied(lead(kept, round(size.words * OVERRUN)), flags)
        return Tidied(tuple(kept[: size.bullets]), flags)

    def _without_front(self, text: str, article: str) -> str:
        """The text behind what it repeats of the prompt, unless the article has that, too."""
        front = self._front.match(text)
        return text[front.end() :].strip() if front and normal(front[0]) not in normal(article) else text

    def _echoes(self, sentence: str, article: str) -> bool:
        """Whether a sentence is one of the prompt's, and none of the article's."""
        return bool(self._whole.fullmatch(sentence)) and normal(sentence) not in normal(article)


def _said(template: str) -> list[list[str]]:
    """The words of each sentence of a template; what stands before or after the text on its line is one of its own."""
    lines = [piece for line in template.split("\n") for piece in line.split("{text}")]
    return [words for line in lines for s in english_sentences(line) if (words := re.findall(r"\{?\w+\}?", s))]


def _pattern(said: Sequence[Sequence[str]], frame: str) -> re.Pattern[str]:
    """Any of these sentences, however it is punctuated and whatever stands for its placeholders."""
    alternatives = [
        r"\W+".join(r"\w+" if word.startswith("{") else re.escape(word) for word in words)
        for words in sorted(said, key=len, reverse=True)  # the longest first: one sentence may start as another does
        if any(not word.startswith("{") for word in words)
    ]
    # A single word opens many a sentence: it is the prompt's only as a label.
    alternatives = [a if r"\W+" in a else f"{a}(?=:)" for a in alternatives]
    return re.compile(frame.replace("{}", "|".join(alternatives)) if alternatives else r"(?!)", re.IGNORECASE)


def _parts(text: str, style: Style, *, finished: bool) -> tuple[tuple[str, ...], tuple[Flag, ...]]:
    """The sentences, points or headline of a text."""
    lines = [" ".join(line.split()) for line in _MARKS.sub("", text).splitlines() if line.strip()]
    if style == "headline":
        return ((_headline(lines[0]),) if lines else ()), ()
    lines = [line for line in lines if not line.endswith(":")]  # “The news in short:” is no sentence of a summary
    if style == "bullets" and len(lines) > 1:
        return complete(lines, finished=finished)
    return complete(english_sentences(" ".join(lines)), finished=finished)


def _joined(text: str, article: str) -> str:
    """“U. S.” as “U.S.” where the article writes it so."""

    def one(letters: re.Match[str]) -> str:
        together = letters[0].replace(" ", "")
        return together if together in article else letters[0]

    return _INITIALS.sub(one, text)


def _headline(line: str) -> str:
    for opening, closing in _QUOTES:
        if len(line) > 2 and line.startswith(opening) and line.endswith(closing) and opening not in line[1:-1]:
            line = line[1:-1]
    return line[:-1] if line.endswith(".") and not re.search(r"\b(?:[A-Z]|[A-Z]\.\w)\.$", line) else line


def _without_reporting(sentence: str, article: str) -> str:
    """“The article says that prices rose.” as “Prices rose.”, where the article itself speaks of no such text."""
    said = _REPORTED.match(sentence)
    if not said or not speaks_of_article(sentence, article):
        return sentence
    rest = sentence[said.end() :]
    return f"{rest[:1].upper()}{rest[1:]}"


def complete(sentences: Sequence[str], *, finished: bool) -> tuple[tuple[str, ...], tuple[Flag, ...]]:
    """End on a sentence: an output that was stopped loses its torn last sentence, unless it has no other."""
    if not sentences or _ENDED.search(sentences[-1]):
        return tuple(sentences), ()
    if finished:
        return (*sentences[:-1], f"{sentences[-1].rstrip(' ,;:-')}."), ()
    if len(sentences) > 1:
        return tuple(sentences[:-1]), ()
    return (f"{sentences[0]} …",), (Flag("unfinished", "the summary's only sentence stopped at the length limit"),)


def lead(sentences: Sequence[str], words: int) -> tuple[str, ...]:
    """The first sentences of at most so many words together, but one at least."""
    total = accumulate(len(sentence.split()) for sentence in sentences)
    return tuple(s for i, (s, so_far) in enumerate(zip(sentences, total, strict=True)) if i == 0 or so_far <= words)


def repeats(sentence: str, other: str) -> bool:
    """Whether one of two sentences says what the other does."""
    return normal(sentence) == normal(other) or (says_again(sentence, other) and len(sentence.split()) > 4)


def normal(sentence: str) -> str:
    """The words alone, in lower case."""
    return " ".join(re.findall(r"\w+", sentence.lower()))

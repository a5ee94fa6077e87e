"""A generator for translations that reads what its model cannot, and copies what must not be translated.

The model gets Western digits and Arabic letters in place of those it has hardly seen (`mt.text.readable`), and a short
code in Latin capitals in place of each address, handle, tag, file name and foreign quotation (`mt.language.verbatim`),
and of each phone, account or other number that counts nothing (`mt.language.identifiers`).
Translators copy such codes (docs/TRUST.md has the rates): afterwards the stretch stands where its code stood. A code
that does not come back just once is tried again as another word; where that is lost, too, the text is translated in the
parts between the stretches. So no model and no number of stretches loses one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from mt.config import Decoding
from mt.engines import TextGenerator
from mt.language.folding import fold
from mt.language.identifiers import identifiers
from mt.language.verbatim import Stretch, verbatim
from mt.language.words import has_arabic
from mt.records import Generated
from mt.text import readable

_LETTERS = "ABDEFGHJKNQRTWYZ"
_FAMILIES = (
    tuple("".join(letters) for size in (1, 2) for letters in product("XZQ", *[_LETTERS] * size)),
    tuple(f"{letter}site" for letter in "XYZWQVKJ"),
)
"""Codes by family, the first one first. The embedded model kept all codes of 10 texts with 1 to 4 stretches in either;
of `Xurl1`, `[1]`, `7701`, `@xq` and common words it kept 0 to 6 of 10."""


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A text with a code in place of each stretch."""

    text: str
    codes: tuple[str, ...]
    stretches: tuple[str, ...]

    def restored(self, english: str) -> str | None:
        """The English with the stretches; None where one has no code, or its code does not stand there just once."""
        if len(self.codes) < len(self.stretches):
            return None
        for code, written in zip(self.codes, self.stretches, strict=True):
            places = list(re.finditer(rf"(?<![^\W_]){code}(?![^\W_])", english))
            if len(places) != 1:
                return None
            start, end = places[0].span()
            joint = " " if english[:start].endswith((",", ";")) else ""
            english = f"{english[:start]}{joint}{written}{english[end:]}"
        return english


class ProtectingGenerator:
    """A `TextGenerator` over another one; its texts are source texts, in Arabic."""

    def __init__(self, generator: TextGenerator) -> None:
        self._generator = generator
        self.max_input_tokens = generator.max_input_tokens
        self.description = generator.description

    def count_tokens(self, text: str) -> int:
        """Tokens of the text as the model gets it: an address counts as its code."""
        return self._generator.count_tokens(_prepared(text)[0])

    def generate(self, texts: Sequence[str], decoding: Decoding) -> list[Generated]:
        """One output for each text, in their order, every verbatim stretch of the text in it as it stands there.

        Raises `ModelError` as the model does.
        """
        prepared = [_prepared(text) for text in texts]
        outputs = self._generator.generate([text for text, _ in prepared], decoding)
        lost: list[int] = []
        for index, (_, guarded) in enumerate(prepared):
            if guarded is not None:
                text = guarded.restored(outputs[index].text)
                if text is None:
                    lost.append(index)
                else:
                    outputs[index] = replace(outputs[index], text=text)
        if not lost:
            return outputs
        again = [(index, guarded) for index in lost if (guarded := self._otherwise(texts[index])) is not None]
        second = self._generator.generate([guarded.text for _, guarded in again], decoding) if again else []
        for (index, guarded), output in zip(again, second, strict=True):
            text = guarded.restored(output.text)
            if text is not None:
                outputs[index] = replace(output, text=text)
                lost.remove(index)
        for index in lost:
            outputs[index] = self._in_parts(texts[index], decoding)
        return outputs

    def _otherwise(self, text: str) -> _Guarded | None:
        """The text with codes of the second family, where they suffice and the model can take it."""
        guarded = _guarded(readable(text), _FAMILIES[1])
        fits = (
            guarded is not None
            and guarded.codes
            and self._generator.count_tokens(guarded.text) <= self.max_input_tokens
        )
        return guarded if fits else None

    def _in_parts(self, text: str, decoding: Decoding) -> Generated:
        """The text translated between its stretches, which stay where they are."""
        parts = list(_parts(readable(text)))
        todo = [part for part, translated in parts if translated]
        outputs = self._generator.generate(todo, decoding) if todo else []
        translated_parts = iter(outputs)
        english = " ".join(next(translated_parts).text.strip() if translated else part for part, translated in parts)
        tokens = sum(output.output_tokens for output in outputs)
        scored = [(output.score, output.output_tokens) for output in outputs if output.score is not None]
        score = math.fsum(score * count for score, count in scored) / tokens if tokens else None
        return Generated(
            re.sub(r" (?=[.,;:!?)»”])|(?<=[(«“]) ", "", english),
            score,
            sum(output.input_tokens for output in outputs),
            tokens,
            all(output.finished for output in outputs),
        )


def _prepared(text: str) -> tuple[str, _Guarded | None]:
    """What the model gets for a text, and how to get the stretches back where it has some."""
    text = readable(text)
    guarded = _guarded(text, _FAMILIES[0])
    return (guarded.text, guarded) if guarded else (text, None)


def _guarded(text: str, family: Sequence[str]) -> _Guarded | None:
    """None for a text without stretches; without codes where the family has too few that the text does not hold."""
    stretches = _copied(text)
    if not stretches:
        return None
    written = tuple(stretch.written for stretch in stretches)
    codes = tuple(code for code in family if code not in text)[: len(stretches)]
    if len(codes) < len(stretches):
        return _Guarded(text, (), written)
    pieces, last = [], 0
    for stretch, code in zip(stretches, codes, strict=True):
        pieces += [text[last : stretch.start], code]
        last = stretch.end
    return _Guarded("".join([*pieces, text[last:]]), codes, written)


def _copied(text: str) -> tuple[Stretch, ...]:
    """What is copied as it stands, in order, none inside another."""
    stretches = list(verbatim(text))
    folded = fold(text)
    if len(folded) == len(text):  # without vowel signs, as all cleaned text is
        for number in identifiers(folded):
            if all(number.end <= other.start or other.end <= number.start for other in stretches):
                stretches.append(Stretch(number.start, number.end, text[number.start : number.end], "number"))
    return tuple(sorted(stretches, key=lambda stretch: stretch.start))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order: what stands between stretches, to be translated where it has Arabic, and the stretches."""
    last = 0
    for stretch in (*_copied(text), Stretch(len(text), len(text), "", "code")):
        between = text[last : stretch.start].strip()
        if between:
            yield between, has_arabic(between)
        if stretch.written:
            yield stretch.written, False
        last = stretch.end

"""Ways to get a missing term into the English, as functions on texts: write the source otherwise, or the output.

Constraints on the search are no way, for transformers 5 has none. What works with a translator that has seen names in
both scripts is to write the English form into the Arabic: it is copied (docs/TRUST.md has the rates).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from mt.language.arabic import words
from mt.language.clitics import stems
from mt.language.common import common_english_words
from mt.language.sound import Window, best_window, likeness
from mt.terms.check import find_form
from mt.terms.matching import Match


@dataclass(frozen=True, slots=True)
class Swap:
    """A form that stands in the rewritten source, the forms that its translation may have, and what is put for it."""

    rendered: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A source text that says the same to a reader and is easier for a model; `way` names how it was made."""

    text: str
    way: str
    swaps: tuple[Swap, ...] = ()
    hinted: tuple[Match, ...] = ()
    """The hints that stand in the text."""

    def restore(self, english: str) -> str:
        """The translation of `text` with each stand-in replaced by its term; unchanged where it is not found."""
        for swap in self.swaps:
            english = _replaced(english, swap)
        return english


# By kind, Arabic words that every translator renders in one way, several so that a sentence's own is not taken.
_STAND_INS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "country": (
        ("اليابان", ("Japan", "Japanese")), ("البرازيل", ("Brazil", "Brazilian")), ("كندا", ("Canada", "Canadian")),
    ),
    "place": (("طوكيو", ("Tokyo",)), ("باريس", ("Paris",)), ("لندن", ("London",))),
    "person": (("جون", ("John",)), ("بيتر", ("Peter",)), ("ديفيد", ("David",))),
    "agency": (("رويترز", ("Reuters",)), ("بلومبرغ", ("Bloomberg",))),
    "organisation": (("اليونسكو", ("UNESCO",)), ("اليونيسف", ("UNICEF",)), ("الفيفا", ("FIFA",))),
    "month": (("يناير", ("January",)), ("يوليو", ("July",)), ("أكتوبر", ("October",))),
}  # fmt: skip


def apart(matches: Sequence[Match], others: Sequence[Match]) -> tuple[Match, ...]:
    """The matches that share no letter with the others."""
    return tuple(m for m in matches if all(m.end <= other.start or other.end <= m.start for other in others))


def rewrite(
    source: str, lacking: Sequence[Match], others: Sequence[Match] = (), hinted: Sequence[Match] = ()
) -> tuple[Rewrite, ...]:
    """The source with the lacking terms written otherwise, best way first; nothing where there is nothing to rewrite.

    `term-latin` writes the English form itself. `term-stand-in` writes a common name of the same kind that the source
    does not have, and `Rewrite.restore` puts the term in its place; other terms and demonyms have no stand-in.
    `term-latin-all` writes the `others` of the sentence in English as well, for those that get lost when one changes.
    The `hinted` matches, which overlap none that is lacking, stand in English in all of them.
    """
    wanted = [match for match in lacking if match.entry.english]
    if not wanted:
        return ()
    ways = [Rewrite(in_latin(source, [*wanted, *hinted]), "term-latin", (), tuple(hinted))]
    if chosen := _stand_ins(source, wanted):
        targets = [match.entry.english[0] for match in wanted]
        swaps = {target: Swap(forms, target) for target, (_, forms) in zip(targets, chosen, strict=True)}
        forms = [*(arabic for arabic, _ in chosen), *(match.entry.english[0] for match in hinted)]
        text = _written(source, [*wanted, *hinted], forms)
        ways.append(Rewrite(text, "term-stand-in", tuple(swaps.values()), tuple(hinted)))
    if more := [match for match in others if match.entry.english]:
        kept = apart(hinted, more)
        ways.append(Rewrite(in_latin(source, [*wanted, *more, *kept]), "term-latin-all", (), kept))
    return tuple(ways)


def in_latin(source: str, matches: Sequence[Match]) -> str:
    """The source with the preferred English form of each match, all of which have one, in its place."""
    return _written(source, matches, [match.entry.english[0] for match in matches])


def _written(source: str, matches: Sequence[Match], forms: Sequence[str]) -> str:
    """The source with each match replaced; «للأردن» becomes «ل» and the form, with a space before Latin letters."""
    pieces, last = [], 0
    for match, form in sorted(zip(matches, forms, strict=True), key=lambda pair: pair[0].start):
        joint = " " if match.clitics and form.isascii() else ""
        pieces += [source[last : match.start], joint, _after_l(match.clitics, form)]
        last = match.end
    return "".join([*pieces, source[last:]])


def _after_l(clitics: str, form: str) -> str:
    """After «ل» the article loses its alef: ل and اليابان are لليابان."""
    return form[1:] if clitics.endswith("ل") and form.startswith("ال") else form


def _stand_ins(source: str, matches: Sequence[Match]) -> list[tuple[str, tuple[str, ...]]] | None:
    """One for each match, the same for the same term and none twice; None where a kind has not enough of them."""
    chosen: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
    for match in matches:
        kind = "person" if match.entry.kind == "name" else match.entry.kind
        free = (s for s in _STAND_INS.get(kind, ()) if s[0] not in source and s not in chosen.values())
        if match.entry.english not in chosen:
            stand_in = next(free, None)
            if stand_in is None:
                return None
            chosen[match.entry.english] = stand_in
    return [chosen[match.entry.english] for match in matches]


def _replaced(english: str, swap: Swap) -> str:
    forms = "|".join(re.escape(form) for form in sorted(swap.rendered, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{forms})(?!\w)", lambda _: swap.target, english)


def respell(english: str, missing: Iterable[Match], present: Iterable[Match] = (), source: str = "") -> str:
    """The output with each missing term put in place of the capitalised words that sound most like its Arabic.

    All places of these words are changed. Needs no second translation: «Sajintaiyev» becomes the form that the article
    settled on. Words that are an accepted form of a `present` term, that another word of the `source` explains better
    (another person's name), or that are common English are left alone. Unchanged where nothing sounds alike (China for
    الصين never does).
    """
    taken = [form for match in present for form in match.entry.english]
    for match in missing:
        window = best_window(match.text, english) if match.entry.english else None
        if window is None or find_form(window.text, taken) or window.text.lower() in common_english_words():
            continue
        if _is_of_another(window, match, source):
            continue
        wrong = re.compile(rf"(?<![\w\-]){re.escape(window.text)}(?![\w\-])")
        english = wrong.sub(partial(_in_place, form=match.entry.english[0]), english)
    return english


_OPENS = re.compile(r"(?:^|[.!?]\s+)[\W_]*$")


def _in_place(found: re.Match[str], form: str) -> str:
    """The form, with a capital where it opens a sentence."""
    return form[:1].upper() + form[1:] if _OPENS.search(found.string[: found.start()]) else form


def _is_of_another(window: Window, match: Match, source: str) -> bool:
    """Whether another word of the source sounds more like what was found than the term: Suleiman, not Suleimani."""
    if " " in match.text:
        return False
    own = {word for word, _, _ in words(match.written)} | {word for word, _, _ in words(match.text)}
    others = {stem for word, _, _ in words(source) if word not in own for _, stem in stems(word)} - own
    return any(likeness(other, window.text) > window.likeness for other in others)

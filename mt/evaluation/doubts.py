"""How often the checks of `mt.checks` mark an output: a view of quality that needs no references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mt.checks import CHECKS_VERSION, check_loop, check_support, check_translation
from mt.evaluation.resampling import RESAMPLES, SEED, ratio
from mt.evaluation.scores import Score
from mt.flags import KINDS
from mt.records import Flag, Generated
from mt.text import english_sentences

ANY = "any"


@dataclass(frozen=True, slots=True)
class Checked:
    """One item's pieces (the segments of a translation, the sentences of a summary): which checks mark each.

    `only_text` is whether nothing was known but the texts, so that some checks could not speak.
    """

    pieces: tuple[frozenset[str], ...]
    only_text: bool = False

    @classmethod
    def of(cls, flags: Sequence[Sequence[Flag]], *, only_text: bool = False) -> Checked:
        """From the flags of each piece."""
        return cls(tuple(frozenset(flag.name for flag in piece) for piece in flags), only_text)

    def count(self, flag: str) -> int:
        """How many pieces carry this flag; `any`: at least one."""
        return sum(bool(piece) if flag == ANY else flag in piece for piece in self.pieces)


def checked_translation(source: str, translation: str) -> Checked:
    """The checks of one translated sentence known only by its text: whether the model was unsure is not known then."""
    generated = Generated(translation, None, 0, 0, finished=True)
    return Checked.of([check_translation(source, generated)], only_text=True)


def checked_summary(article: str, summary: str) -> Checked:
    """The checks of each sentence of a summary against the English article."""
    sentences = english_sentences(summary)
    return Checked.of([(*_loop(sentence), *check_support(sentence, article)) for sentence in sentences], only_text=True)


def _loop(sentence: str) -> tuple[Flag, ...]:
    flag = check_loop(sentence)
    return (flag,) if flag else ()


def flag_rates(systems: Sequence[Sequence[Checked]], resamples: int = RESAMPLES) -> tuple[tuple[Score, ...], ...]:
    """For each system the percentage of pieces that each check marks, and that any does; intervals over items.

    First `any`, then the flags that occur in one of the systems, by name. A system of which only the texts are known
    has no rate of the flags that need a run, and beside one of which more is known nobody has `any`:
    they could not be compared. A system with no items has no rates.
    """
    names = sorted({name for items in systems for item in items for piece in item.pieces for name in piece})
    alike = len({_only_text(items) for items in systems if items}) == 1
    return tuple(
        tuple(
            _rate(name, items, resamples)
            for name in ([ANY] if alike else []) + names
            if items and not (name in KINDS and KINDS[name].needs_run and _only_text(items))
        )
        for items in systems
    )


def _only_text(items: Sequence[Checked]) -> bool:
    return any(item.only_text for item in items)


def _rate(name: str, items: Sequence[Checked], resamples: int) -> Score:
    marked = [100.0 * item.count(name) for item in items]
    interval = ratio(marked, [float(len(item.pieces)) for item in items], resamples)
    signature = f"checks:{CHECKS_VERSION}|bs:{resamples}|seed:{SEED}"
    return Score(name, interval.value, interval.low, interval.high, signature, better=False)

"""From text as it was found to text as an article holds it: decoded rightly, cleaned, with all that was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from mt.reading.mojibake import mended
from mt.records import Change
from mt.text import WHITE_SPACE, clean, readable_changes


@dataclass(frozen=True, slots=True)
class Prepared:
    """Text and title of an article. `original` is the text as it was found, where more than white space changed."""

    text: str
    title: str
    changes: tuple[Change, ...]
    original: str


def prepare(text: str, title: str, place: str, before: Sequence[Change] = ()) -> Prepared:
    """The cleaned text and title; `before` is what was changed already. The text may be empty then.

    Raises `InputError` for text that a wrong decoding spoiled for good; `place` says where it stands.
    """
    (written, mended_text), (headline, mended_title) = mended(text, place), mended(title, place)
    body, heading = clean(written), clean(headline)
    changed = any(change.step not in WHITE_SPACE for change in (*mended_text, *body.changes))
    for_the_model = (*readable_changes(heading.text), *readable_changes(body.text))
    changes = together(before, mended_title, mended_text, heading.changes, body.changes, for_the_model)
    return Prepared(body.text, " ".join(heading.text.split()), changes, text if changed else "")


def together(*groups: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of decoding, title and text as one list: a step stands once, with the sum of its counts."""
    counts: dict[str, int] = {}
    for change in chain.from_iterable(groups):
        counts[change.step] = counts.get(change.step, 0) + change.count
    return tuple(Change(step, count) for step, count in counts.items())

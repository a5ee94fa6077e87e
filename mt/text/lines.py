"""Lines that mean something else than a paragraph: rows of a table, and lines broken at a width."""

from __future__ import annotations

import re
from collections.abc import Sequence

CELL = "\ufdd0"
"""Stands between cells while the white space of a text is cleaned: a code point that no text may hold."""
_CELL_MARKS = (re.compile("\t+"), re.compile(r"\|"), re.compile(" {3,}"))
_RULE = re.compile(r"[\s|:+=-]*-{3,}[\s|:+=-]*")


def part_cells(text: str) -> tuple[str, int]:
    """The text with `CELL` between the cells of tables, and how many rows are written otherwise than with single tabs.

    Rows are two lines or more, one below the other: with tabs, or with as many cells parted by `|` or runs of spaces.
    Rules between rows (`|---|---|`) are taken out.
    """
    if "\t" not in text and "|" not in text and "   " not in text:
        return text, 0
    lines = text.split("\n")
    rules = {i for i, line in enumerate(lines) if "|" in line and _RULE.fullmatch(line)}
    lines = [line for i, line in enumerate(lines) if i not in rules]
    count = len(rules)
    for mark in _CELL_MARKS:
        cells = [_cells(line, mark) for line in lines]
        for index, row in enumerate(cells):
            near = (cells[i] for i in (index - 1, index + 1) if 0 <= i < len(cells))
            tabs = mark is _CELL_MARKS[0]  # a row may lack cells there; in prose `|` and spaces stand for other things
            if len(row) > 1 and any(len(other) == len(row) or (tabs and len(other) > 1) for other in near):
                count += lines[index] != "\t".join(row)
                lines[index] = CELL.join(row)
    return "\n".join(lines), count


def _cells(line: str, mark: re.Pattern[str]) -> list[str]:
    """The cells of a line, outer white space and empty ones left out; none of a line that is parted already."""
    inner = line.strip().strip("|") if mark is _CELL_MARKS[1] else line.strip()
    return [] if CELL in line else [cell for part in mark.split(inner) if (cell := part.strip())]


_ENDS = re.compile(r"[.!?؟…:؛;۔»”\")\]]\s*\Z")
_GOES_ON = re.compile(
    r"(?:\A|\s)[وف]?(?:من|في|فى|على|إلى|الى|عن|مع|أن|إن|ان|التي|التى|الذي|الذين|بين|تحت|عند|منذ|حتى|خلال|ضد|حول"
    r"|لدى|ثم|أو|لكن|بل|لم|لن|قد|هذا|هذه|حيث|بينما|إذا|لأن)\s*\Z"
)
_WIDTHS = (30, 130)
"""Characters: a shorter line may be a headline or a verse, a longer one is a paragraph."""
_LEAST = 2
_SHARE = 0.7


def join_wrapped(text: str) -> tuple[str, int]:
    """Lines that were broken at a width joined again, and the breaks taken out.

    A line was broken so where it ends in the middle of a sentence and the first word of the next one would not have
    fitted into the widest line. There must be two such breaks, and seven of ten breaks within sentences must be such.
    Whatever its length, a line that ends with a word which needs another («من»، «التي») goes on in the next one.
    """
    lines = text.split("\n")
    within = [i for i in range(len(lines) - 1) if _within_sentence(lines, i)]
    broken = _broken_at_width(lines, within) | {i for i in within if _GOES_ON.search(lines[i])}
    if not broken:
        return text, 0
    pieces = [line + (" " if index in broken else "\n") for index, line in enumerate(lines)]
    return "".join(pieces).removesuffix("\n"), len(broken)


def _broken_at_width(lines: Sequence[str], within: Sequence[int]) -> set[int]:
    """The lines that were broken since the next word would have passed the width; none where few are."""
    width = max(map(len, lines))
    if len(lines) < 3 or not _WIDTHS[0] <= width <= _WIDTHS[1]:
        return set()
    broken = {i for i in within if len(lines[i]) + 1 + len(lines[i + 1].split()[0]) > width}
    return broken if len(broken) >= _LEAST and len(broken) >= _SHARE * len(within) else set()


def _within_sentence(lines: Sequence[str], index: int) -> bool:
    line, following = lines[index], lines[index + 1]
    cells = CELL in line or CELL in following
    return bool(line and following) and not cells and not _ENDS.search(line) and not re.match(r"[-–—•*\d]", following)

"""Texts of similar length go through a model together: pure functions from lengths to batches of indices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

Batch: TypeAlias = tuple[int, ...]


def batches(lengths: Sequence[int], budget: int) -> tuple[Batch, ...]:
    """Group indices of `lengths` (source tokens) so that longest × count of a batch stays within `budget`.

    Every index is in exactly one batch, and no batch is empty; an item over the budget stands alone. The longest items
    come first, so that a batch too large for the memory shows at once. The budget counts padded source tokens only:
    the true cost of a batch is about `num_beams` times that, for each beam keeps its own states.
    """
    whole: list[Batch] = []
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            whole.append(tuple(batch))
            batch = []
        batch.append(index)
    if batch:
        whole.append(tuple(batch))
    return tuple(whole)


def uniform_batches(shapes: Sequence[tuple[int, ...]], budget: int) -> tuple[Batch, ...]:
    """Group the indices of equal `shapes`, so that nothing is padded; the first number of a shape is its tokens.

    tokens × count of a batch stays within `budget`; an item over the budget stands alone. The longest items come first.
    """
    groups: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, shape in enumerate(shapes):
        groups[shape].append(index)
    whole: list[Batch] = []
    for shape in sorted(groups, reverse=True):
        size = max(1, budget // max(1, shape[0]))
        members = groups[shape]
        whole += [tuple(members[first : first + size]) for first in range(0, len(members), size)]
    return tuple(whole)


def padding_waste(lengths: Sequence[int], batches: Sequence[Batch]) -> float:
    """Share of the padded positions that hold no token: 0.0 when nothing is padded, or there is nothing."""
    padded = sum(max(lengths[i] for i in batch) * len(batch) for batch in batches)
    held = sum(lengths[i] for batch in batches for i in batch)
    return 1 - held / padded if padded else 0.0


def padded(
    rows: Sequence[Sequence[int]], filler: int, *, left: bool = False
) -> tuple[list[list[int]], list[list[int]]]:
    """The rows filled up to the longest of them, and the mask: 1 where a token is a row's own, 0 where it is filler."""
    longest = max(map(len, rows))
    ids, mask = [], []
    for row in rows:
        fill = [filler] * (longest - len(row))
        own, none = [1] * len(row), [0] * len(fill)
        ids.append([*fill, *row] if left else [*row, *fill])
        mask.append(none + own if left else own + none)
    return ids, mask

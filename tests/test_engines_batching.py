from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt.engines.batching import batches, padded, padding_waste, uniform_batches


@pytest.mark.parametrize(
    "lengths, budget, expected",
    [
        ([], 10, ()),
        ([5], 10, ((0,),)),
        ([99], 10, ((0,),)),
        ([1, 5, 3], 10, ((1, 2), (0,))),
        ([2, 2, 2], 6, ((0, 1, 2),)),
        ([2, 2, 2], 5, ((0, 1), (2,))),
        ([3, 99, 3], 6, ((1,), (0, 2))),
    ],
)
def test_batches(lengths: list[int], budget: int, expected: tuple[tuple[int, ...], ...]) -> None:
    assert batches(lengths, budget) == expected


@given(st.lists(st.integers(1, 50)), st.integers(1, 120))
def test_every_item_is_in_one_batch_within_the_budget(lengths: list[int], budget: int) -> None:
    made = batches(lengths, budget)
    assert sorted(index for batch in made for index in batch) == list(range(len(lengths)))
    for batch in made:
        assert batch
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget
    assert 0 <= padding_waste(lengths, made) < 1


@pytest.mark.parametrize(
    "shapes, budget, expected",
    [
        ([], 10, ()),
        ([(5, 1)], 10, ((0,),)),
        ([(99, 1)], 10, ((0,),)),
        ([(0, 1)], 10, ((0,),)),
        ([(2, 1), (3, 1), (2, 1)], 10, ((1,), (0, 2))),
        ([(2, 1), (2, 9), (2, 1)], 10, ((1,), (0, 2))),
        ([(2, 1), (2, 1), (2, 1)], 5, ((0, 1), (2,))),
    ],
)
def test_uniform_batches(shapes: list[tuple[int, ...]], budget: int, expected: tuple[tuple[int, ...], ...]) -> None:
    assert uniform_batches(shapes, budget) == expected


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3))), st.integers(1, 40))
def test_uniform_batches_hold_each_item_once_and_one_shape_each(shapes: list[tuple[int, int]], budget: int) -> None:
    made = uniform_batches(shapes, budget)
    assert sorted(index for batch in made for index in batch) == list(range(len(shapes)))
    for batch in made:
        [shape] = {shapes[index] for index in batch}
        assert len(batch) == 1 or shape[0] * len(batch) <= budget


@pytest.mark.parametrize(
    "lengths, made, expected",
    [([], (), 0.0), ([4, 4], ((0, 1),), 0.0), ([4, 1], ((0, 1),), 3 / 8), ([4, 1], ((0,), (1,)), 0.0)],
)
def test_padding_waste(lengths: list[int], made: tuple[tuple[int, ...], ...], expected: float) -> None:
    assert padding_waste(lengths, made) == pytest.approx(expected)


def test_padding_on_either_side() -> None:
    assert padded([[5, 6], [7]], 0) == ([[5, 6], [7, 0]], [[1, 1], [1, 0]])
    assert padded([[5, 6], [7]], 0, left=True) == ([[5, 6], [0, 7]], [[1, 1], [0, 1]])

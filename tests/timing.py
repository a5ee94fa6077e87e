"""Time as tests may judge it: that of this process on its processor, whatever else a machine is busy with."""

from __future__ import annotations

import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """How long the processor was busy with it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Four times the size takes about four times as long; quadratic work would take sixteen times.

    What disturbs one measurement seldom disturbs three: one that is good is enough.
    """
    found = []
    for _ in range(3):
        small, large = cpu_seconds(lambda: work(size)), cpu_seconds(lambda: work(4 * size))
        if large < 8 * small + 0.02:
            return
        found.append(f"{small:.3f} s, then {large:.3f} s")
    raise AssertionError(f"{size}, then {4 * size}: {'; '.join(found)}")

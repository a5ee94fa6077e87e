import sys
from pathlib import Path

import pytest

from mt.engines.memory import give_back


def resident() -> int:
    """Bytes of this process in the machine's memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_freed_goes_back_to_the_machine():
    blocks = [bytes(4000) for _ in range(25_000)]
    last = bytes(4000)  # keeps the heap from shrinking by itself
    full = resident()
    blocks.clear()
    give_back()
    assert full - resident() > 50_000_000
    assert len(last) == 4000

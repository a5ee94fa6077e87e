"""Memory: what this process may still take, and what it has free given back to the machine."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc's `malloc_trim`); elsewhere nothing happens.

    glibc keeps what a model took that was loaded and dropped, for later use by this process alone.
    """
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # musl has none
        trim(0)


def available_memory() -> int:
    """Bytes that this process may still take: what the machine has free, and what the limits of its container leave.

    Where the system does not say, all of the machine's memory.
    """
    free = _machine_free()
    for folder in _control_groups():
        limit, used = _number(folder / "memory.max"), _number(folder / "memory.current")
        if limit is not None and used is not None:
            free = min(free, max(0, limit - used + _reclaimable(folder)))
    return free


def _machine_free() -> int:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):  # Windows has no sysconf
        return sys.maxsize


def _control_groups() -> Iterator[Path]:
    """The folders of this process's control group (version 2) and of those above it."""
    root = Path("/sys/fs/cgroup")
    try:
        line = next(t for t in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines() if t[:3] == "0::")
    except (OSError, StopIteration):
        return
    folder = root / line[3:].lstrip("/")
    yield from (each for each in (folder, *folder.parents) if each.is_relative_to(root))


def _reclaimable(folder: Path) -> int:
    """Bytes of files kept in memory, which the system drops when it needs room."""
    try:
        lines = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    except (OSError, ValueError, IndexError):
        return 0


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # "max" means no limit
        return None

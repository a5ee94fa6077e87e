"""What this process takes of the machine: CPU cores, less affinity and container limits, and memory."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_SPLIT_FROM = 8
_THREADS_OF_A_WORKER = 4
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h of glibc
_LARGEST_KEPT, _MOST_KEPT = 64 << 20, 256 << 20


def cores(root: Path = Path("/")) -> int:
    """Cores by affinity (taskset, cpusets) and by the CPU quota of the control group, at least 1.

    `os.cpu_count` tells the machine's cores, so that a container of two cores on a machine of 64 would run 64 threads,
    which is many times slower than two. Of a quota of 1.5 the second core is half used, so it counts. `root`
    is where the system's files are looked for.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min([allowed, *_quotas(root)])))


def threads(configured: int | None) -> int:
    """CPU threads of a model: as configured, else this process's share of the cores, else all that it may use.

    The share is `OMP_NUM_THREADS`, which several processes of a run are started with, and which a user may set.
    """
    share = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return configured or (int(share) if share.isdecimal() and int(share) else cores())


def workers(threads: int) -> int:
    """Into how many workers to part CPU threads: from 8 threads on, workers of 4.

    2 workers of 4 threads beat 1 of 8 by about 10 %, 4 of 4 beat 1 of 16 by 16 %; under 8 a split does not pay
    (measured on NLLB with CTranslate2 by argonaut, its nllb.py).
    """
    return threads // _THREADS_OF_A_WORKER if threads >= _SPLIT_FROM else 1


def _quotas(root: Path) -> Iterator[float]:
    """The quota of this process's control group and of each group above it, in cores.

    Files of version 2 (`cpu.max`) and 1 (`cpu.cfs_quota_us`) as in the kernel's Documentation/admin-guide/cgroup-v2.rst
    and Documentation/scheduler/sched-bwc.rst. Inside a container the group's own folder may not exist, only the top.
    """
    for line in _read(root / "proc/self/cgroup").splitlines() or ["0::/", "1:cpu:/"]:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / ("cpu" if controllers else "")
        group = top / path.strip("/")
        for folder in (group, *group.parents):
            if not folder.is_relative_to(top):
                break
            version_1 = (_read(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
            limit, _, period = " ".join((_read(folder / "cpu.max") or "\n".join(version_1)).split()).partition(" ")
            if limit.isdecimal() and period.isdecimal() and int(period) > 0:
                yield int(limit) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


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


def share_arena() -> bool:
    """Have threads that start from now on share the main heap of the C library; whether they do (glibc only).

    The other heaps, one for each thread, hold 64 MiB at most and are given back to the system as soon as they are
    empty, whatever `keep_freed_memory` says.
    """
    return _mallopt(_M_ARENA_MAX, 1)


def keep_freed_memory() -> bool:
    """Have the C library keep up to 256 MiB of freed blocks for this process's next ones; whether it does (glibc only).

    By default glibc gives back to the system what is free over twice the size of the largest block (mallopt(3)), and
    the system clears each page again when the next layer of a large model asks for it. Blocks over 64 MiB, of which
    the texts of one batch have few, are given back at once. Call it when the weights are loaded: they are given back.
    """
    return _mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT) and _mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)


def _mallopt(parameter: int, value: int) -> bool:
    try:
        return bool(ctypes.CDLL(None).mallopt(parameter, value))
    except (AttributeError, OSError, TypeError):  # musl and macOS have no mallopt, Windows no such library
        return False


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

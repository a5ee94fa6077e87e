from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from mt.engines.cores import cores, keep_freed_memory, share_arena, threads, workers


@pytest.fixture(autouse=True)
def sixty_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)


@pytest.mark.parametrize(
    "files, expected",
    [
        ({}, 64),
        ({"sys/fs/cgroup/cpu.max": "200000 100000"}, 2),
        ({"sys/fs/cgroup/cpu.max": "150000 100000"}, 2),
        ({"sys/fs/cgroup/cpu.max": "max 100000"}, 64),
        ({"sys/fs/cgroup/cpu.max": "nonsense"}, 64),
        ({"proc/self/cgroup": "0::/a/b", "sys/fs/cgroup/a/b/cpu.max": "max 100000",
          "sys/fs/cgroup/a/cpu.max": "300000 100000"}, 3),
        ({"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 1),
        ({"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 64),
        (
            {
                "proc/self/cgroup": "5:memory:/x\n4:cpu,cpuacct:/docker/c",
                "sys/fs/cgroup/cpu/docker/c/cpu.cfs_quota_us": "400000",
                "sys/fs/cgroup/cpu/docker/c/cpu.cfs_period_us": "100000",
            },
            4,
        ),
    ],
)  # fmt: skip
def test_container_limits_count(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cores(tmp_path) == expected


def test_affinity_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5})
    assert cores(tmp_path) == 2


@pytest.mark.parametrize("threads, expected", [(1, 1), (2, 1), (7, 1), (8, 2), (16, 4)])
def test_workers(threads: int, expected: int) -> None:
    assert workers(threads) == expected


@pytest.mark.parametrize(
    "configured, share, expected",
    [
        (None, None, 64),
        (None, "8", 8),
        (None, "4,2", 4),
        (None, "0", 64),
        (None, "many", 64),
        (3, "8", 3),
        (3, None, 3),
    ],
)
def test_a_model_takes_the_share_of_its_process(
    monkeypatch: pytest.MonkeyPatch, configured: int | None, share: str | None, expected: int
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if share is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", share)
    assert threads(configured) == expected


V1 = {"cpu.cfs_quota_us": "150000\n", "cpu.cfs_period_us": "100000\n"}


@pytest.mark.parametrize("groups, files, number", [
    ("0::/\n", {}, 8),
    ("", {}, 8),
    ("0::/job\n", {"job/cpu.max": "max 100000\n"}, 8),
    ("0::/job\n", {"job/cpu.max": "300000 100000\n"}, 3),
    ("0::/job/step\n", {"job/step/cpu.max": "max 100000\n", "job/cpu.max": "250000 100000\n"}, 3),
    ("0::/not/seen/from/inside\n", {"cpu.max": "400000 100000\n"}, 4),
    ("0::/job\n", {"job/cpu.max": "50000 100000\n"}, 1),
    ("0::/job\n", {"job/cpu.max": "9900000 100000\n"}, 8),
    ("3:cpuset:/\n1:cpu,cpuacct:/job\n0::/\n", {f"cpu/job/{name}": text for name, text in V1.items()}, 2),
    ("1:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
])  # fmt: skip
def test_cores_are_counted_by_affinity_and_quota(groups, files, number, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    for name, text in {"proc/self/cgroup": groups, **{f"sys/fs/cgroup/{n}": t for n, t in files.items()}}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cores(tmp_path) == number


FREED = """
import ctypes, resource, sys, threading
from mt.engines.cores import keep_freed_memory, share_arena
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def layer():
    block = libc.malloc(48 << 20)
    libc.memset(block, 1, 48 << 20)
    libc.free(block)

def layers():
    layer()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        layer()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

if sys.argv[1] == "keep":
    assert share_arena() and keep_freed_memory()
worker = threading.Thread(target=layers)
worker.start()
worker.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep what is freed")
def test_what_a_layer_frees_is_kept_for_the_next() -> None:
    kept, given_back = (
        int(subprocess.run([sys.executable, "-c", FREED, way], capture_output=True, text=True, check=True).stdout)
        for way in ("keep", "give back")
    )
    assert kept < given_back / 10


def test_another_c_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert share_arena() is False
    assert keep_freed_memory() is False

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mt.engines.cores import cores, threads, workers


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

import os
from dataclasses import replace
from pathlib import Path

import pytest
import worker_pipelines
from worker_pipelines import tasks

from mt.config import Config
from mt.errors import ModelError
from mt.records import Failure
from mt.runs.ray import Ray, share


@pytest.mark.parametrize("nodes, workers, reserved", [
    ([(2.0, 0.0)], 2, (1, 0)),
    ([(8.0, 0.0)], 2, (4, 0)),
    ([(8.0, 0.0)], 3, (2, 0)),
    ([(8.0, 0.0), (4.0, 0.0)], 2, (4, 0)),
    ([(8.0, 0.0), (4.0, 0.0)], 3, (2, 0)),
    ([(1.0, 0.0)], 4, (1, 0)),
    ([(16.0, 4.0)], 4, (4, 1)),
    ([(16.0, 4.0)], 2, (8, 1)),
    ([(16.0, 1.0)], 3, (5, 0.333)),
    ([], 1, (1, 0)),
])  # fmt: skip
def test_workers_reserve_what_lets_all_of_them_fit(nodes, workers, reserved):
    assert share(nodes, workers) == reserved


def test_no_cluster_starts_when_there_is_nothing_to_do():
    executor = Ray(Config(), 2, worker_pipelines.make_dying)
    assert list(executor.map([[] for _ in range(20)])) == [[]] * 20


# ---------------------------------------------------------------- a real Ray of two workers


@pytest.fixture(scope="module")
def cluster():
    ray = pytest.importorskip("ray", reason="the extra ray is not installed; scripts/setup installs it")
    tests = Path(__file__).parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tests.parent}{os.pathsep}{tests}")
        ray.init(address="local", num_cpus=2, include_dashboard=False, logging_level="ERROR")
        yield
        ray.shutdown()


@pytest.mark.ray
def test_results_are_those_of_one_process_in_order(cluster):
    windows = [tasks("sleep 0.5"), [], *(tasks("", "sleep 0.01", first=2 * i) for i in range(1, 20))]
    results = list(Ray(Config(), 2, worker_pipelines.make).map(iter(windows)))
    local = worker_pipelines.make(Config(), 0)
    plain = [[replace(report, signature="") for report in part] for part in results]
    assert plain == [[replace(report, signature="") for report in local.work(window)] for window in windows]
    workers = {report.signature.split()[0] for part in results for report in part}
    assert len(workers) == 2
    assert str(os.getpid()) not in workers


@pytest.mark.ray
def test_windows_are_taken_a_few_ahead(cluster):
    taken = []
    windows = ((taken.append(i), tasks("", first=i))[1] for i in range(60))
    for given, _ in enumerate(Ray(Config(), 1, worker_pipelines.make).map(windows)):
        assert len(taken) - given <= 4


@pytest.mark.ray
def test_an_article_that_ends_its_worker_fails_alone(cluster):
    windows = [tasks("", "die", ""), tasks("", first=3)]
    results = [r for part in Ray(Config(), 1, worker_pipelines.make).map(windows) for r in part]
    assert [r.id if isinstance(r, Failure) else r.article.id for r in results] == ["a0", "a1", "a2", "a3"]
    assert [isinstance(r, Failure) for r in results] == [False, True, False, False]
    assert "killed (signal 9)" in results[1].message


@pytest.mark.ray
def test_a_model_that_cannot_be_loaded_ends_the_run(cluster):
    with pytest.raises(ModelError, match="no such model: nothing/nowhere"):
        list(Ray(Config(), 1, worker_pipelines.make_without_model).map([tasks("")]))

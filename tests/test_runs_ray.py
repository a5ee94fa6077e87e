import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import worker_pipelines
from test_runs_equality import SETTINGS, news, records, windows
from worker_pipelines import tasks

from mt.activity import Activity, listening
from mt.config import Config, load_config
from mt.errors import ModelError
from mt.pipeline import Pipeline
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


# ---------------------------------------------------------------- a real Ray: a head, and two machines of one CPU each


@pytest.fixture(scope="module")
def cluster():
    ray = pytest.importorskip("ray", reason="the extra ray is not installed; scripts/setup installs it")
    from ray.cluster_utils import Cluster

    tests = Path(__file__).parent
    # A machine that refuses the connection is lost after a second or two; one that is only slow has 10 s per check.
    health = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_failure_threshold": 3}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tests.parent}{os.pathsep}{tests}")
        patch.setenv("RAY_worker_niceness", "0")  # else a busy machine gives the workers next to no time
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "_system_config": health})
        try:
            for _ in range(2):
                cluster.add_node(num_cpus=1, wait=False)
            cluster.wait_for_nodes()
            ray.init(address=cluster.address, logging_level="ERROR")
            yield cluster
        finally:
            ray.shutdown()
            cluster.shutdown()


@pytest.mark.ray
def test_results_are_those_of_one_process_in_order_and_activities_are_passed_on(cluster):
    windows = [
        tasks("stage translating", "sleep 0.5"),
        [],
        *(tasks("", "sleep 0.01", first=2 * i) for i in range(1, 20)),
    ]
    heard = []
    with listening(heard.append):
        results = list(Ray(Config(), 2, worker_pipelines.make).map(iter(windows)))
    assert Activity("translating", 2, 2) in heard
    local = worker_pipelines.make(Config(), 0)
    plain = [[replace(report, signature="") for report in part] for part in results]
    assert plain == [
        [replace(report, signature="") for ready in local.stream(window) for report in ready] for window in windows
    ]
    workers = {report.signature.split()[0] for part in results for report in part}
    assert len(workers) == 2
    assert str(os.getpid()) not in workers


@pytest.mark.ray
def test_the_default_translator_writes_the_same_bytes_on_two_machines(cluster):
    config, articles = load_config(None, SETTINGS), news()[:4]
    with Pipeline(config) as pipeline:
        alone = records(map(pipeline, articles))
    on_ray = Ray(config, 2)
    assert records(report for done in on_ray.map(iter(windows(articles, 2))) for report in done) == alone
    on_ray.close()


@pytest.mark.ray
def test_windows_are_taken_a_few_ahead(cluster):
    taken = []
    windows = ((taken.append(i), tasks("", first=i))[1] for i in range(60))
    for given, _ in enumerate(Ray(Config(), 1, worker_pipelines.make).map(windows)):
        assert len(taken) - given <= 4


@pytest.mark.ray
def test_told_to_stop_actors_end_after_their_articles_and_windows_that_wait_are_left(cluster):
    stop = threading.Event()
    windows = [tasks(""), tasks("sleep 3", "sleep 60", first=1), *(tasks("sleep 60", first=3 + i) for i in range(3))]
    results = Ray(Config(), 1, worker_pipelines.make_each).map(iter(windows), stop.is_set)
    assert len(next(results)) == 1
    stop.set()
    start = time.monotonic()
    rest = [[result is not None for result in part] for part in results]
    assert rest in ([[True, False], [False], [False], [False]], [[False, False], [False], [False], [False]])
    assert time.monotonic() - start < 30


@pytest.mark.ray
def test_an_article_that_ends_its_worker_fails_alone(cluster):
    windows = [tasks("", "die", ""), tasks("", first=3)]
    results = [r for part in Ray(Config(), 1, worker_pipelines.make).map(windows) for r in part]
    assert [r.id if isinstance(r, Failure) else r.article.id for r in results] == ["a0", "a1", "a2", "a3"]
    assert [isinstance(r, Failure) for r in results] == [False, True, False, False]
    assert "killed (signal 9)" in results[1].message


@pytest.mark.ray
def test_actors_that_are_lost_again_and_again_end_the_run(cluster, monkeypatch):
    monkeypatch.setattr("mt.runs.ray.MOST_DEATHS", 1)
    with pytest.raises(ModelError, match="1 Ray workers were lost without a result"):
        list(Ray(Config(), 1, worker_pipelines.make).map([tasks("die-with-parent")]))


@pytest.mark.ray
def test_a_model_that_cannot_be_loaded_ends_the_run(cluster):
    with pytest.raises(ModelError, match="no such model: nothing/nowhere"):
        list(Ray(Config(), 1, worker_pipelines.make_without_model).map([tasks("")]))


@pytest.mark.ray
def test_a_machine_lost_in_the_middle_of_a_run_costs_no_results(cluster, tmp_path, caplog):
    """Only one machine is left: the actor that replaces the lost one has no place, and must not be waited for."""
    mark = tmp_path / "raylet"
    titles = ["", "", f"stay-once {mark}", *[""] * 20]

    def kill_machine() -> str:
        until = time.monotonic() + 60
        while not (mark.exists() and (pid := mark.read_text())):
            assert time.monotonic() < until, "no worker has taken the window"
            time.sleep(0.05)
        [node] = [n for n in cluster.worker_nodes if n.all_processes["raylet"][0].process.pid == int(pid)]
        cluster.remove_node(node, allow_graceful=False)
        return pid

    with ThreadPoolExecutor(1) as thread:
        killed = thread.submit(kill_machine)
        windows = (tasks(title, first=i) for i, title in enumerate(titles))
        results = list(Ray(Config(), 2, worker_pipelines.make).map(windows))
        assert killed.result()
    assert [report.article.id for part in results for report in part] == [f"a{i}" for i in range(len(titles))]
    assert not any(isinstance(result, Failure) for part in results for result in part)
    assert "was lost and is being replaced" in caplog.text

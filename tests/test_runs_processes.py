import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import worker_pipelines
from worker_pipelines import tasks

from mt.activity import listening
from mt.config import Config
from mt.errors import ModelError
from mt.records import Failure, Report
from mt.runs.processes import MOST_DEATHS, Processes, placed


@pytest.fixture
def processes():
    with contextlib.ExitStack() as stack:

        def start(workers: int, make=worker_pipelines.make, config=None) -> Processes:
            started = Processes(config or Config(), workers, make)
            stack.callback(started.close)
            return started

        yield start


def outcome(result: Report | Failure) -> str:
    return f"failed {result.id}" if isinstance(result, Failure) else result.article.id


def test_windows_come_back_in_order_from_several_processes(processes):
    windows = [tasks("sleep 0.3", first=0), *(tasks("sleep 0.02", "", first=2 * i) for i in range(1, 12))]
    results = list(processes(2).map(iter([*windows, []])))
    assert [[outcome(r) for r in part] for part in results] == [[t.article.id for t in w] for w in [*windows, []]]
    workers = {report.signature for part in results for report in part}
    assert len(workers) == 2
    assert all(int(who.split()[0]) != os.getpid() for who in workers)


def test_windows_are_taken_at_most_two_for_each_worker_ahead(processes):
    taken = []
    windows = ((taken.append(i), tasks("sleep 0.05", first=i))[1] for i in range(40))
    for given, _ in enumerate(processes(2).map(windows)):
        assert len(taken) - given <= 4


def test_no_process_starts_for_empty_windows(processes):
    executor = processes(1, worker_pipelines.make_dying)
    assert list(executor.map([[], []])) == [[], []]


def test_the_cores_are_shared_out(processes, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("mt.runs.processes.cores", lambda: 7)
    [[report]] = processes(2).map([tasks("")])
    assert report.signature.split()[1:] == ["0", "3"]


def test_a_window_that_ends_its_worker_once_is_done_by_a_fresh_one(processes, tmp_path):
    windows = [tasks("", f"die-once {tmp_path / 'died'}"), tasks("", first=2)]
    first, second, third = (result for part in processes(1).map(windows) for result in part)
    assert [outcome(r) for r in (first, second, third)] == ["a0", "a1", "a2"]
    assert len({report.signature for report in (first, second, third)}) == 1


def test_only_the_article_that_ends_every_worker_fails(processes):
    windows = [tasks("", "die", ""), tasks("", first=3)]
    results = [result for part in processes(1).map(windows) for result in part]
    assert [outcome(r) for r in results] == ["a0", "failed a1", "a2", "a3"]
    assert results[1].error == "ModelError"
    assert results[1].place == "f:1"
    assert "f:1: two worker processes died while working on it: the last was killed (signal 9)" in results[1].message
    assert "fewer --workers" in results[1].message


def test_results_of_a_window_come_as_they_are_ready(processes):
    windows = [tasks("", "", "give what is ready", "", "give what is ready"), [], tasks("", first=5)]
    results = list(processes(1).map(windows))
    assert [[outcome(r) for r in part] for part in results] == [["a0", "a1"], ["a2", "a3"], ["a4"], [], ["a5"]]
    executor = processes(1)
    later = executor.map([tasks("", "give what is ready", "sleep 60")])
    start = time.monotonic()
    assert [outcome(r) for r in next(later)] == ["a0"]
    assert time.monotonic() - start < 30


def test_a_dead_worker_costs_nothing_that_it_gave_before(processes, tmp_path):
    windows = [tasks("", "give what is ready", f"die-once {tmp_path / 'died'}", "")]
    results = list(processes(1).map(windows))
    assert [[outcome(r) for r in part] for part in results] == [["a0"], ["a1"], ["a2"], ["a3"]]
    processes_of = [part[0].signature for part in results]
    assert processes_of[0] != processes_of[1] == processes_of[2] == processes_of[3]


def test_a_bug_in_a_worker_costs_its_article_and_tells_where_to_look(processes, capfd):
    failed, fine = (result for part in processes(1).map([tasks("raise", "")]) for result in part)
    assert (outcome(failed), outcome(fine)) == ("failed a0", "a1")
    assert "exit code 1; see its messages on stderr" in failed.message
    assert "RuntimeError: a bug" in capfd.readouterr().err


def test_the_run_ends_when_workers_die_again_and_again(processes):
    with pytest.raises(ModelError, match=f"{MOST_DEATHS} worker processes died in a row"):
        list(processes(1).map([tasks(*["die"] * (MOST_DEATHS + 5))]))


def test_deaths_that_are_not_in_a_row_do_not_end_the_run(processes):
    windows = [tasks("die", "", first=2 * i) for i in range(MOST_DEATHS // 2 + 1)]
    results = [result for part in processes(1).map(windows) for result in part]
    assert sum(isinstance(result, Failure) for result in results) == len(windows)


def test_a_model_that_cannot_be_loaded_ends_the_run_at_once(processes):
    start = time.monotonic()
    executor = processes(2, worker_pipelines.make_without_model)
    with pytest.raises(ModelError, match="no such model: nothing/nowhere"):
        list(executor.map(tasks("", first=i) for i in range(9)))
    executor.close()
    assert time.monotonic() - start < 15, "the second worker loads for 20 s"


def test_a_death_while_loading_is_tried_once_more(processes, tmp_path):
    [[report]] = processes(1, worker_pipelines.make_dying_once, Config(cache=str(tmp_path))).map([tasks("")])
    assert outcome(report) == "a0"
    with pytest.raises(ModelError, match="died while loading the models: it was killed"):
        list(processes(1, worker_pipelines.make_dying).map([tasks("")]))


def test_log_lines_of_workers_come_out_of_this_process(processes, caplog):
    caplog.set_level(logging.INFO, "mt")
    list(processes(1).map([tasks("log halved the batch")]))
    assert [(r.name, r.message) for r in caplog.records] == [("mt", "halved the batch")]


def test_told_to_stop_each_worker_ends_after_its_article(processes):
    executor = processes(2, worker_pipelines.make_each)
    list(executor.map([tasks("sleep 0.5"), tasks("sleep 0.5", first=1)]))  # both are there
    short = ["sleep 0.1"] * 3
    windows = [
        tasks(*short, "sleep 1", "sleep 60"),
        [],
        tasks(*short, "sleep 1", "sleep 60", first=5),
        tasks("sleep 60", first=10),
    ]
    stop = threading.Event()
    results = executor.map(iter(windows), stop.is_set)
    given = [next(results) for _ in short]
    stop.set()
    start = time.monotonic()
    given += list(results)
    assert time.monotonic() - start < 30
    said = ["-" if result is None else outcome(result) for part in given for result in part]
    assert said[:5] == ["a0", "a1", "a2", "a3", "-"]
    done = said[5:].index("-")
    assert said[5:] == [*(f"a{5 + i}" for i in range(done)), *"-" * (6 - done)]
    assert done in (3, 4), "the other worker is about as far"


@pytest.mark.parametrize("looks, given", [(0, [None]), (1, [None]), (2, ["a0"])])
def test_a_stop_before_and_while_models_are_loaded_leaves_the_window_and_one_after_its_end_takes_nothing(
    processes, looks, given
):
    asked = iter([False] * looks)
    [results] = processes(1).map([tasks("")], lambda: next(asked, True))
    assert [result and outcome(result) for result in results] == given


def test_close_ends_the_work_at_once(processes):
    executor = processes(2)
    results = executor.map(iter([tasks(""), *(tasks("sleep 60", first=i) for i in range(1, 9))]))
    pid = int(next(results)[0].signature.split()[0])
    start = time.monotonic()
    executor.close()
    executor.close()
    assert time.monotonic() - start < 5
    assert not alive(pid)


# ---------------------------------------------------------------- the whole process from outside

PROGRAM = """
import sys
import worker_pipelines
from mt.config import Config
from mt.runs.processes import Processes

if __name__ == "__main__":
    executor = Processes(Config(), 2, worker_pipelines.make)
    windows = [worker_pipelines.tasks(title, first=i) for i, title in enumerate(sys.argv[1:])]
    for [report] in executor.map(windows):
        print(report.signature.split()[0], flush=True)
"""


@pytest.fixture
def program(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    tests = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"}
    started = []

    def start(*titles: str) -> subprocess.Popen:
        command = [sys.executable, str(tmp_path / "program.py"), *titles]
        started.append(subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
        ))  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


def workers_of(process: subprocess.Popen) -> list[int]:
    """Ids of the two workers, once both have given a result."""
    return sorted({int(process.stdout.readline()) for _ in range(2)})


BUSY = ("sleep 1", "sleep 1", "sleep 300", "sleep 300")


def test_workers_end_when_the_parent_is_killed(program):
    process = program(*BUSY)
    workers = workers_of(process)
    assert len(workers) == 2
    assert all(map(alive, workers))
    process.kill()
    assert wait_until(lambda: not any(map(alive, workers)), 5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_workers_leave_ctrl_c_and_sigterm_to_the_parent(program, number):
    process = program(*BUSY[:2], "sleep 0.5", "sleep 0.5")
    workers = workers_of(process)
    for worker in workers:
        os.kill(worker, number)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert sorted(map(int, output.split())) == workers


def test_no_worker_is_left_when_the_program_ends_by_an_error_or_forgets_to_close(program):
    process = program("sleep 1", "sleep 1", "log x")
    workers = workers_of(process)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not any(map(alive, workers))


# ---------------------------------------------------------------- pure rules


@pytest.mark.parametrize("device, number, cuda_devices, placed_on", [
    ("auto", 0, 0, "auto"),
    ("auto", 0, 1, "cuda:0"),
    ("auto", 3, 1, "cuda:0"),
    ("auto", 1, 4, "cuda:1"),
    ("auto", 6, 4, "cuda:2"),
    ("cuda", 1, 4, "cuda:1"),
    ("cpu", 1, 4, "cpu"),
    ("cuda:3", 1, 4, "cuda:3"),
])  # fmt: skip
def test_workers_are_dealt_out_to_cuda_devices(device, number, cuda_devices, placed_on):
    config = Config()
    model = config.translate.model.model_copy(update={"device": device})
    config = config.model_copy(update={"translate": config.translate.model_copy(update={"model": model})})
    moved = placed(config, number, dict.fromkeys(("ctranslate2", "transformers"), cuda_devices))
    assert moved.translate.model.device == placed_on
    assert moved.summarize.model.device == (f"cuda:{number % cuda_devices}" if cuda_devices else "auto")
    assert moved.translate.decoding == config.translate.decoding


def test_every_model_of_a_worker_is_on_the_workers_device():
    second = {"model": {"source": "org/second", "engine": "transformers"}}
    judge = {"model": {"source": "org/judge", "kind": "classifier"}}
    config = Config.model_validate({"translate": {"repair": {"second": second}}, "summarize": {"consistency": judge}})
    moved = placed(config, 5, {"ctranslate2": 4, "transformers": 3})
    devices = {path: (model.engine, model.device) for path, model in moved.models.items()}
    assert devices.keys() == config.models.keys() >= {"translate.repair.second", "summarize.consistency"}
    assert set(devices.values()) == {("ctranslate2", "cuda:1"), ("transformers", "cuda:2")}
    assert placed(config, 5, {"ctranslate2": 0, "transformers": 0}) == config


def test_stages_inside_the_workers_are_heard_outside(processes):
    heard = []
    with listening(heard.append):
        list(processes(2).map([tasks("stage translating", first=i) for i in range(4)]))
    assert {a.stage for a in heard} == {"translating"}
    assert max(a.total for a in heard) in (2, 4)
    assert all(a.done <= a.total for a in heard)
    assert any(a.done == a.total > 0 for a in heard)

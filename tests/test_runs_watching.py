"""A folder that fills, with time and models that are quick."""

import os
import time

import pytest
from test_runs_batch import TEXT, Line, Told

from mt.reading.articles import read_articles
from mt.runs.batch import Plan
from mt.runs.executors import InProcess
from mt.runs.watching import WAITING, watch


@pytest.fixture
def watched(tmp_path):
    """Runs `watch` over a folder; each look is preceded by one of the steps, and the last ends it."""
    line, inputs = Line(tmp_path / "out"), tmp_path / "in"
    inputs.mkdir()

    def run(*steps):
        line.told, left = Told(), list(steps)
        plan = Plan(line.config, line.signatures, inputs=(str(inputs),))
        executor = InProcess(line.make)

        def sleep(seconds):
            left.pop(0)()
            time.sleep(seconds + 0.01)

        def read(accept):
            return read_articles(inputs, strict=False, accept=accept)

        return watch(
            [str(inputs)], read, line.folder, plan, executor, line.told, lambda: not left, interval=0.1, sleep=sleep
        )

    run.line, run.inputs = line, inputs
    return run


def wait():
    """A look at an unchanged folder."""


def test_files_are_appended_as_they_come_and_read_when_they_are_whole(watched):
    def write(name, number, *, at=1):
        path = watched.inputs / name
        path.write_text(TEXT.format(number) * 4, encoding="utf-8")
        os.utime(path, (at, at))

    outcome = watched(
        lambda: write("b.txt", 1), lambda: write("b.txt", 2, at=2), lambda: write("b.txt", 3, at=3), wait, wait,
        lambda: write("a.txt", 4), wait, wait,
    )  # fmt: skip
    assert (outcome.done, outcome.failed, outcome.interrupted) == (2, 0, False)
    assert watched.line.ids() == ["b", "a"]
    assert "رقم 3" in watched.line.lines("records")[0]
    assert watched.line.loaded == 1, "the models stay between rounds"
    assert watched.line.told.last.done == 2, "the numbers are of all rounds"
    assert watched.line.told.activities[-1] == WAITING
    before = watched.line.lines("records")
    write("c.txt", 5)
    outcome = watched(wait, wait, wait)
    assert watched.line.ids() == ["b", "a", "c"]
    assert watched.line.lines("records")[:2] == before


def test_a_bad_file_is_named_once_and_the_others_go_on(watched):
    (watched.inputs / "bad.jsonl").write_text("not JSON\n")
    (watched.inputs / "good.txt").write_text(TEXT.format(1) * 4, encoding="utf-8")
    for _ in range(2):
        outcome = watched(wait, wait, wait, wait)
        assert (outcome.done, outcome.failed) == (1, 1)
    assert watched.line.ids() == ["good"]

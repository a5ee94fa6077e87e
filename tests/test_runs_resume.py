"""Real processes that are killed, interrupted, out of disk, or meet: what they leave, and what the next one makes."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import worker_pipelines
from test_runs_batch import Told, config

from mt.runs.batch import run_batch
from mt.runs.executors import InProcess
from mt.runs.plan import Plan
from mt.signatures import Signatures

TESTS = Path(__file__).parent
SENTENCE = "قال الوزير إن الاجتماع رقم {} كان مفيدا. وأضاف أن العمل في المدينة مستمر حتى الغد. "
SMALL = ("--set", "batch.window_articles=2", "--format", "txt")


def write_articles(path: Path, count: int, *, broken: int = 0) -> Path:
    """JSON Lines of which `broken` are broken in five ways; Greek, for it is told from its letters without a model."""
    rows = []
    for index in range(count):
        name, text = f"a{index}", SENTENCE.format(index) * (1 + index % 4)
        whole = json.dumps({"id": name, "title": f"عنوان {index}", "text": text}, ensure_ascii=False)
        kinds = (
            whole[:-9],
            json.dumps({"id": name, "text": "Αυτό είναι ένα ελληνικό κείμενο, και τίποτε άλλο."}),
            json.dumps({"id": name, "text": f"كسر الباب رقم {index} في المدينة القديمة."}),
            json.dumps({"id": name, "title": "no text"}),
            json.dumps({"id": "a0", "text": text}),
        )
        step = count // max(broken, 1)
        rows.append(kinds[index // step % 5] if broken and index % step == 3 else whole)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def start(*arguments: object, **environment: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(TESTS / "fake_run.py"), "run", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(TESTS.parent)} | {key: str(value) for key, value in environment.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=400)
    assert "Traceback" not in err, err
    return process.returncode, err


def run(*arguments: object, **environment: object) -> tuple[int, str]:
    return finish(start(*arguments, **environment))


def until(process: subprocess.Popen[str], words: str) -> None:
    """Wait for a line on stderr."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"ended without {words!r}")


def contents(out: Path) -> dict[str, bytes]:
    """All that a run leaves for its users, without times."""
    files = [out / "records.jsonl", out / "failures.jsonl", out / "index.html", *sorted((out / "reports").iterdir())]
    return {f.name: re.sub(rb'"seconds": [\d.e-]+', b'"seconds": 0', f.read_bytes()) for f in files if f.exists()}


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def test_fifty_kills_at_random_moments_change_no_byte(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 220, broken=20)
    assert run(articles, "-o", tmp_path / "whole", *SMALL, FAKE_SECONDS=0.01)[0] == 1
    window = manifest(tmp_path / "whole")["this_run"]["seconds"] / 110
    out = tmp_path / "killed"
    random_ = random.Random(3)
    killed, progress = 0, []
    for _ in range(50):
        process = start(articles, "-o", out, *SMALL, FAKE_SECONDS=0.01)
        if random_.random() < 0.8:
            until(process, "loaded")
            wanted = count(out) + random_.choice((0, 1, 2, 4))
            while process.poll() is None and count(out) < wanted:
                time.sleep(0.002)
            time.sleep(random_.uniform(0, window))
        else:  # while it starts, reads the journal or cuts the files
            time.sleep(random_.uniform(0, 0.6))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        progress.append((out / "records.jsonl").stat().st_size if (out / "records.jsonl").exists() else 0)
    assert killed >= 45
    assert len(set(progress)) > 15, progress
    assert progress[-1] > 0
    assert run(articles, "-o", out, *SMALL)[0] == 1
    assert contents(out) == contents(tmp_path / "whole")
    ids = [row["article"]["id"] for row in rows(out / "records.jsonl")]
    assert (len(ids), len(set(ids)), len(rows(out / "failures.jsonl"))) == (200, 200, 20)


def test_kills_of_a_run_with_real_models_change_no_byte(tmp_path, tiny_models):
    articles = write_articles(tmp_path / "news.jsonl", 8)
    line = [sys.executable, "-m", "mt", "run", str(articles), *tiny_models, *SMALL]
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent)}

    def start(out: Path) -> subprocess.Popen[str]:
        return subprocess.Popen([*line, "-o", str(out)], env=environment, stderr=subprocess.PIPE, text=True)

    assert finish(start(tmp_path / "whole"))[0] == 0
    out = tmp_path / "killed"
    for records in (1, 3, 5):
        process = start(out)
        grown(out, records)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    assert finish(start(out))[0] == 0
    assert contents(out) == contents(tmp_path / "whole")
    assert len(rows(out / "records.jsonl")) == 8
    again = [line[0], "-X", "importtime", *line[1:], "-o", str(out)]
    done = subprocess.run(again, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "mt.runs.batch" in done.stderr
    assert not re.search(r"\| +(torch|transformers)\b", done.stderr)


WITH_WORKERS = """
import sys
from pathlib import Path
import worker_pipelines
from mt.config import Config
from mt.runs.batch import run_batch
from mt.runs.interrupts import Interrupts
from mt.runs.plan import Plan
from mt.runs.processes import Processes
from mt.signatures import Signatures
from test_runs_batch import Told, config
items = [task.article for task in worker_pipelines.tasks(*["sleep 0.05"] * 40)]
plan = Plan(config(formats=("txt",)), Signatures("t", "s"), inputs=("news",))
if __name__ == "__main__":
    executor = Processes(Config(), 2, worker_pipelines.make_each)
    with Interrupts(print) as interrupts:
        outcome = run_batch(items, Path(sys.argv[1]), plan, executor, Told(), interrupts)
    sys.exit(130 if outcome.interrupted else 0)
"""


def test_a_signal_ends_workers_after_their_articles_and_what_they_finished_is_kept(tmp_path):
    def start(out: Path) -> subprocess.Popen[str]:
        environment = os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
        return subprocess.Popen(
            [sys.executable, "-c", WITH_WORKERS, str(out)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    out = tmp_path / "stopped"
    process = start(out)
    grown(out, 8)
    process.send_signal(signal.SIGTERM)
    assert finish(process)[0] == 130
    stopped = count(out)
    assert 8 <= stopped < 40
    assert manifest(out)["state"] == "interrupted"
    assert [row["article"]["id"] for row in rows(out / "records.jsonl")] == [f"a{i}" for i in range(stopped)]
    assert finish(start(out))[0] == 0
    assert manifest(out)["this_run"]["kept"] == stopped
    alone = InProcess(lambda: worker_pipelines.EachPipeline(0))
    items = [task.article for task in worker_pipelines.tasks(*["sleep 0.05"] * 40)]
    plan = Plan(config(formats=("txt",)), Signatures("t", "s"), inputs=("news",))
    assert run_batch(items, tmp_path / "whole", plan, alone, Told()).done == 40
    assert contents(out) == contents(tmp_path / "whole")


def count(out: Path) -> int:
    """How many records are written."""
    path = out / "records.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def grown(out: Path, records: int) -> None:
    """Wait until so many records are written."""
    end = time.monotonic() + 100
    while count(out) < records:
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    from tiny import make

    folder = tmp_path_factory.mktemp("models")
    translate, summarize = make("marian", folder / "t"), make("bart", folder / "s")
    return (
        *("--set", f"translate.model.source={translate}", "--set", f"summarize.model.source={summarize}"),
        *("--set", "translate.decoding.max_new_tokens=24", "--set", "summarize.decoding.max_new_tokens=24"),
        *("--set", "summarize.length.bypass_words=5", "--set", "summarize.model.kind=seq2seq"),
    )


@pytest.mark.parametrize("window, largest, name", [(2, 300_000, "journal.sqlite"), (60, 380_000, "records.jsonl")])
def test_a_full_disk_is_told_and_the_run_goes_on_afterwards(tmp_path, window, largest, name):
    articles = write_articles(tmp_path / "news.jsonl", 120, broken=6)
    options = ("--set", f"batch.window_articles={window}", "--format", "txt")
    together = {"FAKE_TOGETHER": ""} if name == "records.jsonl" else {}  # then lines come before the journal grows
    code, err = run(articles, "-o", tmp_path / "out", *options, FAKE_BYTES=largest, **together)
    assert code == 2
    assert re.search(rf"mt: .*out/{name}: cannot be (written|used): ", err), err
    assert manifest(tmp_path / "out")["state"] == "failed"
    written = (tmp_path / "out" / "records.jsonl").read_bytes()
    assert written.endswith(b"}\n")
    assert manifest(tmp_path / "out")["articles"]["done"] == written.count(b"\n")
    assert run(articles, "-o", tmp_path / "out", *options)[0] == 1
    assert manifest(tmp_path / "out")["this_run"]["kept"] >= written.count(b"\n")
    assert run(articles, "-o", tmp_path / "whole", *options)[0] == 1
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_second_run_in_the_folder_is_refused_and_harms_nothing(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 40)
    gate = tmp_path / "gate"
    first = start(articles, "-o", tmp_path / "out", *SMALL, FAKE_GATE=gate)
    until(first, "loaded")
    code, err = run(articles, "-o", tmp_path / "out", *SMALL)
    assert code == 2
    assert f"another run is using this folder (process {first.pid} on " in err
    assert first.poll() is None
    gate.touch()
    assert finish(first)[0] == 0
    assert len(rows(tmp_path / "out" / "records.jsonl")) == 40


def test_a_killed_run_holds_no_lock(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 10)
    first = start(articles, "-o", tmp_path / "out", *SMALL, FAKE_GATE=tmp_path / "never")
    until(first, "loaded")
    first.kill()
    first.communicate()
    assert manifest(tmp_path / "out")["state"] == "running"
    assert run(articles, "-o", tmp_path / "out", *SMALL)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_finishes_the_window_in_flight(tmp_path, number):
    articles = write_articles(tmp_path / "news.jsonl", 40)
    process = start(articles, "-o", tmp_path / "out", *SMALL, FAKE_GATE=(gate := tmp_path / "gate"))
    until(process, "loaded")
    process.send_signal(number)
    until(process, "finishing the articles in progress")
    gate.touch()
    code, err = finish(process)
    assert code == 130
    assert "run the same command to resume" in err
    assert manifest(tmp_path / "out")["state"] == "interrupted"
    assert len(rows(tmp_path / "out" / "records.jsonl")) == 1
    assert run(articles, "-o", tmp_path / "out", *SMALL)[0] == 0
    assert len(rows(tmp_path / "out" / "records.jsonl")) == 40


def test_the_second_signal_stops_at_once(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 40)
    process = start(articles, "-o", tmp_path / "out", *SMALL, FAKE_GATE=tmp_path / "never")
    until(process, "loaded")
    process.send_signal(signal.SIGINT)
    until(process, "finishing")
    process.send_signal(signal.SIGINT)
    code, err = finish(process)
    assert code == 130
    assert "mt: interrupted" in err
    assert manifest(tmp_path / "out")["state"] == "interrupted"
    assert rows(tmp_path / "out" / "records.jsonl") == []
    assert run(articles, "-o", tmp_path / "out", *SMALL)[0] == 0


def test_two_hundred_articles_of_which_twenty_are_broken(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 200, broken=20)
    code, err = run(articles, "-o", tmp_path / "out", "--format", "txt")
    assert code == 1
    assert "180 done, 20 failed" in err
    assert len(rows(tmp_path / "out" / "records.jsonl")) == 180
    failures = rows(tmp_path / "out" / "failures.jsonl")
    places = [int(row["place"].rpartition(":")[2]) for row in failures]
    assert places == [10 * i + 4 for i in range(20)]
    reasons = ("JSON", "not Arabic", "the model failed on all", 'no field "text"', "duplicate id")
    for index, row in enumerate(failures):
        assert reasons[index % 5] in row["message"]
        assert row["message"] in err
    said = manifest(tmp_path / "out")
    assert (said["state"], said["articles"]) == ("done", {"done": 180, "failed": 20})
    assert said["failures"] == {"InputError": 16, "ModelError": 4}


def test_a_finished_run_ends_at_once_and_loads_no_model(tmp_path):
    calls = tmp_path / "calls"
    articles = write_articles(tmp_path / "news.jsonl", 300, broken=20)
    assert run(articles, "-o", tmp_path / "out", "--format", "txt", FAKE_CALLS=calls)[0] == 1
    before = contents(tmp_path / "out")
    stamp = (tmp_path / "out" / "records.jsonl").stat().st_mtime_ns
    calls.write_text("")
    assert run(articles, "-o", tmp_path / "out", "--format", "txt", FAKE_CALLS=calls)[0] == 1
    assert calls.read_text() == ""
    assert contents(tmp_path / "out") == before
    assert (tmp_path / "out" / "records.jsonl").stat().st_mtime_ns == stamp
    assert manifest(tmp_path / "out")["this_run"]["kept"] == 300


def test_another_summary_model_keeps_the_translations(tmp_path):
    calls = tmp_path / "calls"
    articles = write_articles(tmp_path / "news.jsonl", 30, broken=6)
    assert run(articles, "-o", tmp_path / "out", *SMALL, FAKE_CALLS=calls)[0] == 1
    first = rows(tmp_path / "out" / "records.jsonl")
    calls.write_text("")
    assert run(articles, "-o", tmp_path / "out", *SMALL, FAKE_CALLS=calls, FAKE_SUMMARY="s2")[0] == 1
    assert set(calls.read_text()) == {"L", "s"}
    second = rows(tmp_path / "out" / "records.jsonl")
    assert [row["translation"] for row in first] == [row["translation"] for row in second]
    assert {row["signature"] for row in second} == {"t | s2"}
    assert all([t["stage"] for t in row["timings"]] == ["translate", "summarize"] for row in second)
    assert run(articles, "-o", tmp_path / "new", *SMALL, FAKE_SUMMARY="s2")[0] == 1
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def test_memory_does_not_grow_with_the_number_of_articles(tmp_path):
    articles = write_articles(tmp_path / "news.jsonl", 3000)
    code = (
        "import sys, fake_run\n"
        "from mt.runs import batch\n"
        "finish, sizes = batch._Run._finish, []\n"
        "def measured(run, window, results):\n"
        "    finish(run, window, results)\n"
        "    fields = open('/proc/self/statm').read().split()\n"
        "    sizes.append((window[-1].position + 1, int(fields[1])))\n"
        "batch._Run._finish = measured\n"
        "assert fake_run.main() == 0\n"
        "early, late = (next(size for at, size in sizes if at >= wanted) for wanted in (500, 3000))\n"
        "print(early, late)\n"
        "assert late <= 1.05 * early, (early, late)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(articles), "-o", str(tmp_path / "out"), "--set", "report.formats=[]"],
        env=os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("stdout", ["ascii", "closed pipe", "closed", "full"])
def test_a_stdout_that_takes_nothing_does_not_end_the_run(tmp_path, stdout):
    articles = tmp_path / "خبر.txt"
    articles.write_text(SENTENCE.format(1), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent), "LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict"}
    command = [sys.executable, str(TESTS / "fake_run.py"), "run", str(articles), "-o", str(tmp_path / "out"), "--show"]
    reading, writing = os.pipe()
    if stdout == "closed pipe":
        os.close(reading)
    target = writing if stdout != "full" else os.open("/dev/full", os.O_WRONLY)
    closed = {"preexec_fn": lambda: os.close(1)} if stdout == "closed" else {}
    done = subprocess.run(command, env=environment, stdout=target, stderr=subprocess.PIPE, check=False, **closed)
    assert (done.returncode, manifest(tmp_path / "out")["state"]) == (0, "done"), done.stderr
    assert len(rows(tmp_path / "out" / "records.jsonl")) == 1
    assert (b"stdout cannot be written" in done.stderr) == (stdout != "ascii")
    os.close(writing)
    if stdout != "closed pipe":
        os.close(reading)

import io
import json

import pytest

from mt.records import Failure
from mt.runs.batch import Progress
from mt.runs.progress import Bar, JsonLines, Lines, describe, expected

FAILURE = Failure("x", "f:1", "InputError", "f:1: empty")
NUMBERS = Progress(done=5, failed=1, kept=3, segments=40, words=1000, seconds=2.0)


def test_the_numbers_in_one_line():
    assert describe(NUMBERS) == "5 done, 1 failed, 3 kept, 20.0 segments/s, 500 words/s"
    assert describe(Progress()) == "0 done, 0 failed, 0.0 segments/s, 0 words/s"


def test_lines_come_when_it_is_time_and_failures_at_once():
    stream = io.StringIO()
    patient = Lines(stream, interval=1000)
    patient.progress(NUMBERS)
    patient.result(FAILURE, ())
    assert stream.getvalue() == "mt: failed: f:1: empty\n"
    patient.result(Failure("x", "f:2", "ModelError", "the model failed"), ())
    patient.result(Failure("x", "", "ModelError", "the model failed"), ())
    assert stream.getvalue().splitlines()[1:] == [
        "mt: failed: f:2: the model failed",
        "mt: failed: x: the model failed",
    ]
    Lines(stream, interval=0).progress(NUMBERS)
    assert stream.getvalue().endswith("mt: 5 done, 1 failed, 3 kept, 20.0 segments/s, 500 words/s\n")


def test_json_lines_hold_the_numbers():
    stream = io.StringIO()
    JsonLines(stream).progress(NUMBERS)
    row = json.loads(stream.getvalue())
    assert {"event": "progress", "done": 5, "failed": 1, "kept": 3, "words": 1000}.items() <= row.items()
    assert row["time"].endswith("+00:00")


def test_the_bar_counts_what_was_kept_and_stays_on_stderr(capsys):
    bar = Bar(total=9)
    bar.result(FAILURE, ())
    bar.progress(NUMBERS)
    bar.close()
    out, err = capsys.readouterr()
    assert out == ""
    assert "mt: failed: f:1: empty\n" in err
    assert "9/9" in err
    assert "500 words/s" in err


@pytest.mark.parametrize("sources, count", [
    (["a.txt"], 1), (["a.txt", "rows.jsonl"], 4), (["folder"], 3), (["a.txt", "table.csv"], None), (["-"], None),
    (["*.txt"], None), ([], 0),
])  # fmt: skip
def test_articles_are_counted_where_that_is_cheap(tmp_path, monkeypatch, sources, count):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.md").write_text("x")
    (tmp_path / "folder" / ".hidden").write_text("x")
    (tmp_path / "folder" / "c.jsonl").write_text("1\n2\n")
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "rows.jsonl").write_text("1\n2\n3\n")
    (tmp_path / "table.csv").write_text("x")
    assert expected(sources) == count

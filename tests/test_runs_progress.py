import io
import json
import time

import pytest

from mt.activity import Activity, Sparing, advance, begin, listening, stage
from mt.errors import OutputError
from mt.records import Failure
from mt.runs.batch import Progress
from mt.runs.metrics import Metrics
from mt.runs.progress import Bar, JsonLines, Lines, clock, describe, expected, time_left

FAILURE = Failure("x", "f:1", "InputError", "f:1: empty")
NUMBERS = Progress(done=5, failed=1, kept=3, segments=40, words=1000, seconds=2.0)


def test_the_numbers_in_one_line():
    assert describe(NUMBERS) == "5 done, 1 failed, 3 kept, 20.0 segments/s, 500 words/s"
    assert describe(Progress()) == "0 done, 0 failed"
    assert describe(Progress(kept=9)) == "0 done, 0 failed, 9 kept", "what was skipped has no rate"


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


def test_time_left_counts_this_session_and_goes_down_between_windows():
    worked = Progress(done=5, failed=1, kept=100, segments=40, words=1000, seconds=12.0)
    assert time_left(worked, 118, 12.0) == 24.0
    assert time_left(worked, 118, 15.0) == 21.0
    assert time_left(worked, None, 12.0) is None
    assert time_left(Progress(kept=100), 118, 3.0) is None, "nothing is known before the first window"
    assert [clock(s) for s in (0, 59.6, 3723)] == ["0:00", "1:00", "1:02:03"]


def test_activities_are_heard_in_their_stage_and_never_count_over():
    heard = []
    begin(7)  # a model that is used by itself, outside of a stage
    with listening(heard.append):
        with stage("translating"):
            begin(3)
            advance(2)
            with stage("retrying"):
                begin(1)
                advance()
            advance(9)
        advance()
    advance()
    assert [str(a) for a in heard] == [
        "translating", "translating 0/3", "translating 2/3", "retrying", "retrying 0/1", "retrying 1/1",
        "translating 3/3",
    ]  # fmt: skip


def test_what_is_between_is_passed_on_now_and_then():
    heard = []
    sparing = Sparing(heard.append, interval=1000)
    for done in range(101):
        sparing(Activity("translating", done, 100))
    sparing(Activity("summarizing"))
    assert [str(a) for a in heard] == ["translating 0/100", "translating 100/100", "summarizing"]


def test_the_bar_ticks_and_shows_the_stage_within_a_window(capsys):
    bar = Bar(total=200, interval=0.02)
    bar.activity(Activity("translating", 120, 434))
    time.sleep(0.3)
    assert "translating 120/434" in (first := capsys.readouterr().err)
    assert "0/200 articles" in first
    bar.progress(Progress(done=20, kept=68, segments=100, words=5000, seconds=50.0))
    time.sleep(0.1)
    bar.close()
    err = capsys.readouterr().err
    assert "88/200 articles" in err
    assert "100 words/s" in err
    assert "about 4:40 left" in err
    assert "translating" not in err.rpartition("\r")[2], "nothing goes on at the end"


def test_lines_come_within_a_window(capsys):
    stream = io.StringIO()
    lines = Lines(stream, interval=0.05)
    lines.activity(Activity("translating", 120, 434))
    time.sleep(0.4)
    lines.close()
    assert "mt: 0 done, 0 failed; now translating 120/434\n" in stream.getvalue()


def test_waiting_is_told_once():
    stream = io.StringIO()
    lines = Lines(stream, interval=0.02)
    for _ in range(10):
        lines.activity(Activity("waiting for files"))
        time.sleep(0.03)
    lines.close()
    assert stream.getvalue() == "mt: 0 done, 0 failed; now waiting for files\n"
    stream = io.StringIO()
    told = JsonLines(stream, interval=0)
    for _ in range(3):
        told.activity(Activity("waiting for files"))
    assert len(stream.getvalue().splitlines()) == 1


def test_metrics_stay_fresh_while_a_folder_is_watched(tmp_path):
    metrics = Metrics(tmp_path / "mt.prom", Lines(io.StringIO(), interval=1000), interval=0.05)
    metrics.activity(Activity("summarizing", 1, 1))
    metrics.progress(NUMBERS)  # within the interval: not written yet
    time.sleep(0.06)
    metrics.activity(Activity("waiting for files"))
    text = (tmp_path / "mt.prom").read_text()
    assert 'mt_articles{state="done"} 5.0' in text
    assert "summarizing" not in text


def test_metrics_are_a_whole_file_in_prometheus_format(tmp_path):
    from prometheus_client.parser import text_string_to_metric_families

    def values():
        families = text_string_to_metric_families((tmp_path / "mt.prom").read_text())
        return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}

    stream = io.StringIO()
    metrics = Metrics(tmp_path / "mt.prom", Lines(stream, interval=1000), interval=0)
    assert values()["mt_running",] == 1
    metrics.progress(NUMBERS)
    metrics.activity(Activity("loading model (86 MB)"))
    metrics.activity(Activity("translating", 120, 434))
    found = values()
    assert (found["mt_articles", "done"], found["mt_articles", "kept"], found["mt_segments",]) == (5, 3, 40)
    stages = {key[1:]: value for key, value in found.items() if key[0] == "mt_stage_texts"}
    assert stages == {("translating", "done"): 120, ("translating", "all"): 434}
    metrics.result(FAILURE, ())
    metrics.close()
    assert values()["mt_running",] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mt.prom"]
    assert "failed: f:1: empty" in stream.getvalue()
    with pytest.raises(OutputError, match="nowhere"):
        Metrics(tmp_path / "nowhere" / "mt.prom", Lines(stream))

import json
import os
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import pytest
from fakes import FakeGenerator
from pages import Page

from mt.config import Config, RepairConfig, SummarizeConfig, TranslateConfig
from mt.engines import BATCH_INVARIANT
from mt.errors import InputError, ModelError, OutputError
from mt.pipeline import Pipeline
from mt.records import Article, Failure, Report
from mt.reports.json import report_from_json
from mt.runs import publishing
from mt.runs.batch import Plan, Progress, run_batch
from mt.runs.executors import InProcess
from mt.runs.journal import Journal
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

TEXT = "قال الوزير إن الاجتماع رقم {} كان مفيدا. وأضاف أن العمل في المدينة مستمر حتى الغد. "


def articles(count: int) -> list[Article]:
    return [
        Article(f"a{i}", (TEXT.format(i) * 4).strip(), f"عنوان {i}", (("n", i),), place=f"f:{i}") for i in range(count)
    ]


# One output for each text, kept as it is: the fake summaries say numbers that no article has.
PLAIN = SummarizeConfig(candidates=1, unsupported="flag")


class Told:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.results, self.notes, self.activities, self.last = [], [], [], Progress()

    def result(self, result, paths):
        self.results.append((result, tuple(paths)))

    def progress(self, progress):
        self.last = progress

    def activity(self, activity):
        self.activities.append(activity)

    def note(self, message):
        self.notes.append(message)


class Line:
    """An output folder and everything that a run into it needs, with fake models that count."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.loaded = 0
        self.translator = FakeGenerator(self.answer)
        self.summarizer = FakeGenerator(lambda text: f"All said in {len(text)} letters.", max_input_tokens=1000)
        self.broken = True
        self.config = config(window_articles=4)
        self.signatures = Signatures("t", "s")
        self.told = Told()

    def answer(self, text):
        if "كسر" in text and self.broken:
            raise ModelError("broken")
        return f"The minister said {len(text)} words in the old city."

    def make(self):
        self.loaded += 1
        once = TranslateConfig(repair=RepairConfig(mode="off"), glossaries=(), hints=())  # what models see is counted
        translator = Translator(self.translator, once)
        return Pipeline.from_parts(translator, Summarizer(self.summarizer, PLAIN), self.signatures.whole)

    def run(self, items, stopped=lambda: False, **options):
        """Texts that each model saw, by stage, and the outcome."""
        self.told = Told()
        for generator in (self.translator, self.summarizer):
            generator.calls.clear()
        plan = Plan(self.config, self.signatures, **options)
        return run_batch(items, self.folder, plan, InProcess(self.make), self.told, stopped)

    def texts(self):
        return tuple(sum(len(texts) for texts, _ in g.calls) for g in (self.translator, self.summarizer))

    def ids(self):
        return [report_from_json(row).article.id for row in self.lines("records")]

    def failed(self):
        return [json.loads(row)["id"] for row in self.lines("failures")]

    def lines(self, name):
        path = self.folder / f"{name}.jsonl"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def records(self):
        return re.sub(r'"seconds": [\d.e-]+', "", "\n".join(self.lines("records")))

    def manifest(self):
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))


def config(*, formats=(), parquet=False, index=True, **batch) -> Config:
    plain = Config()
    update = {
        "batch": plain.batch.model_copy(update=batch),
        "report": plain.report.model_copy(update={"formats": formats, "parquet": parquet, "index": index}),
    }
    return plain.model_copy(update=update)


@pytest.fixture
def line(tmp_path) -> Line:
    return Line(tmp_path / "out")


BROKEN = Article("broken", "كسر الباب في المدينة القديمة.", place="f:b")
UNREAD = Failure("unread", "f:u", "InputError", "f:u: not JSON")


def test_results_stand_in_the_order_of_the_inputs(line):
    good = articles(9)
    outcome = line.run([UNREAD, *good[:5], BROKEN, *good[5:]])
    assert (outcome.done, outcome.failed, outcome.interrupted) == (9, 2, False)
    assert line.ids() == [f"a{i}" for i in range(9)]
    assert line.failed() == ["unread", "broken"]
    order = [r.article.id if isinstance(r, Report) else r.id for r, _ in line.told.results]
    assert order == ["unread", "a0", "a1", "a2", "a3", "a4", "broken", "a5", "a6", "a7", "a8"]
    assert line.told.last.done == 9
    assert line.manifest()["failures"] == {"InputError": 1, "ModelError": 1}
    assert report_from_json(line.lines("records")[3]) == line.told.results[4][0]


@pytest.mark.parametrize("limits, windows", [
    ({"window_articles": 4}, [1, 2, 4, 4, 4, 1]),
    ({"window_articles": 3}, [1, 2, 3, 3, 3, 3, 1]),
    ({"window_articles": 100}, [1, 2, 4, 8, 1]),
    ({"window_articles": 100, "window_characters": 800}, [1, 2, 3, 3, 3, 3, 1]),
    ({"window_articles": 1}, [1] * 16),
])  # fmt: skip
def test_articles_of_a_window_share_calls_and_windows_grow(line, limits, windows):
    line.config = config(**limits)
    assert 300 < len(articles(1)[0].text) < 400
    line.run(articles(16))
    assert [len(texts) for texts, _ in line.translator.calls] == [9 * n for n in windows]


@pytest.mark.parametrize("stops", [(1,), (3,), (1, 2), (7,)])
def test_a_resumed_run_has_the_windows_of_one_that_was_not_stopped(line, stops):
    line.config = config(window_articles=32)
    calls = []
    for stop in stops:
        line.run(articles(40), stopped=lambda stop=stop: len(line.translator.calls) > stop)
        calls += [texts for texts, _ in line.translator.calls]
    line.run(articles(40))
    assert [len(texts) // 9 for texts in [*calls, *(t for t, _ in line.translator.calls)]] == [1, 2, 4, 8, 16, 9]


def test_the_first_report_is_there_before_the_second_article_is_begun(line):
    line.config = config(formats=("txt",), window_articles=32)
    seen = []

    def answer(text):
        seen.append((len(line.lines("records")), len(list((line.folder / "reports").glob("*")))))
        return "The minister said so in the old city."

    line.translator.answer = answer
    line.run(articles(5))
    assert list(dict.fromkeys(seen)) == [(0, 0), (1, 1), (3, 3)]


def test_a_window_takes_no_article_ahead_of_its_results(line):
    taken = []
    source = ((taken.append(a.id), a)[1] for a in articles(12))
    seen = []
    line.told.result = lambda result, paths: seen.append(len(taken))
    plan = Plan(line.config, line.signatures)
    run_batch(source, line.folder, plan, InProcess(line.make), line.told)
    assert seen == [1] + [3] * 2 + [7] * 4 + [11] * 4 + [12]


def test_a_finished_run_does_nothing_again(line):
    items = [UNREAD, *articles(5), BROKEN]
    line.run(items)
    before = line.records(), (line.folder / "records.jsonl").stat().st_mtime_ns
    outcome = line.run(items)
    assert (outcome.done, outcome.failed, line.loaded, line.texts()) == (5, 2, 1, (0, 0))
    assert (line.records(), (line.folder / "records.jsonl").stat().st_mtime_ns) == before
    assert line.told.results == []
    assert line.manifest()["this_run"]["kept"] == 7


def test_with_tell_kept_the_listener_hears_of_what_was_there(line):
    line.config = config(formats=("txt",))
    line.run([*articles(2), BROKEN])
    first = [(replace(r, timings=()) if isinstance(r, Report) else r, paths) for r, paths in line.told.results]
    line.run([*articles(2), BROKEN], tell_kept=True)
    assert line.told.results == first, "as it was, but for the seconds: this run took none"
    assert [path.name for path in first[0][1]] == ["a0.txt"]
    assert line.texts() == (0, 0)


@pytest.mark.parametrize("change", [
    {"config": config(window_articles=3)},
    {"config": config(formats=("txt",))},
    {"config": config(window_characters=5, parquet=True)},
])  # fmt: skip
def test_what_decides_no_output_redoes_nothing(line, change):
    line.run(articles(5))
    before = line.records()
    line.config = change["config"]
    line.run(articles(5))
    assert (line.texts(), line.records(), line.loaded) == ((0, 0), before, 1)
    assert len(list(line.folder.glob("reports/*.txt"))) == 5 * len(line.config.report.formats)


def test_a_report_file_that_is_gone_is_written_again(line):
    line.config = config(formats=("txt", "md"))
    line.run(articles(5))
    gone = line.folder / "reports" / "a3.md"
    before, records = gone.read_text(encoding="utf-8"), line.lines("records")
    gone.unlink()
    line.run(articles(5))
    assert (gone.read_text(encoding="utf-8"), line.lines("records"), line.texts()) == (before, records, (0, 0))


def test_a_changed_summary_keeps_translations_and_a_changed_translation_nothing(line):
    line.run(articles(5))
    line.signatures = Signatures("t", "s2")
    line.run(articles(5))
    assert line.texts() == (0, 5)
    stages = [[t.stage for t in report_from_json(row).timings] for row in line.lines("records")]
    assert stages == [["translate", "summarize"]] * 5
    line.signatures = Signatures("t2", "s2")
    line.run(articles(5))
    assert line.texts() == (45, 5)
    line.signatures = Signatures("t", "s")
    line.run(articles(5))
    assert line.texts() == (0, 0)
    assert report_from_json(line.lines("records")[0]).signature == Signatures("t", "s").whole


def test_a_run_without_summaries_is_kept_apart(line):
    line.run(articles(2))
    line.signatures = Signatures("t", "")
    make = line.make
    line.make = lambda: replace_summarizer(make())
    line.run(articles(2))
    assert [report_from_json(row).summary for row in line.lines("records")] == [None, None]
    line.run([*articles(1), *articles(3)[2:]])
    assert line.texts() == (9, 0)


def replace_summarizer(pipeline):
    pipeline.summarizer = None
    return pipeline


def test_inputs_that_changed_are_followed_from_the_first_difference_on(line):
    whole = articles(9)
    line.run(whole)
    line.run([*whole[:3], *whole[5:], BROKEN])
    assert line.ids() == ["a0", "a1", "a2", "a5", "a6", "a7", "a8"]
    assert line.failed() == ["broken"]
    assert line.texts() == (1, 0)
    line.run(whole[:2])
    assert (line.ids(), line.failed(), line.texts()) == (["a0", "a1"], [], (0, 0))
    assert not (line.folder / "failures.jsonl").exists()
    line.run([whole[0], replace(whole[1], metadata=(("n", "new"),)), replace(whole[2], id="new")])
    assert line.ids() == ["a0", "a1", "new"]
    assert report_from_json(line.lines("records")[1]).article.metadata == (("n", "new"),)
    assert line.texts() == (0, 0)


def test_no_inputs_leave_an_empty_file(line):
    line.run(articles(2))
    assert line.run([]).done == 0
    assert (line.lines("records"), line.manifest()["articles"]) == ([], {"done": 0, "failed": 0})


def test_a_failure_is_told_again_until_it_is_to_be_retried(line):
    items = [articles(2)[0], BROKEN, articles(2)[1], UNREAD]
    line.run(items)
    line.broken = False
    line.run(items)
    assert (line.failed(), line.texts()) == (["broken", "unread"], (0, 0))
    outcome = line.run(items, retry_failed=True)
    assert (outcome.done, outcome.failed, line.ids()) == (3, 1, ["a0", "broken", "a1"])
    assert line.texts()[0] == 1
    line.run(items)
    assert (line.ids(), line.texts()) == (["a0", "broken", "a1"], (0, 0))


@pytest.mark.parametrize("twin", [replace(BROKEN, id="twin"), replace(BROKEN, place="f:t")])
def test_equal_texts_fail_each_with_its_own_name_and_place(line, twin):
    line.config = config(window_articles=1)
    line.run([BROKEN, twin])
    found = [(row["id"], row["place"]) for row in map(json.loads, line.lines("failures"))]
    assert found == [(BROKEN.id, BROKEN.place), (twin.id, twin.place)]


def test_an_article_that_fails_now_keeps_no_report_of_other_settings(line):
    line.config = config(formats=("txt", "md"))
    line.broken = False
    line.run([BROKEN, *articles(1)])
    assert len(list(line.folder.glob("reports/*"))) == 4
    line.broken, line.signatures = True, Signatures("t2", "s")
    line.run([BROKEN, *articles(1)])
    assert {path.stem for path in line.folder.glob("reports/*")} == {"a0"}


def test_strict_ends_the_run_after_the_window_of_the_first_failure(line):
    good = articles(12)
    items = [*good[:2], BROKEN, *good[2:]]
    outcome = line.run(items, strict=True)
    assert (outcome.done, outcome.failed, line.manifest()["state"]) == (2, 1, "failed")
    outcome = line.run(items, strict=True)
    assert (outcome.done, outcome.failed, line.texts()) == (2, 1, (0, 0))
    assert line.run(items).done == 12


def test_a_stopped_run_finishes_its_window_and_goes_on_later(line):
    outcome = line.run(articles(12), stopped=lambda: len(line.translator.calls) > 1)
    assert (outcome.interrupted, outcome.done, line.manifest()["state"]) == (True, 3, "interrupted")
    outcome = line.run(articles(12))
    assert (outcome.interrupted, outcome.done, line.manifest()["state"]) == (False, 12, "done")
    assert line.texts()[0] == 9 * 9


def test_a_fault_in_one_article_is_recorded_and_costs_no_other(line):
    def answer(text):
        if "رقم 6 " in text:
            raise ZeroDivisionError("a bug")
        return "Fine."

    line.translator.answer = answer
    line.run(articles(12))
    assert line.ids() == [f"a{i}" for i in range(12) if i != 6]
    assert line.manifest()["state"] == "done"
    line.translator.answer = line.answer
    line.run(articles(12), retry_failed=True)
    assert len(line.ids()) == 12


def test_a_fault_in_a_window_loses_no_earlier_window(line, monkeypatch):
    stream = Pipeline.stream

    def broken(self, tasks):
        if any(task.position == 6 for task in tasks):
            raise ZeroDivisionError("a bug")
        return stream(self, tasks)

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "stream", broken)
        with pytest.raises(ZeroDivisionError):
            line.run(articles(12))
    assert (line.ids(), line.manifest()["state"]) == (["a0", "a1", "a2"], "failed")
    line.run(articles(12))
    assert len(line.ids()) == 12
    assert line.texts()[0] == 9 * 9


def one_by_one(line):
    """The line with a summarizer that gains nothing from several articles at once, as on a CPU."""
    line.summarizer.description = f"tiny {BATCH_INVARIANT}"
    return line


def test_each_article_of_a_window_is_kept_as_soon_as_its_summary_is_there(line):
    """A kill between two summaries: the journal and the lines have what was finished."""
    answer = one_by_one(line).summarizer.answer

    def killed(text):
        if "رقم 9" in text or line.texts()[1] > 5:
            raise KeyboardInterrupt
        return answer(text)

    line.summarizer.answer = killed
    with pytest.raises(KeyboardInterrupt):
        line.run(articles(12))
    kept = line.ids()
    assert kept == [f"a{i}" for i in range(5)], "the window was a3 to a6"
    assert line.manifest()["state"] == "interrupted"
    line.summarizer.answer = answer
    line.run(articles(12))
    assert line.ids() == [f"a{i}" for i in range(12)]
    assert line.texts() == (9 * 7, 7), "nothing that was kept is worked out again"


def test_a_run_in_this_process_stops_after_the_article_that_it_is_at(line):
    one_by_one(line)
    outcome = line.run(articles(12), stopped=lambda: len(line.told.results) >= 5)
    assert outcome.interrupted
    assert line.ids() == [f"a{i}" for i in range(5)]
    assert line.texts()[1] == 5, "no summary is begun that is not kept"
    line.run(articles(12))
    assert line.ids() == [f"a{i}" for i in range(12)]


def test_what_is_finished_behind_an_unfinished_article_is_kept_for_the_next_run(line, tmp_path):
    class Ahead(InProcess):
        """Takes all windows, as several workers would, and leaves the third article."""

        def map(self, windows, stopped):
            for number, results in enumerate(super().map(list(windows))):
                yield [None] * len(results) if number == 2 else results

    one_by_one(line)
    items = [*articles(5), UNREAD, BROKEN, *articles(9)[5:]]
    told, executor = Told(), Ahead(line.make)
    plan = Plan(line.config, line.signatures)
    outcome = run_batch(items, line.folder, plan, executor, told, lambda: len(told.results) >= 2)
    assert (outcome.interrupted, outcome.done, outcome.ahead) == (True, 2, 7)
    assert (line.ids(), line.failed()) == (["a0", "a1"], [])
    line.run(items)
    assert line.texts() == (9, 1), "only the article that was left is worked on"
    other = Line(tmp_path / "other")
    one_by_one(other)
    other.run(items)
    assert (line.records(), line.lines("failures")) == (other.records(), other.lines("failures"))


def test_known_results_between_the_articles_of_a_window_keep_their_places(line):
    one_by_one(line)
    items = [UNREAD, *articles(3), BROKEN, UNREAD, *articles(9)[3:], UNREAD]
    line.config = config(window_articles=16)
    line.run(items)
    assert (line.ids(), line.failed()) == ([f"a{i}" for i in range(9)], ["unread", "broken", "unread", "unread"])
    told = [r.id if isinstance(r, Failure) else r.article.id for r, _ in line.told.results]
    assert told == ["unread", "a0", "a1", "a2", "broken", "unread", *(f"a{i}" for i in range(3, 9)), "unread"]


def test_models_that_cannot_be_had_end_the_run(line):
    def fail():
        raise ModelError("no such model")

    line.make = fail
    with pytest.raises(ModelError, match="no such model"):
        line.run(articles(1))
    assert line.manifest()["state"] == "failed"


def test_lines_that_the_journal_does_not_know_are_cut_off(line):
    line.run(articles(6))
    whole = line.lines("records")
    with (line.folder / "records.jsonl").open("a") as stream:
        stream.write('{"torn')
    line.run(articles(6))
    assert line.lines("records") == whole
    (line.folder / "records.jsonl").write_text("\n".join(whole)[:-2000], encoding="utf-8")
    line.run(articles(6))
    assert line.lines("records") == whole
    assert line.texts() == (0, 0)


def test_records_without_their_journal_are_not_overwritten(line):
    line.run(articles(2))
    (line.folder / "journal.sqlite").unlink()
    before = line.records()
    with pytest.raises(OutputError, match=r"records\.jsonl: found without a journal\.sqlite"):
        line.run(articles(2))
    assert line.records() == before


def test_metadata_that_json_cannot_hold_is_a_failure(line):
    odd = replace(articles(1)[0], id="odd", metadata=(("k", object()),))
    outcome = line.run([odd, *articles(1)])
    assert (outcome.done, outcome.failed, line.failed()) == (1, 1, ["odd"])


def test_parquet_holds_every_record(line):
    import pyarrow.parquet as pq

    line.config = config(parquet=True)
    line.run([*articles(3), BROKEN])
    table = pq.read_table(line.folder / "records.parquet")
    assert table.column("id").to_pylist() == ["a0", "a1", "a2"]
    row = table.to_pylist()[1]
    report = report_from_json(row["record"])
    assert report_from_json(line.lines("records")[1]) == report
    assert (row["english"], row["summary"]) == (report.translation.text, report.summary.text)
    assert json.loads(row["metadata"]) == {"n": 1}
    (line.folder / "records.parquet").unlink()
    line.run([*articles(3), BROKEN])
    assert (line.folder / "records.parquet").exists()


def test_parquet_names_the_doubts_of_what_is_shown_and_not_of_what_was_tried(line):
    import pyarrow.parquet as pq

    line.config = config(parquet=True)
    tried = TranslateConfig(repair=RepairConfig(mode="on"), glossaries=(), hints=(), min_score=None)

    def answer(text, greedy):
        return "The minister said " + ("so in the old city." if greedy else "and he said " * 9)

    class Mended(FakeGenerator):
        def generate(self, texts, decoding):
            self.answer = lambda text: answer(text, decoding.num_beams == 1)
            return super().generate(texts, decoding)

    line.make = lambda: Pipeline.from_parts(Translator(Mended(), tried), None, "t")
    line.run([Article("a", "قال الوزير ذلك في المدينة القديمة.", place="f:a")])
    [record] = [json.loads(row) for row in line.lines("records")]
    [segment] = record["translation"]["segments"]
    assert (segment["way"], segment["attempts"][0]["flags"][0]["name"]) == ("greedy", "loop")
    assert pq.read_table(line.folder / "records.parquet")["flags"].to_pylist() == [[]]


def test_the_manifest_counts_flags_and_words(line):
    line.translator.answer = lambda text: "go go go go go go go go go go go go"
    line.run(articles(2))
    said = line.manifest()
    assert said["flags"].get("repetition", said["flags"].get("loop")), said["flags"]
    assert said["source_words"] == sum(len(f"{a.title} {a.text}".split()) for a in articles(2))
    assert said["this_run"]["words"] == said["source_words"]
    assert said["this_run"]["peak_memory_bytes"] > 1e6
    assert (said["state"], said["articles"]) == ("done", {"done": 2, "failed": 0})
    assert said["configuration"]["batch"]["window_articles"] == 4


def test_the_index_is_written_when_it_may_have_changed_and_only_then(line):
    index = line.folder / "index.html"

    def written(items, **options):
        before = index.stat().st_mtime_ns if index.exists() else 0
        line.run(items, **options)
        return index.stat().st_mtime_ns != before

    line.config = config(formats=("html",))
    assert written([*articles(3), BROKEN])
    assert not written([*articles(3), BROKEN])
    assert written(articles(2))
    assert written(articles(2), inputs=("others",))
    line.config = config(formats=("txt",))
    assert written(articles(2), inputs=("others",))
    assert 'href="reports/a1.txt"' in index.read_text(encoding="utf-8")
    index.unlink()
    assert written(articles(2), inputs=("others",))
    index.unlink()
    line.config = config(formats=("txt",), index=False)
    line.run(articles(3))
    assert not index.exists()


def test_the_index_from_kept_rows_is_that_from_the_records(line, monkeypatch):
    """Through more inputs, fewer, a changed one, a failure that goes away, and an older run that kept no rows."""
    index, read = line.folder / "index.html", []
    monkeypatch.setattr(publishing, "report_from_json", lambda text: (read.append(text), report_from_json(text))[1])
    changed = replace(articles(5)[1], text=articles(5)[1].text + " وانتهى.")
    runs = [articles(5), [*articles(5), BROKEN], articles(3), [articles(1)[0], changed, UNREAD], articles(4)]
    line.config = config(formats=("html",))
    for items in runs:
        line.run(items, inputs=tuple(article.id for article in items), replace=True)
        from_rows = index.read_bytes()
        assert read == []
        publishing.publish_index(line.folder, ("html",))
        assert index.read_bytes() == from_rows
        assert len(read) == len(line.ids()) > 0
        read.clear()
    with closing(sqlite3.connect(line.folder / "journal.sqlite")) as journal, journal:
        journal.execute("DROP TABLE rows")
    for count, all_read in ((5, 5), (6, 0)):
        line.run(articles(count))
        assert len(read) == all_read
        assert f'href="reports/a{count - 1}.html"' in index.read_text(encoding="utf-8")
        read.clear()


def test_rows_of_another_version_are_made_again(line, monkeypatch):
    line.run(articles(2))
    monkeypatch.setattr("mt.reports.pages.index.ROW_VERSION", 0)
    monkeypatch.setattr("mt.reports.pages.index._different_words", lambda report: "other words")
    line.run(articles(3))
    rows = Page((line.folder / "index.html").read_text(encoding="utf-8")).data("data")["rows"]
    assert [row[10] for row in rows] == ["other words"] * 3


def test_the_index_of_an_interrupted_run_says_so(line):
    line.run(articles(9), stopped=lambda: True)
    assert "The run was interrupted" in (line.folder / "index.html").read_text(encoding="utf-8")
    line.run(articles(9))
    assert "The run was interrupted" not in (line.folder / "index.html").read_text(encoding="utf-8")


def test_a_failure_from_the_journal_leaves_no_report_of_other_settings(line):
    line.config = config(formats=("txt",))
    line.run([BROKEN])
    line.broken, line.signatures = False, Signatures("t2", "s")
    line.run([BROKEN])
    assert [path.name for path in line.folder.glob("reports/*")] == ["broken.txt"]
    line.signatures = Signatures("t", "s")
    line.run([BROKEN])
    assert (line.failed(), line.texts(), list(line.folder.glob("reports/*"))) == (["broken"], (0, 0), [])


@pytest.mark.parametrize("missing", [None, "a0.txt", "a1.md"])
def test_only_articles_with_a_record_have_reports(line, missing):
    line.config = config(formats=("txt", "md"))
    whole = articles(6)
    line.run(whole)
    line.config = config(formats=("txt",))
    if missing:
        (line.folder / "reports" / missing).unlink()
    unread = Failure("a4", "f:4", "InputError", "f:4: not JSON")
    line.run([*whole[:3], unread, whole[5]])
    assert {path.stem for path in line.folder.glob("reports/*")} == {"a0", "a1", "a2", "a5"}


def test_a_duplicate_id_costs_the_first_article_no_report(line):
    line.config = config(formats=("txt",))
    twin = Failure("a0", "g:0", "InputError", "g:0: duplicate id")
    for inputs in ([*articles(1), twin], [twin, *articles(1)], [*articles(1), twin]):
        line.run(inputs)
        assert [path.name for path in line.folder.glob("reports/*")] == ["a0.txt"]


def test_lines_are_on_disk_before_the_journal_knows_of_them(line, monkeypatch):
    synced, fsync, add = [], os.fsync, Journal.add
    monkeypatch.setattr(os, "fsync", lambda file: (fsync(file), synced.append(os.fstat(file).st_ino))[0])

    def noted(journal, *values):
        wanted = {(line.folder / f"{name}.jsonl").stat().st_ino for name in ("records", "failures")}
        assert wanted <= set(synced)
        synced.clear()
        add(journal, *values)

    monkeypatch.setattr(Journal, "add", noted)
    line.run([*articles(3), BROKEN, *articles(9)[4:]])
    assert len(line.ids()) == 8


def test_a_window_of_finished_articles_is_bounded_too(line):
    line.run(articles(40))
    line.config = config(formats=("txt",), window_articles=2)
    windows, executor = [], InProcess(line.make)

    def measured(source, stopped, map=executor.map):
        for index, results in enumerate(map(source, stopped)):
            yield results
            windows.append((index, len(line.told.results)))

    executor.map = measured
    line.told = Told()
    run_batch(articles(40), line.folder, Plan(line.config, line.signatures), executor, line.told)
    ends = [count for _, count in windows]
    assert ends[-1] == 40
    assert max(b - a for a, b in zip([0, *ends], ends, strict=False)) <= 8 * 2
    assert line.texts() == (360, 40)


def test_a_summary_that_failed_is_tried_again_when_failures_are(line):
    def fail(text):
        raise ZeroDivisionError("a bug")

    good = line.summarizer.answer
    line.summarizer.answer = fail
    assert line.run(articles(3)).done == 3
    assert line.manifest()["flags"]["summary-failed"] == 3
    line.summarizer.answer = good
    assert (line.run(articles(3)).done, line.texts()) == (3, (0, 0))
    line.run(articles(3), retry_failed=True)
    assert line.texts() == (0, 3)
    assert "summary-failed" not in line.manifest()["flags"]
    line.run(articles(3), retry_failed=True)
    assert line.texts() == (0, 0)


@pytest.fixture
def other(line, tmp_path, monkeypatch):
    """A folder that holds two articles of a.jsonl, and the two of another file."""
    monkeypatch.chdir(tmp_path)
    line.run(articles(2), inputs=("a.jsonl",))
    return [replace(a, id=f"b{i}", place=f"b:{i}") for i, a in enumerate(articles(2))]


def test_records_of_other_inputs_are_not_replaced_unless_that_is_wanted(line, other):
    before, manifest = line.records(), line.manifest()["inputs"]
    for inputs in (other, []):
        with pytest.raises(
            OutputError, match=r"the output for other inputs \(a\.jsonl; articles: 2\).*--append.*--replace"
        ):
            line.run(inputs, inputs=("b.jsonl",))
        assert (line.records(), line.manifest()["inputs"]) == (before, manifest)
    line.run(other, inputs=("b.jsonl",), replace=True)
    assert (line.ids(), line.manifest()["inputs"]) == (["b0", "b1"], ["b.jsonl"])
    line.run(articles(2), inputs=("a.jsonl", "b.jsonl"))
    assert line.ids() == ["a0", "a1"], "what the folder holds is among these inputs"


def test_a_folder_that_has_failures_only_is_free_for_other_inputs(line):
    outcome = line.run([Failure("nws", "nws", "InputError", "no file matches this pattern")], inputs=("nws/*.txt",))
    assert (outcome.done, outcome.failed) == (0, 1)
    outcome = line.run(articles(2), inputs=("news/*.txt",))
    assert (outcome.done, outcome.failed, line.ids()) == (2, 0, ["a0", "a1"])
    assert line.manifest()["inputs"] == ["news/*.txt"]


def test_the_same_inputs_are_known_from_another_folder_and_others_of_the_same_name_too(
    line, other, tmp_path, monkeypatch
):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    line.run(articles(3)[1:], inputs=("../a.jsonl",))
    assert line.ids() == ["a1", "a2"]
    with pytest.raises(OutputError, match="other inputs"):
        line.run(other, inputs=("a.jsonl",))


def test_another_standard_input_is_not_written_over_the_first(line, other):
    line.run(articles(2), inputs=("-",), replace=True)
    with pytest.raises(OutputError, match="another standard input"):
        line.run(other, inputs=("-",))
    line.run(articles(3), inputs=("-",))
    assert line.ids() == ["a0", "a1", "a2"]
    line.signatures = Signatures("t2", "s")
    line.run(articles(3), inputs=("-",))


def test_appending_keeps_all_and_adds_what_is_new_once(line, other):
    changed = replace(articles(1)[0], text="قال الوزير شيئا آخر.")
    for _ in range(2):
        line.run([other[0], articles(2)[1], UNREAD, other[1], changed], inputs=("b.jsonl",), append=True)
        assert line.ids() == ["a0", "a1", "b0", "b1"]
        assert line.failed() == ["unread", "a0"]
        assert line.manifest()["inputs"] == ["a.jsonl", "b.jsonl"]
    assert line.texts() == (0, 0)
    line.run([*articles(2), *other], inputs=("a.jsonl", "b.jsonl"))
    assert (line.ids(), line.failed()) == (["a0", "a1", "b0", "b1"], [])


def test_appending_mixes_no_settings_and_changes_nothing_that_is_there(line, other):
    for options in ({"retry_failed": True}, {"replace": True}):
        with pytest.raises(InputError, match="--append cannot be combined with"):
            line.run(other, append=True, **options)
    line.signatures = Signatures("t2", "s")
    before = line.records()
    with pytest.raises(OutputError, match="other settings"):
        line.run(other, inputs=("b.jsonl",), append=True)
    assert line.records() == before


def test_the_manifest_is_current_while_the_run_goes_on(line, monkeypatch):
    seen = []
    line.run(articles(1))

    def answer(text):
        seen.append((line.manifest()["state"], line.manifest()["articles"]["done"]))
        return "The minister said so in the old city."

    line.translator.answer = answer
    line.run(articles(4))
    assert set(seen) == {("running", 1), ("running", 3)}, "the first window of a run is counted at once"
    monkeypatch.setattr("mt.runs.batch._MANIFEST_SHARE", float("inf"))
    seen.clear()
    line.run(articles(12))
    assert set(seen) == {("running", 4), ("running", 8)}


def test_the_listener_hears_of_stages_and_of_the_rate_of_this_session_only(line):
    line.run(articles(4))
    time.sleep(0.3)
    line.run(articles(8))
    stages = [a.stage for a in line.told.activities]
    assert stages.index("translating") < stages.index("summarizing")
    assert (line.told.last.kept, line.told.last.done) == (4, 4)
    slow = ((time.sleep(0.05), a)[1] for a in articles(8))
    line.run(slow)
    assert line.told.last.seconds == 0, "what is only skipped has no rate"


def test_the_manifest_counts_what_a_folder_holds_of_other_kinds(line, tmp_path):
    from mt.reading.articles import read_articles

    for name in ("a.txt", "b.odt", "c.odt", "d.exe"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text("قال الوزير إن الاجتماع كان مفيدا للبلدين.", encoding="utf-8")
    counts: dict[str, int] = {}
    line.run(read_articles(tmp_path / "in", strict=False, passed_over=counts), passed_over=counts)
    assert line.manifest()["passed_over"] == {".exe": 1, ".odt": 2}


@pytest.mark.parametrize("own", ["", "records.jsonl", "reports"])
def test_an_output_folder_that_is_an_input_is_refused_before_anything_is_lost(line, own):
    line.config = config(formats=("txt",))
    line.run(articles(3), inputs=("news",))
    before = line.records()
    with pytest.raises(InputError, match="output folder"):
        line.run(articles(1), inputs=("other", str(line.folder / own)))
    assert line.records() == before
    assert line.run(articles(3), inputs=("news", "-", str(line.folder / "news.jsonl"))).done == 3


def test_an_output_that_is_a_file_is_refused_by_name(line, tmp_path):
    line.folder = tmp_path / "file"
    line.folder.touch()
    with pytest.raises(OutputError, match="file: cannot be written: found a file or a broken link"):
        line.run(articles(1))
    line.folder.unlink()
    line.folder.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="file: cannot be written: found a file"):
        line.run(articles(1))

import gc
import weakref
from dataclasses import replace

import pytest
from fakes import FakeGenerator

import mt
from mt.config import BatchConfig, ConsistencyConfig, ModelConfig, SummarizeConfig, TranslateConfig
from mt.engines import BATCH_INVARIANT
from mt.errors import InputError, ModelError
from mt.flags import KINDS
from mt.pipeline import Pipeline
from mt.records import Article, Failure, Report, Task
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

TEXT = "قال الوزير إن الاجتماع رقم {} كان مفيدا. وأضاف أن العمل مستمر."


def pipeline(answer=lambda text: f"The minister said {len(text)} words.", *, not_arabic="refuse") -> Pipeline:
    translator = Translator(FakeGenerator(answer), TranslateConfig(not_arabic=not_arabic, hints=()))
    return Pipeline.from_parts(
        translator, Summarizer(FakeGenerator(lambda text: "All said."), SummarizeConfig()), "signed"
    )


def articles(count: int) -> list[Article]:
    return [Article(f"a{i}", TEXT.format(i) * (1 + i % 3 * 10), place=f"f:{i}") for i in range(count)]


def test_one_article_gives_one_report():
    report = pipeline()(articles(1)[0])
    assert (report.article.id, report.signature, len(report.translation.segments)) == ("a0", "signed", 2)
    assert [timing.stage for timing in report.timings] == ["translate", "summarize"]
    assert all(timing.seconds >= 0 for timing in report.timings)


def test_many_articles_keep_their_order_over_windows():
    count = 19
    results = list(pipeline().run(articles(count)))
    assert [result.article.id for result in results] == [f"a{i}" for i in range(count)]
    assert all(len(r.translation.segments) == r.article.text.count(".") for r in results)


def test_results_come_as_they_are_ready_in_windows_that_grow_to_the_limit():
    taken, seen = [], []
    line = pipeline()
    line.limits = BatchConfig(window_articles=4, window_characters=10**6)
    for _ in line.run((taken.append(a.id), a)[1] for a in articles(13)):
        seen.append(len(taken))
    assert seen == [1, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 13, 13]
    line.limits = BatchConfig(window_articles=4, window_characters=1)
    taken.clear()
    seen.clear()
    for _ in line.run((taken.append(a.id), a)[1] for a in articles(3)):
        seen.append(len(taken))
    assert seen == [1, 2, 3]


def test_progress_tells_each_stage_with_its_texts():
    heard = []
    list(pipeline().run(articles(2)[1:], heard.append))
    assert [a.stage for a in heard if not a.total][:1] == ["translating"]
    first = next(a for a in heard if a.total)
    assert (first.stage, first.done, first.total) == ("translating", 0, 22)
    assert {"summarizing"} <= {a.stage for a in heard}
    heard.clear()
    list(pipeline().run(articles(1)))
    assert heard == []


def test_summaries_are_counted_by_article_where_each_is_written_by_itself():
    heard = []
    line = pipeline()
    line.summarizer.generator.description = f"tiny {BATCH_INVARIANT}"
    line.limits = BatchConfig(window_articles=4)
    results = line.run(articles(7), heard.append)
    for _ in range(4):  # of the windows of 1, 2 and 4 articles the third is begun
        next(results)
    counts = [(a.done, a.total) for a in heard if a.stage == "summarizing"]
    assert counts == [(0, 1), (0, 2), (1, 2), (0, 4)]
    assert len(list(results)) == 3
    assert [(a.done, a.total) for a in heard if a.stage == "summarizing"][4:] == [(1, 4), (2, 4), (3, 4)]


def test_results_keep_their_order_when_groups_overlap():
    line = pipeline()
    line.summarizer.groups = lambda translations: [(0, 2), (1, 4), (3,)]
    empty = Article("empty", " ", place="f:9")
    tasks = [Task(i, article) for i, article in enumerate([*articles(2), empty, *articles(5)[2:]])]
    given = [[r.id if isinstance(r, Failure) else r.article.id for r in results] for results in line.stream(tasks)]
    assert given == [["a0"], ["a1", "empty", "a2"], ["a3", "a4"]]


def test_a_grouping_that_fails_costs_no_result():
    line = pipeline()
    line.summarizer.groups = lambda translations: 1 / 0
    assert [r.summary for r in line.run(articles(3))] == [r.summary for r in pipeline().run(articles(3))]


def test_failures_stay_in_their_place_and_cost_no_other_article():
    def answer(text: str) -> str:
        if "كسر" in text:
            raise ModelError("broken")
        return "Fine."

    unread = Failure("unread", "f:0", "InputError", "cannot be read")
    english = Article("english", "This is an English article, is it not?", place="f:2")
    broken = Article("broken", "كسر الباب في المدينة القديمة.", place="f:3")
    empty = Article("empty", " \n", place="f:4")
    good = articles(2)
    results = list(pipeline(answer).run([unread, good[0], english, broken, empty, good[1]]))
    assert [r.id if isinstance(r, Failure) else r.article.id for r in results] == [
        "unread", "a0", "english", "broken", "empty", "a1",
    ]  # fmt: skip
    assert results[0] is unread
    failed = {r.id: r for r in results if isinstance(r, Failure)}
    assert failed["english"].error == "InputError"
    assert "not Arabic" in failed["english"].message
    assert failed["broken"] == Failure(
        "broken", "f:3", "ModelError", "f:3: the model failed on all 1 segments; the first time with: broken"
    )
    assert failed["empty"].message == "f:4: empty: the article has no text"


def test_a_fault_that_nobody_foresaw_costs_only_its_article(caplog):
    def answer(text: str) -> str:
        if "كسر" in text:
            raise ZeroDivisionError("by nothing")
        return "Fine."

    good, broken = articles(2), Article("broken", "كسر الباب في المدينة القديمة.", place="f:3")
    results = list(pipeline(answer).run([good[0], broken, good[1]]))
    assert [r.id if isinstance(r, Failure) else r.article.id for r in results] == ["a0", "broken", "a1"]
    assert results[1] == Failure(
        "broken",
        "f:3",
        "ZeroDivisionError",
        "f:3: a bug in mt, not a problem of the article: ZeroDivisionError: by nothing",
    )
    assert "answer(text)" in caplog.text, "the log has the traceback"
    with pytest.raises(ZeroDivisionError):
        pipeline(answer)(broken)


def test_a_single_bad_article_raises():
    with pytest.raises(InputError, match="not Arabic"):
        pipeline()(Article("x", "This is an English article, is it not?"))


def test_without_a_summarizer_there_is_no_summary():
    line = pipeline()
    line.summarizer = None
    report = line(articles(1)[0])
    assert report.summary is None
    assert [timing.stage for timing in report.timings] == ["translate"]


def test_without_a_translator_articles_are_taken_as_english():
    line = pipeline()
    line.translator = None
    report = line(Article("x", "One sentence. And another."))
    assert isinstance(report, Report)
    assert report.translation.text == "One sentence. And another."


def test_a_batch_changes_no_result_but_timings():
    line = pipeline()
    together = [replace(report, timings=()) for report in line.run(articles(9))]
    assert together == [replace(line(article), timings=()) for article in articles(9)]


def test_the_public_names():
    assert mt.Pipeline is Pipeline
    assert {mt.Article, mt.Report} == {Article, Report}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = mt.nothing


@pytest.mark.parametrize("error", [ModelError, ZeroDivisionError, MemoryError])
def test_a_summary_that_fails_leaves_the_translation_whole(error, monkeypatch):
    line = pipeline()
    summarize = line.summarizer.summarize

    def failing(translations):
        if any("number 3" in translation.text for translation in translations):
            raise error("out of memory")
        return summarize(translations)

    said = "The minister spoke of number {}."
    line.translator.generator.answer = lambda text: said.format("3" if "رقم 3" in text else "9")
    whole = list(line.run(articles(5)))
    monkeypatch.setattr(line.summarizer, "summarize", failing)
    results = list(line.run(articles(5)))
    assert [report.translation for report in results] == [report.translation for report in whole]
    [flag] = results[3].summary.flags
    assert (flag.name, flag.detail, results[3].summary.text) == (
        "summary-failed",
        f"{error.__name__}: out of memory",
        "",
    )
    assert [r.summary for r in results if r is not results[3]] == [r.summary for r in whole if r is not whole[3]]
    assert "summary-failed" in KINDS


def test_a_consistency_model_that_fails_leaves_summary_and_translation_whole():
    class Weak:
        def score(self, premises, hypotheses):
            if any("5" in hypothesis for hypothesis in hypotheses):
                raise ModelError("out of memory")
            return [0.9] * len(hypotheses)

    judge = ConsistencyConfig(model=ModelConfig(source="a/b", kind="classifier"))
    said = FakeGenerator(lambda text: "The minister said 3 words. The minister said 5 words.")
    line = pipeline(lambda text: "The minister said 3 words. The minister said 5 words.")
    line.summarizer = Summarizer(said, SummarizeConfig(consistency=judge, candidates=1, unsupported="drop"), Weak())
    [report] = line.run([Article("a", TEXT.format(3) * 20, place="f:1")])
    flags = [{flag.name for flag in sentence.flags} for sentence in report.summary.sentences]
    assert ["unchecked" in names for names in flags] == [False, True]
    assert report.translation.segments
    assert "unchecked" in KINDS


def test_a_text_is_an_article_too():
    report = pipeline()("قال الوزير إن العمل مستمر.")
    assert report.article.id.startswith("text-")
    with pytest.raises(InputError, match="empty"):
        pipeline()(" ")
    first, empty, last = pipeline().run(["قال الوزير إن العمل مستمر.", "", report.article])
    assert (first.translation, last.translation) == (report.translation,) * 2
    assert (empty.error, "empty" in empty.message) == ("InputError", True)


def test_the_end_of_a_with_block_frees_the_models():
    with pipeline() as made:
        assert repr(made) == "<Pipeline: translate, summarize>"
        assert made("قال الوزير إن العمل مستمر.").summary
        held = weakref.ref(made.translator)
    gc.collect()
    assert held() is None
    assert repr(made) == "<Pipeline: closed>"
    with pytest.raises(ModelError, match="closed"):
        made("قال الوزير إن العمل مستمر.")


def test_an_arabic_article_is_refused_where_nothing_translates_it():
    pipeline = Pipeline.from_parts(None, Summarizer(FakeGenerator(max_input_tokens=500), SummarizeConfig()), "s")
    arabic = Article("a", "أعلنت الحكومة أن الأسعار ارتفعت في مايو. " * 20)
    [failure] = pipeline.run([arabic])
    assert "Arabic" in failure.message
    quoting = Article("b", "The minister said «ارتفعت الأسعار» to the press on Monday, and left. " * 3)
    [report] = pipeline.run([quoting])
    assert report.summary is not None

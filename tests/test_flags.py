import re
from pathlib import Path

import mt
from mt.checks import FAILED, NOT_ARABIC
from mt.flags import KINDS, title
from mt.pipeline import SUMMARY_FAILED
from mt.records import Article, Attempt, Flag, Report, Segment, Summary, SummarySentence, TranslatedSegment, Translation
from mt.reports.doubts import all_flags
from mt.reports.json import report_as_json
from mt.runs import parquet


def test_every_flag_that_the_package_raises_is_explained():
    sources = [path.read_text(encoding="utf-8") for path in Path(mt.__file__).parent.rglob("*.py")]
    raised = {name for source in sources for call in re.findall(r"\bFlag\(\s*(\"[^)]*)", source)
              for name in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', call.partition(",")[0])}  # fmt: skip
    assert {"empty", "too-short", "too-long", "loop"} <= raised, "the search finds what is there"
    assert raised | {FAILED, NOT_ARABIC, SUMMARY_FAILED} == KINDS.keys()


def test_explanations_are_sentences_and_titles_differ():
    for name, kind in KINDS.items():
        assert re.fullmatch(r"[A-Z].*\.", kind.explanation), name
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_a_name_of_a_newer_version_is_tidied():
    assert title("some-new_doubt") == "Some new doubt"
    assert title("loop") == "Repeats itself"


def test_all_flags_of_a_report_are_those_that_a_reader_sees_whether_it_is_built_or_json():
    def segment(name):
        attempts = (Attempt("greedy", "x", flags=(Flag("too-long"),)),)
        return TranslatedSegment(Segment(0, 0, 1, "س"), "text", flags=(Flag(name),), attempts=attempts)

    def summary(name, **more):
        dropped = (SummarySentence("b", flags=(Flag("opposite"),)),)
        return Summary((SummarySentence("a", flags=(Flag(name),)),), 1, (Flag("long"),), dropped, **more)

    article = Article(id="a", text="س", metadata=(("flags", [{"name": "punctuation"}]),))
    translation = Translation((segment("empty"),), (segment("loop"),), (Flag("not-arabic"),))
    report = Report(article, translation, summary("unchecked", others=(summary("mixed-name"),)), "s")
    names = [flag.name for flag in all_flags(report)]
    assert sorted(names) == sorted(["empty", "loop", "not-arabic", "unchecked", "mixed-name", "long", "long"])
    assert set(names) == set(parquet._row(report_as_json(report, indent=None))["flags"])

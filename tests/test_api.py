"""`import mt` as a program uses it; models are stand-ins."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeGenerator
from sample_report import FULL

import mt
from mt import api
from mt.config import SummarizeConfig, TranslateConfig
from mt.pipeline import Pipeline
from mt.records import SummarySentence
from mt.reports.json import report_from_json
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

ARABIC = "قال الوزير إن الاجتماع كان مفيدا. وأضاف أن العمل مستمر."
ENGLISH = "The minister said that the meeting had been useful to everyone. " * 12


@pytest.fixture
def loaded(monkeypatch):
    """Stand-ins for all models; the configurations that were loaded, each with whether it translates."""
    seen = []

    def from_config(config, *, translate=True, resolved=None):
        seen.append((config, translate))
        translator = Translator(FakeGenerator(lambda text: "The minister said so."), TranslateConfig(hints=()))
        summarizer = Summarizer(FakeGenerator(lambda text: "All was said."), SummarizeConfig())
        return Pipeline.from_parts(
            translator if translate else None, summarizer if config.summarize.enabled else None, "signed"
        )

    monkeypatch.setattr(Pipeline, "from_config", from_config)
    monkeypatch.setattr("mt.signatures.signatures", lambda resolved: Signatures("t", "s"))
    mt.unload()
    yield seen
    mt.unload()


def test_a_text_is_translated_in_one_line(loaded):
    english = mt.translate(ARABIC)
    assert str(english) == "The minister said so. The minister said so."
    assert [str(sentence) for sentence in english.sentences] == ["The minister said so."] * 2
    assert english.score == pytest.approx(-0.5)
    assert [doubt.part for doubt in english.doubts] == ["segment"] * len(english.doubts)
    assert str(mt.translate(ARABIC, title="عنوان الخبر")).startswith("The minister said so.\n\nThe minister")


def test_models_are_kept_for_the_same_configuration_and_freed_by_unload(loaded):
    mt.translate(ARABIC)
    mt.translate(ARABIC, config={})
    assert len(loaded) == 1
    mt.translate(ARABIC, config={"translate.decoding.num_beams": 2})
    assert [config.translate.decoding.num_beams for config, _ in loaded] == [4, 2]
    mt.unload()
    mt.translate(ARABIC)
    assert len(loaded) == 3


def test_a_summary_of_english_needs_no_translator_and_one_of_arabic_does(loaded):
    assert str(mt.summarize(ENGLISH)) == "All was said."
    assert [translate for _, translate in loaded] == [False]
    assert str(mt.summarize(f"{ARABIC} " * 10)).startswith("All was said.")
    assert [translate for _, translate in loaded] == [False, True]


@pytest.mark.parametrize("text", ["", " \n", 5, None, b"x"])
def test_what_is_no_text_is_refused_with_a_reason(loaded, text):
    with pytest.raises(mt.InputError, match=r"empty|found (int|NoneType|bytes), expected"):
        mt.translate(text)
    assert loaded == []


def test_english_is_no_arabic(loaded):
    with pytest.raises(mt.InputError, match="not Arabic"):
        mt.translate(ENGLISH)


def test_a_folder_is_run_in_one_line_and_its_reports_are_read_from_it(loaded, tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(ARABIC, encoding="utf-8")
    (tmp_path / "news" / "b.txt").write_text("This one is English, and no more.", encoding="utf-8")
    seen = []
    done = mt.run(tmp_path / "news", tmp_path / "out", formats=["json"], progress=seen.append)
    assert (done.done, done.failed, len(done), done.index.is_file()) == (1, 1, 1, True)
    [report] = done
    assert (report.article.id, str(report.translation)) == ("a", "The minister said so. The minister said so.")
    [failure] = done.failures
    assert (failure.id, failure.error) == ("b", "InputError")
    assert (seen[-1].done, seen[-1].failed) == (1, 1)
    assert [path.suffix for path in (tmp_path / "out" / "reports").iterdir()] == [".json"]
    loads = len(loaded)
    assert list(mt.run([str(tmp_path / "news")], str(tmp_path / "out"), formats=["json"])) == [report]
    assert len(loaded) == loads, "what is finished needs no model"


def test_a_missing_path_is_named_before_anything_is_loaded(loaded, tmp_path):
    with pytest.raises(mt.InputError, match=r"nowhere: no such file or folder"):
        mt.run(tmp_path / "nowhere", tmp_path / "out")
    assert loaded == []
    assert not (tmp_path / "out").exists()


def test_an_article_made_of_text_has_an_id_of_its_content():
    first, again, other = mt.Article(text="نص"), mt.Article(text="نص"), mt.Article(text="نص آخر")
    assert first == again
    assert first.id.startswith("text-")
    assert first.id != other.id != mt.Article(text="نص آخر", title="عنوان").id
    assert mt.Article("mine", "نص").id == "mine"
    assert mt.Article(text="\ud800").id, "lone surrogates have an id, too"


def test_the_package_completes_to_its_public_names_and_has_them_all():
    assert dir(mt) == sorted(mt.__all__)
    assert all(getattr(mt, name) is not None for name in mt.__all__)
    with pytest.raises(AttributeError, match="no attribute 'translated'"):
        _ = mt.translated


def test_public_names_survive_that_everything_is_imported():
    """A submodule of the same name would hide a function as soon as it is imported."""
    code = (
        "import pkgutil, importlib, mt\n"
        "for module in pkgutil.walk_packages(mt.__path__, 'mt.'):\n"
        "    if not module.name.startswith(('mt.__main__', 'mt.runs.ray')): importlib.import_module(module.name)\n"
        "import types; print([n for n in mt.__all__ if isinstance(getattr(mt, n), types.ModuleType)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_reprs_are_one_short_line():
    report = FULL
    for value in (report, report.article, report.translation, report.summary, *report.translation.sentences):
        assert "\n" not in repr(value)
        assert len(repr(value)) < 200, repr(value)
    assert repr(mt.Article("a", "نص")) == "<Article 'a': 1 words, 'نص'>"


def test_a_report_is_text_dict_json_and_page():
    report = FULL
    text = str(report)
    assert text.index("SUMMARY") < text.index(str(report.summary)) < text.index("TRANSLATION")
    assert str(replace(report, summary=None)) == str(report.translation)
    assert report.to_dict() == json.loads(report.to_json())
    assert report_from_json(report.to_json()).to_dict() == report.to_dict()
    assert report.translation.to_dict() == report.to_dict()["translation"]
    assert report.article.to_dict() == report.to_dict()["article"]
    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()


def test_a_notebook_shows_a_report_in_a_frame_of_its_own():
    html = FULL._repr_html_()
    assert html.startswith('<iframe srcdoc="&lt;!')
    assert html.count('"') == html.count('="') * 2, "the page cannot leave its attribute"
    table = FULL.translation._repr_html_()
    assert "<script" not in table
    assert "&lt;script" in table
    summary = FULL.summary
    assert summary._repr_html_().startswith(f"<p>{summary.sentences[0].text}")
    points = replace(summary, style="bullets", sentences=(SummarySentence("<b>a"), SummarySentence("b")), others=())
    assert points._repr_html_() == "<ul><li>&lt;b&gt;a</li><li>b</li></ul>"
    run = mt.Run(Path("my out"), 2, 1)
    assert run._repr_html_() == '2 done, 1 failed: <a href="my%20out/index.html">my out/index.html</a>'
    assert repr(run) == "<Run my out: 2 done, 1 failed>"


def test_doubts_say_what_and_where():
    report = FULL
    assert report.doubts
    first = report.doubts[0]
    assert str(first) == f"{'; '.join(map(str, first.reasons))}: {first.quotes[0][1]}"
    assert {str(doubt) for doubt in report.translation.doubts} <= {str(doubt) for doubt in report.doubts}


def test_the_package_says_that_it_is_typed():
    from importlib.resources import files

    assert (files("mt") / "py.typed").is_file()


def test_the_listener_of_a_run_may_have_no_callback():
    api._Calling(None).progress(api.Progress())

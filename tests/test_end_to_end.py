"""The whole line on real weights: the sample article through the small ready configuration, without network.

The models must be in the cache already; `scripts/setup` (which `scripts/test` calls) puts them there.
"""

import json
import re
from pathlib import Path

import pytest

from mt import Pipeline, load_config, read_articles
from mt.checks import check_support
from mt.reports.json import report_as_json, report_from_json
from mt.summaries.shapes import shape
from mt.summaries.tidying import OVERRUN

SAMPLE = Path(__file__).parent / "data" / "article.ar.txt"


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline.from_config(load_config("embedded-small", ["offline=true"]))


@pytest.fixture(scope="module")
def report(pipeline):
    [article] = read_articles(SAMPLE)
    return pipeline(article)


def test_the_sample_of_the_readme_is_the_sample_of_the_tests():
    assert (SAMPLE.parents[2] / "docs" / "samples" / "article.ar.txt").read_bytes() == SAMPLE.read_bytes()


def test_every_sentence_of_the_sample_is_translated(report):
    source, segments = SAMPLE.read_text(encoding="utf-8"), report.translation.segments
    assert report.article.text == source.strip()
    assert "".join(re.sub(r"\s", "", s.source.text) for s in segments) == re.sub(r"\s", "", source)
    assert segments[0].source.paragraph == 0
    assert segments[-1].source.paragraph == 11
    assert len(segments) >= 12
    for segment in segments:
        assert re.search(r"[A-Za-z]{2}", segment.text), segment
        assert not re.search(r"[\u0620-\u064a]", segment.text), segment
        assert -20 < segment.score < 0
    assert len({segment.text for segment in segments}) == len(segments), "no two sentences have the same English"


def test_the_translation_has_to_do_with_the_sample(report):
    """The premier's country is named in the source's every second sentence; a broken model does not find it."""
    assert report.translation.text.count("Chin") >= 3
    assert "cooperation" in report.translation.text


def test_the_sample_gets_a_summary_in_whole_sentences(report):
    config = load_config("embedded-small").summarize
    words = len(report.translation.text.split())
    target = shape(config, "paragraph").size(words, words).words
    assert target / 4 < len(report.summary.text.split()) <= OVERRUN * target
    assert re.search(r"[.!?…][\"'”’)]*$", report.summary.text)
    assert report.summary.rounds == 1
    assert "summar" not in report.summary.text.lower()
    assert any(sentence.support for sentence in report.summary.sentences)


def test_the_summary_says_no_name_or_number_that_the_article_does_not(report):
    article = f"{report.translation.title_text}\n{report.translation.text}"
    for sentence in report.summary.sentences:
        assert check_support(sentence.text, article) == (), sentence
        assert {flag.name for flag in sentence.flags} <= {"doubtful-source"}, "its own words are borne out"
        assert sentence.support, "each sentence names what bears it out"
    for sentence in report.summary.dropped:
        assert sentence.flags, "what was taken out is kept with the reason"


def test_the_report_survives_its_file(report):
    text = report_as_json(report)
    assert report_from_json(text) == report
    assert json.loads(text)["translation"]["text"] == report.translation.text


def test_the_signature_names_both_models_and_what_ran_them(report):
    assert re.search(r"translate: ar-en@[0-9a-f]{12} ", report.signature)
    assert "SmolLM2-135M-Instruct" in report.signature
    assert re.search(r"ctranslate2=4\.\d+", report.signature)
    assert "\n" not in report.signature

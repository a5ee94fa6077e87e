"""Names and terms on real weights: the default translator and the sample article, without network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mt.config import load_config
from mt.engines import generate_each
from mt.engines.loading import load_generator
from mt.engines.models.store import cache_folder, resolve
from mt.records import Generated
from mt.terms import Matcher, check_terms, learn, load_glossaries, missing, respell, rewrite, settle
from mt.text import segment

SAMPLE = (Path(__file__).parent / "data" / "article.ar.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def translate():
    config = load_config("embedded", ["offline=true"])
    stage, cache = config.translate, cache_folder(config.cache)
    folder = resolve(stage.model, offline=True, cache=cache)
    generator = load_generator(folder.path, stage.model, stage.decoding, cache=cache)

    def run(texts: list[str]) -> list[str]:
        outputs = generate_each(generator, texts, stage.decoding)
        return [output.text if isinstance(output, Generated) else "" for output in outputs]

    return run


def test_in_the_sample_li_is_li_throughout(translate):
    sources = [s.text for s in segment(SAMPLE)]
    first = translate(sources)
    base = Matcher(load_glossaries(load_config(environment={}).translate.glossaries))
    matcher = base.extended(settle(learn(SAMPLE, known=base), list(zip(sources, first, strict=True)), base))
    before = after = 0
    for source, english in zip(sources, first, strict=True):
        matches = matcher.find(source)
        lacking = missing(matches, check_terms(source, english, matches))
        before += bool(lacking)
        repaired = respell(english, lacking, [match for match in matches if match not in lacking])
        lacking = missing(matches, check_terms(source, repaired, matches))
        ways = rewrite(source, lacking, [match for match in matches if match not in lacking])
        tried = [way.restore(text) for way, text in zip(ways, translate([way.text for way in ways]), strict=True)]
        repaired = min([repaired, *tried], key=lambda text: len(missing(matches, check_terms(source, text, matches))))
        after += bool(missing(matches, check_terms(source, repaired, matches)))
        if re.search(r"(?<!\w)لي(?!\w)", source):
            assert re.search(r"\bLi\b", repaired), (source, repaired)
            assert not re.search(r"\b(to me|told me|Layla|Lee)\b", repaired), (source, repaired)
    assert before >= 3, "the first output has something to repair"
    assert after == 0


def test_a_stand_in_and_latin_letters_come_through_the_translator(translate):
    source = "وأعلن الوزير أن وفدا من بوتسوانا سيصل غدا إلى القاهرة."
    matches = Matcher(load_glossaries(["countries"])).find(source)
    ways = rewrite(source, matches)
    assert [way.way for way in ways] == ["term-latin", "term-stand-in"]
    for way, english in zip(ways, translate([way.text for way in ways]), strict=True):
        assert "Botswana" in way.restore(english), (way, english)

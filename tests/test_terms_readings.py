import json
from pathlib import Path

import pytest

from mt.language.arabic import words
from mt.language.clitics import stems
from mt.language.common import common_words
from mt.language.folding import fold_spelling
from mt.terms import Entry, Glossary, Matcher
from mt.terms.readings import is_common

CASES = json.loads((Path(__file__).parent / "data" / "name_readings.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_word_that_is_a_name_too_is_read_by_its_sentence(case):
    name, text = case["name"], case["text"]
    found = {m.end for m in Matcher([Glossary("article", (Entry((name,), ("Name",), "name"),))]).find(text)}
    places = [end for word, _, end in words(text) if any(stem == fold_spelling(name) for _, stem in stems(word))]
    assert [end in found for end in places] == case["reads"]


def test_the_cases_are_enough():
    reads = [read for case in CASES if case["name"] == "لي" for read in case["reads"]]
    assert reads.count(True) >= 15
    assert reads.count(False) >= 15


def test_common_words_are_folded_and_no_names():
    assert all(fold_spelling(word) == word for word in common_words())
    assert all(map(is_common, ["قال", "وقال", "الحكومه", "بالتعاون", "لي"]))
    assert not any(map(is_common, ["ساجينتاييف", "تشيانغ", "اوباما", "باكيتزان"]))

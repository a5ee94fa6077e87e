import pytest

from mt.language.arabic import arabic_words
from mt.language.clitics import bare_forms, light_stem
from mt.language.english import english_stem, name_key
from mt.language.folding import fold_for_lookup
from mt.language.lexicon import known_stem, lexicon


@pytest.mark.parametrize("text, folded", [
    ("إِلىٰ المدرسةِ ٢٠١٦", "الي المدرسه 2016"),
    ("مـــصر", "مصر"),
    ("جلس على الكرسي", "جلس علا الكرسي"),
    ("عليٌّ", "علي"),
])  # fmt: skip
def test_fold(text, folded):
    assert fold_for_lookup(text) == folded


@pytest.mark.parametrize("word, stem", [
    ("والسعوديه", "سعود"), ("السعودي", "سعود"), ("الاسبانيتين", "اسب"), ("الاسباني", "اسب"), ("صين", "صين"), ("بلد",
    "بلد"),
])  # fmt: skip
def test_light_stem(word, stem):
    assert light_stem(word) == stem


def test_bare_forms_keep_the_word_itself():
    assert bare_forms("وبالصين")[0] == "وبالصين"
    assert "صين" in bare_forms("وبالصين")
    assert bare_forms("ال") == ("ال",)


def test_the_tables_know_common_things():
    known = lexicon()
    president, china, meeting, unknown = map(known_stem, arabic_words("الرئيس الصين اجتماع قققق"))
    assert "presid" in known.renderings[president].stems
    assert china in known.names["china"]
    assert {"president", "market", "zebra"} <= known.common
    assert "china" not in known.common
    assert known.is_name(china) is True
    assert known.is_name(meeting) is False
    assert known.is_name(unknown) is None


def test_shares_are_shares():
    for stem, rendering in lexicon().renderings.items():
        assert 0 < rendering.chance < rendering.present <= 1, stem


@pytest.mark.parametrize("word, stem", [
    ("Countries", "countr"), ("country's", "countr"), ("said", "said"), ("announced", "announ"), ("U.S", "u.s"),
])  # fmt: skip
def test_english_stem(word, stem):
    assert english_stem(word) == stem


def test_name_key():
    assert [name_key(word) for word in ("NASA's", "U.S.", "O’Neill")] == ["nasa", "u.s", "o'neill"]

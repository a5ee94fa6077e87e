from pathlib import Path

import pytest

from mt.checks import find_source_doubts

SAMPLE = Path(__file__).parent / "data" / "article.ar.txt"
LEAD = "وصل وزير خارجية السويد إلى القاهرة.\nوبحث وزير خارجية السويد العلاقات مع مصر.\n"


def found(text):
    doubts = find_source_doubts(text)
    assert all(text[d.start : d.end] == d.text for d in doubts)
    assert list(doubts) == sorted(doubts, key=lambda d: d.start)
    return [(d.text, d.suggestion) for d in doubts]


def test_the_sample_names_another_country_and_misspells_one():
    assert found(SAMPLE.read_text(encoding="utf-8")) == [
        ("الصبن", "الصين"), ("طاجيكستان", "قازاقستان"), ("طاجيكستان", "قازاقستان"), ("طاجيكستان", "قازاقستان"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "slip, right",
    [
        ("الصبن", "الصين"),  # dots
        ("المهاحم", "المهاجم"),
        ("النخابين", "الناخبين"),  # two letters exchanged
        ("فيورنتنيا", "فيورنتينا"),
    ],
)
def test_a_word_that_stands_once_beside_a_frequent_lookalike_is_doubted(slip, right):
    text = f"تحدث الناس عن {right} كثيرا وقالوا إن {right} مهم.\nثم ذكروا {slip} في النهاية."
    assert found(text) == [(slip, right)]


@pytest.mark.parametrize(
    "word, other",
    [
        ("يقول", "تقول"),  # grammar changes the first letter
        ("سيعقد", "ستعقد"),
        ("تفجيران", "تفجيرات"),  # and the last
        ("جديد", "حديد"),  # both are words
        ("الحريم", "الحرية"),  # not alike
        ("وتنفيذ", "تنفيد"),  # another clitic makes another word
        ("الصبن", "الصينيين"),
    ],
)
def test_other_words_are_not_doubted(word, other):
    assert found(f"كتبوا {other} هنا وكتبوا {other} هناك.\nثم كتبوا {word} في النهاية.") == []


def test_what_stands_twice_is_no_slip():
    assert found("الصين والصين.\nالصين هنا الصين.\nالصبن هنا والصبن هناك الصبن.") == []


@pytest.mark.parametrize("form", ["سويسرا", "وسويسرا", "لسويسرا"])
def test_a_country_that_the_lead_does_not_name_is_doubted_beside_its_lookalike(form):
    assert found(f"{LEAD}وقال الوزير السويدي إن بلاده {form} ترحب بذلك.") == [("سويسرا", "السويد")]


@pytest.mark.parametrize(
    "text",
    [
        LEAD + "وتعقد الجولة بين السويد وسويسرا في جنيف.",  # named together: the text is about both
        "تلتقي سويسرا والسويد غدا.\n" + LEAD + "وقالت سويسرا إنها مستعدة.",  # the lead names it
        LEAD + "سويسرا.\nسويسرا.\nسويسرا.",  # named more often than the other
        LEAD + "وقالت فرنسا إنها مستعدة.",  # no lookalike
        "وصل وزير خارجية مصر.\nوبحث العلاقات.\nوقالت سويسرا إنها ترحب.\nورحبت السويد.",  # the lead names neither
        "",
        "\n\n",
    ],
)
def test_countries_that_belong_in_the_article_are_not_doubted(text):
    assert found(text) == []

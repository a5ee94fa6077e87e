import pytest

from mt.terms import Entry, Glossary, Matcher

MATCHER = Matcher(
    [
        Glossary(
            "g",
            (
                Entry(("الأردن",), ("Jordan",), "country"),
                Entry(("الصين",), ("China",), "country"),
                Entry(("بحر الصين",), ("China Sea",), "place"),
                Entry(("قازاقستان|كازاخستان".split("|")[0], "كازاخستان"), ("Kazakhstan",), "country"),
                Entry(("قازاقي",), ("Kazakh",), "demonym"),
                Entry(("كوري جنوبي",), ("South Korean",), "demonym"),
                Entry(("جدة",), ("Jeddah",), "place"),
                Entry(("وجدة",), (), "place"),
                Entry(("سورية",), ("Syria",), "country"),
                Entry(("بان كي مون",), ("Ban Ki-moon",), "person"),
            ),
        )
    ]
)


@pytest.mark.parametrize("text, wanted", [
    ("زار الصين", ["الصين"]),
    ("والصين وبالصين وكالصين", ["الصين", "الصين", "الصين"]),
    ("للصين وللأردن", ["لصين", "لأردن"]),
    ("الاردن", ["الاردن"]),
    ("الأُرْدُنّ بلد", ["الأُرْدُنّ"]),
    ("الصـــين", ["الصـــين"]),
    ("وبـالصِّين", ["الصِّين"]),
    ("سوريه", ["سوريه"]),
    ("بحر الصين الجنوبي", ["بحر الصين"]),
    ("بحر، الصين", ["الصين"]),
    ("بان كي-مون", ["بان كي-مون"]),
    ("الصينيون", []),
    ("قازاقستاني", []),
    ("وجدة وجده في جدة", ["جدة"]),
    ("القازاقي والقازاقية وقازاقيين", ["القازاقي", "القازاقية", "قازاقيين"]),
    ("الكورية الجنوبية", ["الكورية الجنوبية"]),
    ("للكوريين الجنوبيين", ["لكوريين الجنوبيين"]),
    ("", []),
    ("!! 2016 *** abc", []),
])  # fmt: skip
def test_what_is_found_and_where(text, wanted):
    found = MATCHER.find(text)
    assert [match.text for match in found] == wanted
    for match in found:
        assert text[match.start : match.end] == match.text
        assert text[match.start - len(match.clitics) : match.end] == match.written


def test_the_more_recent_glossary_of_an_extended_matcher_wins_and_the_first_matcher_stays():
    article = Glossary(
        "article", (Entry(("الصين",), ("PRC",), "country"), Entry(("ساجينتاييف",), ("Sagintayev",), "name"))
    )
    wider = MATCHER.extended(article)
    assert [(m.entry.english[0], m.glossary) for m in wider.find("ساجينتاييف في الصين والأردن")] == [
        ("Sagintayev", "article"), ("PRC", "article"), ("Jordan", "g"),
    ]  # fmt: skip
    assert [m.entry.english[0] for m in MATCHER.find("ساجينتاييف في الصين")] == ["China"]


def test_the_first_of_two_glossaries_wins():
    both = [Glossary("a", (Entry(("لبنان",), ("A",)),)), Glossary("b", (Entry(("لبنان",), ("B",)),))]
    assert [m.glossary for m in Matcher(both).find("لبنان")] == ["a"]
    assert [m.glossary for m in Matcher(both[::-1]).find("لبنان")] == ["b"]


def test_ten_thousand_terms_are_looked_up_by_the_words_of_the_text_not_one_by_one():
    letters = "بتثجحخدذرز"
    names = [f"سن{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters]
    matcher = Matcher([Glossary("many", tuple(Entry((name,), ("Name",)) for name in names))])
    read = 0

    class Counting(dict):
        def get(self, key, default=None):
            nonlocal read
            read += 1
            return super().get(key, default)

    matcher._indexes = tuple(Counting(index) for index in matcher._indexes)
    assert len(matcher.find("قال وسنبتثج إن سنحخدذ هنا")) == 2
    assert read < 40

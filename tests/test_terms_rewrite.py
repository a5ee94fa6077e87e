import pytest

from mt.terms import Entry, Glossary, Matcher, Rewrite, respell, rewrite
from mt.terms.rewrite import Swap

ENTRIES = (
    Entry(("الأردن",), ("Jordan",), "country"),
    Entry(("الصين",), ("China", "Chinese"), "country"),
    Entry(("قازاقي",), ("Kazakh",), "demonym"),
    Entry(("ساجينتاييف",), ("Sagintayev",), "name"),
    Entry(("لي",), ("Li",), "name"),
    Entry(("فلان",), (), "name"),
)
MATCHER = Matcher([Glossary("g", ENTRIES)])


@pytest.mark.parametrize("source, latin, stand_in", [
    ("زار الصين.", "زار China.", "زار اليابان."),
    ("وبالصين", "وب China", "وباليابان"),
    ("قدم مساعدات للأردن والصين", "قدم مساعدات ل Jordan و China", "قدم مساعدات لليابان والبرازيل"),
    ("زار الصين واليابان", "زار China واليابان", "زار البرازيل واليابان"),
    ("شهد لي وساجينتاييف ذلك", "شهد Li و Sagintayev ذلك", "شهد جون وبيتر ذلك"),
    ("الصين في الصين", "China في China", "اليابان في اليابان"),
    ("الرئيس القازاقي", "الرئيس Kazakh", None),
])  # fmt: skip
def test_ways_best_first(source, latin, stand_in):
    ways = rewrite(source, MATCHER.find(source))
    wanted = [("term-latin", latin), ("term-stand-in", stand_in)]
    assert [(way.way, way.text) for way in ways] == [pair for pair in wanted if pair[1] is not None]


def test_the_others_of_the_sentence_in_a_last_way():
    [china, jordan] = MATCHER.find("زار الصين والأردن")
    ways = rewrite("زار الصين والأردن", [china], [jordan])
    assert [(way.way, way.text) for way in ways] == [
        ("term-latin", "زار China والأردن"),
        ("term-stand-in", "زار اليابان والأردن"),
        ("term-latin-all", "زار China و Jordan"),
    ]


def test_nothing_to_rewrite():
    assert rewrite("قال ذلك", ()) == ()
    assert rewrite("قال فلان", MATCHER.find("قال فلان")) == ()


@pytest.mark.parametrize("english, wanted", [
    ("Japan said no.", "China said no."),
    ("Japan's plan, and Japan", "China's plan, and China"),
    ("The Japanese plan and Japan", "The China plan and China"),
    ("Nothing of the kind", "Nothing of the kind"),
])  # fmt: skip
def test_the_stand_in_is_put_back(english, wanted):
    [_, way] = rewrite("زار الصين", MATCHER.find("زار الصين"))
    assert way.restore(english) == wanted


def test_swaps_do_not_touch_words_that_only_begin_alike():
    assert Rewrite("", "x", (Swap(("John",), "Li"),)).restore("Johnson and John") == "Johnson and Li"


@pytest.mark.parametrize("source, english, missing, wanted", [
    ("قال ساجينتاييف ذلك", "Sajintaiyev said so.", 0, "Sagintayev said so."),
    ("قال ساجينتاييف ذلك", "Sajintaiyev’s plan", 0, "Sagintayev’s plan"),
    ("قال لي ذلك", "Lee said so.", 0, "Li said so."),
    ("قال لي ذلك", "Layla said so.", 0, "Layla said so."),
    ("زار الصين", "He visited Siam.", 0, "He visited Siam."),
])  # fmt: skip
def test_a_variant_of_the_output_is_respelled(source, english, missing, wanted):
    assert respell(english, MATCHER.find(source)[missing:]) == wanted


def test_a_form_of_another_term_is_not_respelled():
    wider = Matcher(
        [Glossary("g", (Entry(("هولاند",), ("Hollande",)), Entry(("هولندا",), ("Netherlands", "Holland"))))]
    )
    lacking, there = wider.find("هولاند في هولندا")
    assert respell("He is in Holland.", [lacking]) == "He is in Hollande."
    assert respell("He is in Holland.", [lacking], [there]) == "He is in Holland."


@pytest.mark.parametrize("source, english, wanted", [
    ("وقال سليماني ذلك.", "Soleimany said that.", "Suleimani said that."),
    ("قال سليماني إن سليماني حضر.", "Soleimany said Soleimany's car came.", "Suleimani said Suleimani's car came."),
    ("التقى سليمان مع سليماني.", "Suleiman met him.", "Suleiman met him."),
    ("التقى سليمان مع سليماني.", "Suleiman met Soleimany.", "Suleiman met Suleimani."),
])  # fmt: skip
def test_another_persons_name_is_not_respelt(source, english, wanted):
    matcher = Matcher([Glossary("article", (Entry(("سليماني",), ("Suleimani",), "recurring"),))])
    assert respell(english, matcher.find(source), (), source) == wanted


@pytest.mark.parametrize("english, wanted", [
    ("Ben Alawi replied.", "Bin Alaoui replied."),
    ("He left. Ben Alawi replied.", "He left. Bin Alaoui replied."),
    ("The reply of Ben Alawi came.", "The reply of bin Alaoui came."),
])  # fmt: skip
def test_a_sentence_opens_with_a_capital(english, wanted):
    matcher = Matcher([Glossary("article", (Entry(("بن علوي",), ("bin Alaoui",), "name"),))])
    assert respell(english, matcher.find("ورد بن علوي"), (), "ورد بن علوي") == wanted

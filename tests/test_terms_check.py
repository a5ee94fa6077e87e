import pytest

from mt.flags import KINDS
from mt.records import Flag, Term
from mt.terms import Entry, Glossary, Matcher, check_terms, flag_terms, missing
from mt.terms.check import find_form


@pytest.mark.parametrize("english, forms, wanted", [
    ("He visited Kazakhstan.", ("Kazakhstan",), "Kazakhstan"),
    ("kazakhstan's capital", ("Kazakhstan",), "kazakhstan's"),
    ("Kazakhstan’s capital", ("Kazakhstan",), "Kazakhstan’s"),
    ("The Kazakhs voted", ("Kazakh",), "Kazakhs"),
    ("Kazakhstani", ("Kazakh",), ""),
    ("the UN-backed plan", ("United Nations", "UN"), "UN"),
    ("It is an un-backed plan", ("United Nations", "UN"), ""),
    ("the US said", ("US",), "US"),
    ("they told us", ("US",), ""),
    ("the U.S. said", ("U.S.",), "U.S."),
    ("the US said", ("U.S.",), "US"),
    ("On May 3", ("May",), "May"),
    ("they may go", ("May",), ""),
    ("Guinea Bissau", ("Guinea-Bissau",), "Guinea Bissau"),
    ("Cote d'Ivoire", ("Côte d'Ivoire",), "Cote d'Ivoire"),
    ("Côte d’Ivoire", ("Cote d'Ivoire",), "Côte d’Ivoire"),
    ("Al Sisi", ("al-Sisi",), "Al Sisi"),
    ("the eurozone", ("eurozone",), "eurozone"),
    ("The Euro Zone", ("euro zone",), "Euro Zone"),
    ("Liberia", ("Li",), ""),
    ("Li's visit", ("Li",), "Li's"),
    ("", ("Li",), ""),
    ("the two countries' prime ministers", ("Premier", "Prime Minister"), ""),
    ("the Prime Ministers", ("Prime Minister",), "Prime Ministers"),
    ("the prime minister's office", ("Prime Minister",), "prime minister's"),
    ("prime ministers and the prime minister", ("Prime Minister",), "prime minister"),
    ("two central banks", ("central bank",), "central banks"),
])  # fmt: skip
def test_forms(english, forms, wanted):
    assert find_form(english, forms) == wanted


SOURCE = "وقال لي إن الصين وللصين وقازاقستان"
MATCHER = Matcher(
    [
        Glossary(
            "g", (Entry(("الصين",), ("China", "PRC"), "country", "a note"), Entry(("قازاقستان",), ("Kazakhstan",)))
        ),
        Glossary("article", (Entry(("لي",), ("Li",), "name"), Entry(("فلان",), (), "name"))),
    ]
)


def test_terms_stand_once_with_the_form_that_was_found():
    matches = MATCHER.find(SOURCE)
    terms = check_terms(SOURCE, "Li said the PRC", matches)
    assert terms == (
        Term("لي", "Li", "Li", "article", "", SOURCE.index("لي"), 0),
        Term("الصين", "China", "PRC", "g", "a note", SOURCE.index("الصين"), 12),
        Term("وقازاقستان", "Kazakhstan", "", "g", "", SOURCE.index("وقازاقستان"), None),
    )
    assert [match.text for match in missing(matches, terms)] == ["قازاقستان"]
    assert flag_terms(terms) == (Flag("term-missing", "وقازاقستان: no Kazakhstan"),)


def test_a_missing_term_is_missing_at_each_of_its_places():
    matches = MATCHER.find(SOURCE)
    assert [m.written for m in missing(matches, check_terms(SOURCE, "Kazakhstan, Li", matches))] == ["الصين", "وللصين"]


def test_nothing_missing_is_no_flag():
    matches = MATCHER.find("الصين")
    assert flag_terms(check_terms("الصين", "China", matches)) == ()
    assert flag_terms(check_terms(SOURCE, "", MATCHER.find(SOURCE)))[0] == Flag("name-differs", "لي: Li elsewhere")


def test_a_name_without_english_yet_is_found_and_not_checked():
    matches = MATCHER.find("فلان في الصين")
    assert [match.text for match in matches] == ["فلان", "الصين"]
    assert [term.target for term in check_terms("فلان في الصين", "", matches)] == ["China"]
    assert [match.text for match in missing(matches, check_terms("فلان في الصين", "", matches))] == ["الصين"]


def test_matches_of_another_text_are_refused():
    with pytest.raises(ValueError, match="does not belong to this source"):
        check_terms("في الصين", "China", MATCHER.find("الصين"))


def test_the_flag_is_known_and_repairable():
    assert KINDS["term-missing"].repairable


def test_a_plural_elsewhere_in_the_sentence_hides_no_missing_title():
    source = "رئيس مجلس الدولة الصيني يلتقي بنظيره في اجتماع رئيسي وزراء الدولتين"
    matcher = Matcher(
        [Glossary("g", (Entry(("رئيس مجلس الدولة الصيني",), ("Chinese Premier", "Prime Minister"), "term"),))]
    )
    english = "The Chinese State Council President meets his counterpart at the meeting of the two prime ministers"
    assert [flag.name for flag in flag_terms(check_terms(source, english, matcher.find(source)))] == ["term-missing"]
    right = english.replace("State Council President", "Prime Minister")
    assert flag_terms(check_terms(source, right, matcher.find(source))) == ()

"""Names that changed places with their offices, and two forms of one name in a sentence."""

import pytest

from mt.checks import check_support, check_translation
from mt.records import Generated

MET = "التقى الرئيس المصري عبد الفتاح السيسي والرئيس الفرنسي إيمانويل ماكرون في القاهرة."
SAID = "قال ذلك وزير الخارجية جون كيري ووزير الدفاع آشتون كارتر."
BURNED = "قتل علي دوابشة في دوما وأحرق منزل عائلة دوابشة هناك."


def told(source: str, english: str) -> dict[str, str]:
    flags = check_translation(source, Generated(english, None, 1, 1, True))
    return {flag.name: flag.detail for flag in flags if flag.name in ("swapped-roles", "name-differs")}


@pytest.mark.parametrize(
    ("source", "english", "flags"),
    [
        (
            MET,
            "Egyptian President Emmanuel Macron and French President Abdel Fattah al-Sisi met in Cairo.",
            {"swapped-roles": "Macron and al-Sisi have changed places"},
        ),
        (
            SAID,
            "This was said by Defense Secretary John Kerry and Secretary of State Ashton Carter.",
            {"swapped-roles": "Kerry and Carter have changed places"},
        ),
        (
            BURNED,
            "Ali Dawabsheh was killed in Duma and the home of the Dobasha family was burned there.",
            {"name-differs": "Dawabsheh and Dobasha for one name"},
        ),
        (MET, "Egyptian President Abdel Fattah al-Sisi and French President Emmanuel Macron met in Cairo.", {}),
        (MET, "French President Emmanuel Macron met Egyptian President Abdel Fattah al-Sisi in Cairo.", {}),
        (SAID, "Secretary of State John Kerry and Defense Secretary Ashton Carter said this.", {}),
        (BURNED, "Ali Dawabsheh was killed in Duma and the Dawabshehs' home was burned there.", {}),
        ("احتفل أهالي أشيقر مع بلدية أشيقر ومحافظ شقراء.", "Ushaiqer people celebrated with Shaqra's governor.", {}),
    ],
)
def test_names_and_their_offices(source: str, english: str, flags: dict[str, str]) -> None:
    assert told(source, english) == flags


ARTICLE = (
    "Egyptian President Abdel Fattah al-Sisi met French President Emmanuel Macron in Cairo. "
    "The talks lasted three weeks. Sisi praised Macron."
)


@pytest.mark.parametrize(
    ("sentence", "flags"),
    [
        ("French President Abdel Fattah al-Sisi spoke.", {"mixed-name": "al-Sisi (French)"}),
        ("The talks lasted two weeks.", {"unsupported-number": "two"}),
        ("Egypt's President Abdel Fattah al-Sisi spoke.", {}),
        ("The two presidents talked for three weeks.", {}),
        (ARTICLE, {}),
    ],
)
def test_a_summary_with_another_country_or_another_two(sentence: str, flags: dict[str, str]) -> None:
    assert {flag.name: flag.detail for flag in check_support(sentence, ARTICLE)} == flags

"""Subject and object of a verb, or the speaker, exchanged with another name in a translation."""

import pytest

from mt.checks import check_translation
from mt.records import Generated


def told(source: str, english: str) -> str:
    flags = check_translation(source, Generated(english, None, 1, 1, True))
    return " ".join(flag.detail for flag in flags if flag.name == "swapped-roles")


THANKED = "شكر رئيس الوزراء البريطاني ريشي سوناك المستشار الألماني أولاف شولتس على دعمه."
SAID = "قال سوناك إن شولتس سيزور لندن الأسبوع المقبل."


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("شكر سوناك شولتس على الدعم.", "Scholz thanked Sunak for the support."),
        (THANKED, "Olaf Scholz thanked Rishi Sunak for his support."),
        (THANKED, "Rishi Sunak was thanked by Olaf Scholz for his support."),
        (SAID, "Scholz said Sunak would visit London next week."),
        ("استقبل الملك سلمان الرئيس بوتين في الرياض.", "President Putin received King Salman in Riyadh."),
        ("اتهم زيلينسكي بوتين بالكذب.", "Putin accused Zelensky of lying."),
        ("فازت فرنسا على البرازيل.", "Brazil beat France."),
    ],
)
def test_names_that_changed_places_around_a_verb_are_told(source: str, english: str) -> None:
    assert told(source, english)


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("شكر سوناك شولتس على الدعم.", "Sunak thanked Scholz for the support."),
        (THANKED, "Rishi Sunak thanked Olaf Scholz for his support."),
        (THANKED, "Olaf Scholz was thanked by Rishi Sunak for his support."),
        (SAID, "Sunak said Scholz would visit London next week."),
        ("خسرت البرازيل أمام فرنسا.", "France beat Brazil."),
        ("هزمت البرازيل على يد فرنسا.", "France defeated Brazil."),
        ("تلقى شولتس التهنئة من سوناك.", "Sunak congratulated Scholz."),
        ("سوناك شكره شولتس.", "Scholz thanked Sunak."),
        ("كما يقول لوكالة رويترز روبرت كلين.", "as Robert Klein told Reuters."),
        ("قال لشولتس سوناك إن الدعم مهم.", "Sunak told Scholz that support was important."),
        ("التقى سوناك شولتس في برلين.", "Scholz and Sunak met in Berlin."),
    ],
)
def test_the_same_said_in_another_way_is_not_told(source: str, english: str) -> None:
    assert told(source, english) == ""

import pytest

from mt.records import Change
from mt.text import readable, readable_changes


@pytest.mark.parametrize(
    "written, got",
    [
        ("زادت ٧٫٤٪ إلى ٣٨٬٦٠٠ طن", "زادت 7.4% إلى 38,600 طن"),
        ("۱۹۸۰ و۲۰۲۵", "1980 و2025"),
        ("نسبة ５０％ （تقريبا）", "نسبة 50% (تقريبا)"),
        ("−٥ درجات", "-5 درجات"),
        ("اتفاق کامل فی بیروت", "اتفاق كامل في بيروت"),
        ("وصل إلی مستشفی المدینة وعلی متنه علی", "وصل إلى مستشفى المدينة وعلى متنه على"),
        ("ہذا ھو الحل", "هذا هو الحل"),
        ("ٱلبلاد", "البلاد"),
    ],
)
def test_what_a_model_cannot_read_is_written_as_it_learned_it(written: str, got: str) -> None:
    assert readable(written) == got
    assert len(readable(written)) == len(written)


def test_ordinary_arabic_and_names_with_letters_of_their_own_stay() -> None:
    text = "قال چرچيل في پاريس إن 7.4 % من المدى أعلى، على رأي فيكتور."
    assert readable(text) is text
    assert readable_changes(text) == ()


def test_what_was_changed_for_the_model_is_counted_by_kind() -> None:
    assert readable_changes("٢٥٪ فی کرکوک") == (
        Change("Eastern digits (for the model only)", 2),
        Change("signs of numbers and full-width forms (for the model only)", 1),
        Change("look-alike letters (for the model only)", 4),
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1.234.567 ناخبا", "1,234,567 ناخبا"),
        ("١.٢٣٤.٥٦٧ ناخبا", "1,234,567 ناخبا"),
        ("العنوان 192.168.100.200", "العنوان 192.168.100.200"),
        ("النسخة 2.100", "النسخة 2.100"),
    ],
)
def test_stops_that_part_thousands_are_commas_for_the_model(text, read):
    assert readable(text) == read
    assert any("thousands" in change.step for change in readable_changes(text)) == ("," in read)

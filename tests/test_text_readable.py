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

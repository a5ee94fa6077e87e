import pytest

from mt.errors import InputError
from mt.reading.memory import article_of
from mt.reading.preparing import prepare
from mt.records import Change

WRONG = "Â«النورÂ» باعت ٣ سفن"


def test_text_from_memory_is_prepared_as_that_of_files() -> None:
    made, article = prepare(WRONG, "خبر\nاليوم", "a", [Change("read", 1)]), article_of(WRONG, "خبر\nاليوم")
    assert (article.text, article.title, article.original) == (made.text, made.title, made.original)
    assert (made.text, made.title, made.original) == ("«النور» باعت ٣ سفن", "خبر اليوم", WRONG)
    assert [change.step for change in made.changes] == [
        "read",
        "wrongly decoded text mended",
        "Eastern digits (for the model only)",
    ]


def test_where_only_white_space_changed_the_text_is_its_own_original() -> None:
    assert prepare(" نعم\r\nلا ", "", "a").original == ""


def test_text_that_lost_letters_is_refused() -> None:
    with pytest.raises(InputError, match="the text: UTF-8"):
        article_of(("أعلنت وزارة الصحة ارتفاع الإصابات في البلاد " * 3).encode().decode("cp1252", "replace"))

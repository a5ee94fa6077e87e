import pytest

from mt.errors import InputError
from mt.reading.mojibake import MENDED, mended

TEXT = (
    "أعلنت الوزارة «النتائج» أمس – وقال ناطقها: “لا تعليق الآن” على الخبر، وإن العمل يستمر في 24 مدينة من مدن البلاد."
)


@pytest.mark.parametrize("wrong", ["latin-1", "cp437", "mac-roman"])
def test_utf8_that_was_read_as_something_else_is_mended(wrong: str) -> None:
    text, [change] = mended(TEXT.encode().decode(wrong), "a")
    assert text == TEXT
    assert change.step == MENDED


@pytest.mark.parametrize("wrong", ["sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1256"])
def test_so_is_what_windows_read_byte_for_byte(wrong: str) -> None:
    import ftfy.bad_codecs  # noqa: F401

    garbled = TEXT.encode().decode(wrong)
    assert mended(garbled, "a")[0] == TEXT
    assert mended(f"{garbled}\n{garbled}", "a")[0] == f"{TEXT}\n{TEXT}"


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_windows_1256_that_was_read_as_western_is_mended(wrong: str) -> None:
    plain = TEXT.replace("–", "-")
    assert mended(plain.encode("cp1256").decode(wrong, "replace"), "a")[0] == plain


def test_twice_wrong_is_mended_too() -> None:
    assert mended(TEXT.encode().decode("latin-1").encode().decode("latin-1"), "a")[0] == TEXT


def test_marks_among_good_arabic_are_mended_and_counted() -> None:
    text, [change] = mended("قالت Â«وفاءÂ» إنها â€“ كغيرها â€“ قالت: â€œنعمâ€.", "a")
    assert text == "قالت «وفاء» إنها – كغيرها – قالت: “نعم”."
    assert change.count == 4


@pytest.mark.parametrize(
    "text", [TEXT, "طظ ظط", "Le café à São Paulo – «déjà vu»", "حظر طيران فوق ظفار ونظرة", "", "Ð°Ø"[:1]]
)
def test_good_text_stays(text: str) -> None:
    assert mended(text, "a") == (text, ())


def test_what_lost_letters_on_the_way_is_refused_with_the_reason() -> None:
    garbled = TEXT.encode().decode("cp1252", "replace")
    with pytest.raises(InputError, match=r"^news.txt: UTF-8 that was decoded as Windows-1252 .* letters are lost"):
        mended(garbled, "news.txt")

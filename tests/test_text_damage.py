import doctest

import pytest

from mt.text import damage, detect, find_damage, lam_alef


def test_doctests() -> None:
    assert doctest.testmod(damage).failed == 0
    assert doctest.testmod(lam_alef).failed == 0


@pytest.mark.parametrize(
    "text, lost",
    [
        ("أعلن ال\ufffdزير ال\ufffd\ufffdم أن", ["ال\ufffdزير ال\ufffd\ufffdم"]),
        ("انتهى. ???? ?? ????? وبدأ", ["???? ?? ?????"]),
        ("قال ?????????", ["?????????"]),
        ("زار ??رياض أمس", ["??"]),
        ("حقا؟؟؟ هل وصل??? نعم ! ?", []),
        ("انتهت المباراة 2-1", []),
    ],
)
def test_lost_letters_are_told(text: str, lost: list[str]) -> None:
    found = find_damage(text)
    assert [doubt.text for doubt in found] == lost
    assert all(text[doubt.start : doubt.end] == doubt.text for doubt in found)


@pytest.mark.parametrize(
    "text",
    [
        "قال المتحدث إن الوضع تحت السيطرة في العاصمة.",
        "أعلنت وزارة الزراعة خطة لزراعة القمح\nفي المنطقة الشرقية عام 2024.",
    ],
)
def test_letters_in_visual_order_are_no_arabic(text: str) -> None:
    assert detect(text).code == "ar"
    turned = "\n".join(line[::-1] for line in text.split("\n"))
    assert detect(turned).code == "und"
    assert "visual order" in detect(turned).reason

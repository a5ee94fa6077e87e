import re

import pytest
from fakes import FakeGenerator

from mt.config import Decoding
from mt.translation.protection import ProtectingGenerator

STRETCHES = ["https://a.example/b?c=1", "d.e@f.org", "@g_h", "#Ij", "k.pdf", "l.gov.sa/m", "@n", "o@p.net", "@q", "@r"]


def text_with(number: int) -> str:
    return " ثم ".join(f"رقم {s}" for s in (STRETCHES * 6)[:number]) + " وانتهى."


def translated(answer, text: str):
    fake = FakeGenerator(answer, max_input_tokens=1000)
    [output] = ProtectingGenerator(fake).generate([text], Decoding())
    return output.text, fake


def stretches_in(text: str) -> list[str]:
    return [word for word in re.split(r"[ ,]+", text) if re.search(r"[@#./]\w|://", word)]


@pytest.mark.parametrize("number", [1, 2, 7, 30, 60])
def test_a_model_that_copies_codes_loses_no_stretch(number: int) -> None:
    english, fake = translated(lambda text: text.replace("رقم", "number"), text_with(number))
    assert stretches_in(english.removesuffix(" وانتهى.")) == (STRETCHES * 6)[:number]
    assert not any("example" in text for texts, _ in fake.calls for text in texts)


@pytest.mark.parametrize("number", [1, 3, 10, 60])
def test_a_model_that_spoils_every_latin_word_loses_no_stretch_either(number: int) -> None:
    english, fake = translated(lambda text: re.sub("[A-Za-z]+", "Xx", text), text_with(number))
    assert stretches_in(english.removesuffix(" وانتهى.")) == (STRETCHES * 6)[:number]
    assert all(not re.search("[@#]", text) for text in fake.calls[-1][0])


def test_a_code_that_comes_back_twice_is_tried_as_another_word() -> None:
    def answer(text: str) -> str:
        return f"See {code[0]} today." if (code := re.findall("[A-Z]site", text)) else "XA or XA?"

    english, fake = translated(answer, "انظر @one اليوم")
    assert english == "See @one today."
    assert len(fake.calls) == 2


def test_codes_that_the_text_holds_itself_are_not_used() -> None:
    english, fake = translated(lambda text: text.replace("طراز", "model"), "طراز XA من @one")
    assert english == "model XA من @one"
    assert fake.calls[0][0] == ("طراز XA من XB",)


def test_texts_keep_their_order_and_others_their_first_output() -> None:
    fake = FakeGenerator(lambda text: text if "site" in text else re.sub("[A-Za-z]+", "", text))
    texts = ["أول", "ثان @a", "ثالث", "رابع b@c.org"]
    outputs = ProtectingGenerator(fake).generate(texts, Decoding())
    assert [output.text for output in outputs] == texts


def test_an_address_counts_as_its_code() -> None:
    fake = FakeGenerator()
    fake.count_tokens = len  # type: ignore[method-assign]
    assert ProtectingGenerator(fake).count_tokens("انظر https://a.example/very/long/path اليوم") == len("انظر XA اليوم")


@pytest.mark.parametrize(
    "text, given",
    [
        ("اتصلوا على الرقم 920033360 غدا", "اتصلوا على الرقم XA غدا"),
        ("الهاتف +966 11 488 3800 متاح", "الهاتف XA متاح"),
        ("باع 425601 طنا في 2024", "باع 425601 طنا في 2024"),
    ],
)
def test_numbers_that_count_nothing_are_copied(text: str, given: str) -> None:
    english, fake = translated(lambda text: text, text)
    assert fake.calls[0][0] == (given,)
    assert english == text


def test_the_model_gets_western_digits() -> None:
    _, fake = translated(lambda text: text, "نسبة ٢٥٪ فی العام")
    assert fake.calls[0][0] == ("نسبة 25% في العام",)

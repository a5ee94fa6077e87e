"""Language detection: samples of a sentence each, and how it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from timing import cpu_seconds

from mt.text import detect

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "languages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_samples(case: dict[str, str]) -> None:
    assert detect(case["text"]).code == case["code"]


@pytest.mark.parametrize(
    "text, share, reason",
    [
        ("", 0, "it has no letters"),
        (
            "النص باللغة العربية",
            1,
            "100 % of the letters are Arabic script and spelled as in Arabic; the language seems to be Arabic",
        ),
        (
            "The weather is fine today and the children play قال",
            0.071,
            "93 % of the letters are Latin",
        ),
    ],
)
def test_reason_and_share(text: str, share: float, reason: str) -> None:
    found = detect(text)
    assert found.arabic_share == pytest.approx(share, abs=0.005)
    assert found.reason == reason


def test_news_is_told_by_its_letters_quickly_and_without_the_model() -> None:
    code = (
        "import pathlib, sys; from mt.text import detect;"
        f"text = pathlib.Path({str(DATA / 'article.ar.txt')!r}).read_text(encoding='utf-8');"
        "print(detect(text).code, 'py3langid' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["ar", "False"]
    text = (DATA / "article.ar.txt").read_text(encoding="utf-8")
    assert cpu_seconds(lambda: [detect(text) for _ in range(100)]) < 1  # 0.2 ms each where it was measured


def test_a_language_without_a_two_letter_code_gets_the_nearest_with_one() -> None:
    text = "Lefase la rena le a fetoga, gomme batho ba bantši ba dula metsaneng ya kgole le toropo ya gabo bona."
    assert len(detect(text).code) == 2


@pytest.mark.parametrize(
    "text",
    [
        # Kurdish with ه for ە and without marks on its letters
        "سه روكى حكومه تى هه ريم له كوبوونه وه يه كدا له كه ل وه زيره كان باسى موچه ى فه رمانبه رانى كرد",
        # Malay
        "كراجاءن تله مڠومومكن بنتوان خاص اونتوق ممبنتو راكيت يڠ ترججس دان رومه مريك روسق",
        # Ottoman Turkish
        "بو كون مجلس مبعوثانده بودجه مذاكره سنه باشلاندى و وكيللر بر بر سوز آلديلر صوكره اجتماع تعطيل ايدلدى",
        # Uyghur
        "ئۇيغۇر ئاپتونوم رايونىدا بۈگۈن يېڭى مەكتەپ ئېچىلدى ۋە بالىلار خۇشال بولدى",
    ],
)
def test_other_languages_in_arabic_letters_are_not_arabic(text: str) -> None:
    assert detect(text).code != "ar"


@pytest.mark.parametrize(
    "text",
    [
        "وقال رئيس الوزراء فی مؤتمر صحفی إن الحکومه ستنفذ الخطه الجدیده فی المحافظات",
        "وبعد مرور 250 عاما أصبحت شركة عالمية تدر أكثر من 10 مليار يورو كل سنة",
        "انضم إليهم عام 1945 وبقي حتى عام 1958 ثم غادر",
        "شو صار مبارح بالبلد وليش كل هالناس واقفين على الطريق عم يستنوا حدا",
    ],
)
def test_arabic_of_other_spellings_and_without_articles_is_arabic(text: str) -> None:
    assert detect(text).code == "ar"


@pytest.mark.parametrize("text", ["Bonjour", "Le ministre a dit", "xyz qqq", "Привет", "Добрый день, друзья"])
def test_no_language_is_guessed_aloud_for_letters_that_many_languages_share(text: str) -> None:
    assert "language" not in detect(text).reason


@pytest.mark.parametrize(
    "text", ["قتل خمسة", "خبر عاجل", "فوز منتخب مصر", "مجلس وزراء", "سقوط صاروخ قرب مطار", "انفجار"]
)
def test_a_few_arabic_words_are_arabic(text: str) -> None:
    assert detect(text).code == "ar"


def test_languages_are_told_by_name() -> None:
    assert detect("这是一个测试文本").reason.endswith("the language seems to be Chinese")
    assert detect("دولت ایران پس از گفت‌وگو با همسایگان چند پیشنهاد تازه داد").reason.endswith("Persian")

import pytest

from mt.checks import (
    check_arabic_left,
    check_copied,
    check_ending,
    check_length,
    check_loop,
    check_names,
    check_numbers,
    check_omission,
    check_opposites,
    check_punctuation,
    check_score,
    check_support,
    check_translation,
    check_verbatim,
    find_support,
    has_arabic,
)
from mt.records import Flag, Generated


def output(text: str, *, finished: bool = True) -> Generated:
    return Generated(text, -0.4, 10, 10, finished)


@pytest.mark.parametrize("text", [
    "the end the end the end the end",
    "I'm sorry I'm sorry I'm sorry",
    "He said he said no no no no",
    "the new deal of the state was the new deal of the state and the new deal of the state was of the state then",
])  # fmt: skip
def test_loops_are_caught(text):
    assert check_loop(text).name == "loop"


@pytest.mark.parametrize("text", [
    "",
    "He had had enough of it.",
    "No, no, he said.",
    "The minister met the prime minister of the other country, and the other prime minister met the first minister.",
    "In 2015, 2016 and 2017 the company made 5, 6 and 7 million dollars in the first, second and third quarter.",
])  # fmt: skip
def test_ordinary_repetition_is_no_loop(text):
    assert check_loop(text) is None


def test_the_sets_of_a_match_are_no_loop():
    assert check_loop("He won 6-3, 6-3, 6-3 there.", "فاز ٦-٣ و6-3 و6-3") is None
    assert check_loop("He won 6-3, 6-3, 6-3 there.", "فاز 6-3").name == "loop"


@pytest.mark.parametrize("source, text, told", [
    ("يوم الجمعة", "on Saturday", "Saturday in the English, not Friday"),
    ("من الأحد إلى الخميس", "from Monday to Thursday", "Monday in the English, not Sunday"),
    ("ليلة الجمعة", "on Thursday night", ""),
    ("ليلة الجمعة", "on Friday night", ""),
    ("قال أحد الاثنين الأحد", "one of the two said on Sunday", ""),
    ("صحيفة صنداي تايمز", "the Sunday Times", ""),
    ("مئات الآلاف", "hundreds of people", "مئات الآلاف is hundreds in the English"),
    ("قتل العشرات", "hundreds were killed", "عشرات is hundreds in the English"),
    ("عشرات الآلاف ومئات الملايين", "tens of thousands and hundreds of millions", ""),
    ("5 آلاف", "thousands", ""),
    ("عشرات القتلى ومئات الجرحى", "dozens dead and hundreds wounded", ""),
])  # fmt: skip
def test_days_and_magnitudes(source, text, told):
    assert [flag.detail for flag in check_numbers(source, text) if flag.name == "number-differs"] == [told] * bool(told)


@pytest.mark.parametrize("source, text, told", [
    ("ارتفع المؤشر 3 في المئة", "The index fell 3 percent", ["fell for ارتفع"]),
    ("وتراجعت الأسعار", "Prices rose", ["rose for وتراجعت"]),
    ("فاز الرئيس في الانتخابات.", "The president lost the elections.", ["lost for فاز"]),
    ("خسر المنتخب المباراة.", "The team won the match.", ["won for خسر"]),
    ("رفضت الحكومة الاقتراح.", "The government accepted the proposal.", ["accepted for رفضت"]),
    ("وافق البرلمان على القانون.", "Parliament rejected the law.", ["rejected for وافق"]),
    ("نفت الوزارة الخبر.", "The ministry confirmed the news.", ["confirmed for نفت"]),
    ("عارض النواب القرار.", "Deputies supported the decision.", ["supported for عارض"]),
    ("زادت الصادرات", "Imports increased.", ["Imports for الصادرات"]),
    ("باعت الشركة أسهمها", "The company bought its shares.", ["bought for باعت"]),
    ("أغلقت السلطات المعبر", "Authorities opened the crossing.", ["opened for اغلقت"]),
    ("فشلت المحادثات", "The talks succeeded.", ["succeeded for فشلت"]),
    ("منعت الشرطة المظاهرة", "Police allowed the demonstration.", ["allowed for منعت"]),
    ("سجلت الموازنة فائضا", "The budget recorded a deficit.", ["deficit for فايضا"]),
    ("أفرجت السلطات عن الصحفي", "Authorities arrested the journalist.", ["arrested for افرجت"]),
    ("غادر الوزير القاهرة", "The minister arrived in Cairo.", ["arrived for غادر"]),
    ("بدأت المحادثات", "The talks ended.", ["ended for بدات"]),
    ("لم يفز الفريق", "The team lost.", []),
    ("خسر برشلونة أمام ريال مدريد", "Real Madrid beat Barcelona", []),
    ("رفضت الحكومة", "The government did not agree.", []),
    ("نجح في إفشال المخطط", "He managed to foil the plan.", []),
    ("ارتفع ثم انخفض", "It fell", []),
    ("ارتفع المؤشر", "The index is up after falling", []),
    ("شمال المدينة", "south of the city", ["south for شمال"]),
    ("شمال غرب البلاد", "in the northwest", []),
    ("في الشرق الأوسط", "in the Middle East", []),
    ("الأسبوع المقبل", "last week", ["last for المقبل"]),
    ("صباح الاثنين", "on Monday evening", ["evening for صباح"]),
    ("زيارة الرئيس", "The president's visit fell through", []),
])  # fmt: skip
def test_the_other_of_two(source, text, told):
    found = check_opposites(source, text)
    assert ([found.detail] if found else []) == told


@pytest.mark.parametrize("source, text, caught", [
    ("الساعة 11:00 صباحا", "Just after 11:, in the morning", True),
    ("الساعة 11:00", "at 11:00", False),
    ("الساعة 4:00", "at 4:GMT", True),
    ("في الآية 3:", "verse 3: he said", False),
    ("بعمق 5 مم (1/5 بوصة)", "deep enough, mm (1/5 inch) or more", True),
    ("على بعد 5 كلم", "5 km away", False),
    ("على بعد كيلومترات", "a few km away", False),
])  # fmt: skip
def test_broken_numbers(source, text, caught):
    assert any("breaks off" in flag.detail for flag in check_numbers(source, text)) == caught


@pytest.mark.parametrize("text, caught", [
    ("He said قال لي that", True),
    ("Only English, one word قال in a sentence that goes on and on for so long that it hardly matters", True),
    ("Annex أ of the treaty", False),
    ("123 — !", False),
])  # fmt: skip
def test_arabic_left(text, caught):
    assert (check_arabic_left(text) is not None) == caught


@pytest.mark.parametrize("here, there, name", [
    (10, 4, "too-short"), (10, 5, None), (10, 26, None), (10, 27, "too-long"), (5, 1, None), (5, 100, None),
])  # fmt: skip
def test_length(here, there, name):
    flag = check_length("كلمة " * here, "word " * there)
    assert (flag.name if flag else None) == name


@pytest.mark.parametrize("source, text, flags", [
    ("في ٢٠١٦ و 35 دولة", "In 2016, 35 countries", []),
    ("في ٢٠١٦ و 35 دولة", "Countries in that year", [Flag("number-missing", "٢٠١٦, 35 in the source only")]),
    ("بلغ 15 .224 نقطة، و783،562 كيلومتر", "It reached 224.15 points and 783,562 kilometres", []),
    ("بلغ 15 .224 نقطة", "It reached 15.224 points", [
        Flag("number-missing", "15 .224 in the source only"), Flag("number-invented", "15.224 in the English only")]),
    ("ارتفع 12 مرة", "It rose a dozen times", []),
    ("لا رقم هنا", "No number in 1999", [Flag("number-invented", "1999 in the English only")]),
    ("بلغ 86.977.146 ريال", "It reached 86.977.146 riyals", []),
    ("بلغ 86.977.146 ريال، 1.2.3", "It reached much", [Flag("number-missing", "86.977.146, 1.2.3 in the source only")]),
])  # fmt: skip
def test_numbers_of_one_side_only(source, text, flags):
    assert list(check_numbers(source, text)) == flags


@pytest.mark.parametrize("source, text, caught", [
    ("قال الوزير إن الحكومة ستجتمع غدا", "قال الوزير إن الحكومة ستجتمع غدا", True),
    ("قال الوزير إن الحكومة ستجتمع غدا", "قال الوزير إن the government ستجتمع", True),
    ("قال الوزير إن الحكومة ستجتمع غدا", "The minister said the government الحكومة will meet tomorrow", False),
    ("Le ministre des affaires étrangères parle", "le ministre des affaires étrangères parle.", True),
    ("The minister spoke to the press", "The minister spoke to the press", False),
    ("Windows 10", "Windows 10", False),
])  # fmt: skip
def test_copied_sources(source, text, caught):
    assert (check_copied(source, text) is not None) == caught


@pytest.mark.parametrize("source, text, caught", [
    ("قال الوزير إن الحكومة ستعقد اجتماعا غدا.", "The minister said that the government", True),
    ("قال الوزير إن الحكومة ستعقد اجتماعا غدا.", "The minister said that the government will hold a meeting tomorrow",
    False),
    ("قال الوزير إن الحكومة ستعقد اجتماعا غدا", "The minister said that the government", False),
    ("قال الوزير «إن الحكومة ستعقد اجتماعا غدا».", "The minister said \"that it meets.\"", False),
])  # fmt: skip
def test_english_that_breaks_off(source, text, caught):
    assert (check_ending(source, text) is not None) == caught


@pytest.mark.parametrize("source, text, caught", [
    ("هل وصل؟", "Has he arrived?", False),
    ("هل وصل؟", "He has arrived.", True),
    ("وصل.", "Has he arrived?", True),
    ("وصل (أمس).", "He arrived (yesterday).", False),
    ("وصل أمس.", "He arrived (yesterday).", True),
])  # fmt: skip
def test_punctuation(source, text, caught):
    assert (check_punctuation(source, text) is not None) == caught


def test_names_of_one_side_only():
    assert check_names("زار الرئيس الصين", "The president visited Brazil") == (
        Flag("name-invented", "Brazil in the English only"),
        Flag("name-missing", "الصين in the source only"),
    )


def test_parts_left_out():
    source = "أعلن الوزير أن الحكومة ستعقد اجتماعا مع الاتحاد الأوروبي الأسبوع المقبل"
    flag = check_omission(source, "The minister announced.")
    assert flag is not None
    assert flag.name == "omission"
    assert flag.detail.endswith("الاسبوع المقبل»")


@pytest.mark.parametrize("source, text, lost", [
    ("راسلونا على press@example.org الآن", "Write to press@example.org now", ""),
    ("راسلونا على press@example.org الآن", "Write to press@example.com now", "press@example.org"),
    ("كتب @the_editor على #Breaking2024", "Wrote on Breaking2024", "@the_editor, #Breaking2024"),
    ("افتح report_v2.pdf من https://example.org/a?b=1", "Open report_v2.pdf from https://example.org/a", "https://example.org/a?b=1"),
    ("قال: \"Bonne chance à tous\".", "He said: “Good luck to all”.", "Bonne chance à tous"),
    ("لا شيء هنا", "Nothing here", ""),
])  # fmt: skip
def test_what_must_be_copied(source, text, lost):
    flag = check_verbatim(source, text)
    assert (flag.detail.removesuffix(" in the source only") if flag else "") == lost


@pytest.mark.parametrize("score, least, caught", [
    (-1.5, -1.0, True), (-1.0, -1.0, False), (-0.2, -1.0, False), (-9.0, None, False), (None, -1.0, False),
])  # fmt: skip
def test_low_scores(score, least, caught):
    assert bool(check_score(score, least)) == caught


@pytest.mark.parametrize("generated, wanted", [
    (output("A good sentence."), []),
    (output(""), ["empty"]),
    (output(" \n"), ["empty"]),
    (output("A torn", finished=False), ["unfinished"]),
    (output("قال لي قال لي قال لي قال لي"), ["loop", "arabic-left"]),
])  # fmt: skip
def test_all_checks_together(generated, wanted):
    assert [flag.name for flag in check_translation("جملة قصيرة", generated)] == wanted


@pytest.mark.parametrize("sentence, flags", [
    ("Li praised Kazakhstan in 2016.", ()),
    ("LI's visit ended.", ()),
    ("Wang praised Kazakhstan.", (Flag("unsupported-name", "Wang"),)),
    ("Li paid 300 dollars to Wang and Wang.", (Flag("unsupported-number", "300"), Flag("unsupported-name", "Wang"))),
    ("Trade grew.", ()),
    ("Talks went on.", ()),
])  # fmt: skip
def test_support(sentence, flags):
    assert check_support(sentence, "Premier Li visited Kazakhstan in ٢٠١٦ for talks.") == flags


SEGMENTS = ("Li met Sagintayev in Astana.", "They talked about trade.", "A car plant opened in Kostanay.", "Li left.")


@pytest.mark.parametrize("sentence, support", [
    ("Li and Sagintayev met in Astana.", (0,)),
    ("In Kostanay a plant opened, and they talked about trade.", (2, 1)),
    ("Nothing shared whatsoever!", ()),
    ("", ()),
])  # fmt: skip
def test_support_is_found_by_rare_words(sentence, support):
    assert find_support(sentence, SEGMENTS) == support


def test_support_has_at_most_three_segments():
    assert len(find_support("alpha beta gamma delta", ["alpha", "beta", "gamma", "delta"])) == 3


@pytest.mark.parametrize("text, found", [("لي", True), ("Li ﻻ", False), ("۔؟،", False), ("٢٠١٦", False), ("پ", True)])
def test_has_arabic_means_letters(text, found):
    assert has_arabic(text) == found

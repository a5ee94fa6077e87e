"""Names of the English against the Arabic. The sentences are made up."""

import time

import pytest

from mt.checks.entities import english_names, missing_names, strange_names
from mt.language.transliteration import distance


@pytest.mark.parametrize("source, text", [
    ("زار الرئيس الصين وألمانيا ومصر", "The President visited China, Germany and Egypt"),
    ("قالت روسيا إن القوات الروسية انسحبت", "Russia said that Russian forces had withdrawn"),
    ("الأمم المتحدة والاتحاد الأوروبي", "The UN and the EU"),
    ("أعلنت الولايات المتحدة", "The US announced"),
    ("التقى بيدرو سانشيز بالأمين العام", "Pedro Sánchez met the Secretary General"),
    ("قال تشيانغ وخوان وفلاديمير وغوردون", "Qiang, Juan, Vladimir and Gordon said"),
    ("سافر عبد الله إلى نيويورك", "Abdullah flew to New York"),
    ("بورتوريكو", "Puerto Rico"),
    ("وقال بيكيه وهوميروس", "Piquet and Homer said"),
    ("شركة Nokia الفنلندية", "Nokia of Finland"),
    ("وزير الخارجية", "The Foreign Minister of the Ministry on Monday in May"),
    ("الحياة البرية", "Wildlife"),
    ("ذكرت قناة سي إن إن", "CNN reported"),
])  # fmt: skip
def test_names_that_the_source_explains(source, text):
    assert strange_names(source, text) == []


@pytest.mark.parametrize("source, text, strange", [
    ("أستانة 3 نوفمبر (شينخوا)", "WASHINGTON, Nov. 3, Xinhua (CNN)", ["WASHINGTON", "CNN"]),
    ("لقاء مع نظيره القازاقي باكيتزان ساجينتاييف", "a meeting with his Kazakh counterpart Pakistani Sagintayev",
    ["Pakistani"]),
    ("زار الوزير الصين", "The minister visited Brazil", ["Brazil"]),
    ("قال سميث", "Sarkozy said", ["Sarkozy"]),
    ("جلس على الكرسي", "Ali sat on the chair", ["Ali"]),
    ("وأكد على أن بلاده مستعدة", "He stressed that the Serbian is ready", ["Serbian"]),
])  # fmt: skip
def test_names_that_come_from_nowhere(source, text, strange):
    assert strange_names(source, text) == strange


@pytest.mark.parametrize("source, text, missing", [
    ("زار الرئيس الصين واليابان", "The president visited Brazil and Japan", ["الصين"]),
    ("زار الرئيس الصين", "The president visited China", []),
    ("لاعبو المنتخب الصيني", "Players of the Chinese team", []),
    ("الأمريكية", "U.S.", []),
])  # fmt: skip
def test_names_that_the_english_lacks(source, text, missing):
    assert missing_names(source, text) == missing


def test_titles_weekdays_and_common_words_are_no_names():
    text = "On Monday the Foreign Minister, Mr Sarkozy of the House, met II. Scientists of NASA's agreed: Wildlife."
    assert [name.word for name in english_names(text)] == ["Sarkozy", "NASA's"]


@pytest.mark.parametrize("name, word, near", [
    ("gorbachev", "غورباتشوف", True),
    ("gorbachev", "جورباتشيف", True),
    ("schroeder", "شرودر", True),
    ("keqiang", "كهتشيانغ", True),
    ("vancouver", "فانكوفر", True),
    ("mexico", "المكسيك", False),
    ("mexico", "مكسيكو", True),
    ("washington", "استانه", False),
    ("pakistani", "باكيتزان", False),
    ("smith", "رفضا", False),
    ("", "كلمه", False),
    ("name", "", False),
])  # fmt: skip
def test_spelling_distance(name, word, near):
    assert (distance(name, word) <= 0.25) == near


def test_distance_counts_the_consonants_that_lack():
    assert distance("berlin", "برلين") < 0.01
    assert 0.2 < distance("berlin", "برين") < 0.3  # one of b, r, l, n


@pytest.mark.parametrize(
    "source, text",
    [
        ("زوار الحارة الحجازية", "visitors of the Hijazi quarter"),
        ("بلدية تعايد منسوبيها", "A municipality sends Eid greetings"),
        ("تهويد القدس", "the Judaisation of Jerusalem"),
        ("27 جمادى الأولى", "27 Jumada al-Awwal"),
        ("فيروس العوز المناعي", "HIV"),
    ],
)
def test_names_in_another_form_of_the_word(source, text):
    assert strange_names(source, text) == []


@pytest.mark.parametrize("source, text", [
    ("يوم 3 نوفمبر", "on Nov. 3"),
    ("في نوفمبر وديسمبر", "in Nov-Dec"),
    ("هيئة الاتصالات الأسترالية", "the ACMA"),
    ("مفوض الاتحاد الأفريقي", "the AU commissioner"),
    ("كلف 20 مليون ريال سعودي", "It cost SR20m"),
    ("الجهة اليمنى", "the right side"),
])  # fmt: skip
def test_names_that_stand_in_another_form_are_not_missing(source, text):
    assert missing_names(source, text) == []


@pytest.mark.parametrize("source, text", [
    ("تصميم بلاين جيت للمراوح", "the Blainjet design of rotors"),
    ("قال مراح عبد الحفيظ إنه", "Merrah Abdelhafid said he"),
    ("منطقة التجارة الحرة للقارة الإفريقية", "joined the AfCFTA"),
])  # fmt: skip
def test_names_of_two_words_and_acronyms_are_not_invented(source, text):
    assert strange_names(source, text) == []


def test_a_name_that_the_model_was_given_is_explained():
    assert strange_names("مجموعة داسو للصناعات", "the Dassault group") == ["Dassault"]
    assert strange_names("مجموعة داسو للصناعات", "the Dassault group", ["Dassault Aviation"]) == []


def test_a_word_of_a_hundred_thousand_letters_takes_no_longer_than_as_many_words():
    start = time.process_time()
    assert missing_names("ك" * 100_000, "The text.") == []
    assert time.process_time() - start < 2

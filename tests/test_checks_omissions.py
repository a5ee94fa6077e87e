"""Parts of the source that the English leaves out. The sentences are made up."""

import pytest

from mt.checks.omissions import find_omission, lost_quotation

SOURCE = (
    "أعلن وزير الخارجية المصري أن الحكومة ستعقد اجتماعا مع الاتحاد الأوروبي الأسبوع المقبل، "
    "وأكد أن بلاده تدعم الحل السياسي للأزمة في سوريا وترفض التدخل العسكري."
)
WHOLE = (
    "The Egyptian foreign minister announced that the government will hold a meeting with the European Union next "
    "week, "
    "and stressed that his country supports a political solution to the crisis in Syria and rejects military "
    "intervention."
)


@pytest.mark.parametrize("text", [
    WHOLE,
    "Egypt's foreign minister said the government would meet the European Union next week, stressing that his country "
    "backs a political settlement of the Syrian crisis and opposes any military intervention.",
])  # fmt: skip
def test_a_whole_translation_leaves_nothing_out(text):
    assert find_omission(SOURCE, text) is None


@pytest.mark.parametrize("source, text", [
    ("وصل ثلاثة وعشرون ألفا وأربعمئة وستة وخمسون لاجئا.", "23,456 refugees arrived."),
    ("بلغت الميزانية ثلاثة مليارات ونصف المليار يورو.", "The budget is €3.5 billion."),
    ("تتراوح التكلفة من ثلاثة إلى خمسة ملايين دولار.", "It costs $3m-$5m."),
    ("تغلب فريق القادسية على فريق الزوراء بنتيجة 5-3.", "Qadisiya beat Al-Zawraa 5-3."),
])  # fmt: skip
def test_what_english_says_in_few_signs_is_not_left_out(source, text):
    assert find_omission(source, text) is None


def test_words_of_a_missing_end_do_not_count_where_they_stand_for_others():
    source = "قالت وزارة الصحة إن اللقاح وصل إلى المستشفيات في المدينة، وأضافت الوزارة أن المدينة تحتاج إلى لقاح جديد."
    text = "The health ministry said the vaccine had reached the hospitals in the city"
    assert find_omission(source, f"{text}, and the ministry added that the city needs a new vaccine.") is None
    assert find_omission(source, f"{text}.") is not None


def test_a_missing_end_is_found_even_when_the_sentence_is_closed():
    found = find_omission(SOURCE, WHOLE.partition(", and")[0] + ".")
    assert found is not None
    assert found.text.endswith("وترفض التدخل العسكري")
    assert "الخارجيه" not in found.text


def test_a_short_missing_end_takes_less_evidence_than_a_run_inside():
    found = find_omission(SOURCE, WHOLE.partition(" to the crisis")[0] + ".")
    assert found is not None
    assert 2.3 < found.evidence < 4.5


def test_a_missing_middle_is_found():
    found = find_omission(
        SOURCE, "The Egyptian foreign minister announced that his country rejects military intervention."
    )
    assert found is not None
    assert "الاوروبي" in found.text


def test_short_and_foreign_sources_say_nothing():
    assert find_omission("كلمة قصيرة", "") is None
    assert find_omission("English only, no word of Arabic", "One") is None


@pytest.mark.parametrize(
    ("english", "lost"),
    [
        ("He added that the company will continue.", "النور"),
        ("He added that Al-Nour will continue.", ""),
        ("He added that the “company” will continue.", ""),
    ],
)
def test_a_quoted_name_that_is_left_out_is_told(english, lost):
    assert lost_quotation("مضيفا أن الشركة «النور» ستستمر.", english) == lost


@pytest.mark.parametrize(
    ("english", "lost"),
    [
        ("The minister said, “We will not go back on the decision,” adding that the company will continue.", "النور"),
        ("The minister's view is that they won't go back on the decision, and the company will continue.", "النور"),
        ("The minister said, “We will not go back on it,” adding that the company “Light” will continue.", ""),
    ],
)
def test_the_quotation_of_a_sentence_is_not_that_of_a_name(english: str, lost: str) -> None:
    source = "قال الوزير: «لن نتراجع عن هذا القرار أبدا»، مضيفا أن الشركة «النور» ستستمر."
    assert lost_quotation(source, english) == lost

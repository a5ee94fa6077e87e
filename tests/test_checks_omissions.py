"""Parts of the source that the English leaves out. The sentences are made up."""

import pytest

from mt.checks.omissions import find_omission

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


def test_a_missing_end_is_found_even_when_the_sentence_is_closed():
    found = find_omission(SOURCE, WHOLE.partition(", and")[0] + ".")
    assert found is not None
    assert found.text.endswith("وترفض التدخل العسكري")
    assert "الخارجيه" not in found.text


def test_a_short_missing_end_takes_less_evidence_than_a_run_inside():
    found = find_omission(SOURCE, WHOLE.partition(" to the crisis")[0] + ".")
    assert found is not None
    assert 3.5 < found.evidence < 5.5


def test_a_missing_middle_is_found():
    found = find_omission(
        SOURCE, "The Egyptian foreign minister announced that his country rejects military intervention."
    )
    assert found is not None
    assert "الاوروبي" in found.text


def test_short_and_foreign_sources_say_nothing():
    assert find_omission("كلمة قصيرة", "") is None
    assert find_omission("English only, no word of Arabic", "One") is None

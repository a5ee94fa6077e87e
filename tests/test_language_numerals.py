"""Numbers by their meaning. The sentences are made up."""

import pytest

from mt.language.numerals import arabic_numerals, english_numerals, unmatched


def first(numerals):
    return [numeral.values[0] for numeral in numerals if numeral.sure]


@pytest.mark.parametrize("text, values", [
    ("٢٠١٦ و35", [2016, 35]),
    ("1,250,000 و1,5 و١٢٫٥ و١٢٬٥٠٠", [1_250_000, 1.5, 12.5, 12_500]),
    ("ثلاثة وعشرون طالبا", [23]),
    ("خمسة وسبعة", [5, 7]),
    ("مئتا ألف", [1000.0 * 200]),
    ("مائتان ومئتين", [200, 200]),
    ("ألفين", [2000]),
    ("ألف وتسعمائة وثمانية وأربعون", [1948]),
    ("ثلاث مئة", [300]),
    ("3 ملايين", [3e6]),
    ("2.5 مليار دولار", [2.5e9]),
    ("مليوني ناخب", [2e6]),
    ("مليونان ونصف المليون", [2.5e6]),
    ("26 ألفا و500 شخص", [26_500]),
    ("مليون و200 ألف", [1.2e6]),
    ("15 و20", [15, 20]),
    ("خمسة عشر عاما", [15]),
    ("القرن التاسع عشر", []),
    ("في الخامس والعشرين", [25]),
    ("46 في المئة، 7 بالمائة، 9%", [46, 7, 9]),
    ("بلغ 15 .224 نقطة", [224.15]),
    ("آلاف الأشخاص وملايين", []),
    ("اثنين أو واحد", []),
    ("لست أدري كمية", []),
    ("يناير/ كانون الثاني", [-1, -1]),
    ("جانفي وحزيران وغشت", [-1, -6, -8]),
])  # fmt: skip
def test_arabic_numbers(text, values):
    assert sorted(first(arabic_numerals(text))) == sorted(values)


@pytest.mark.parametrize("text, values", [
    ("In 2016, 35 of 1,250,000", [2016, 35, 1_250_000]),
    ("twenty-three pupils", [23]),
    ("two hundred and fifty thousand", [250_000]),
    ("$2.5bn, 3 million, 7m", [2.5e9, 3e6, 7e6]),
    ("a hundred and five", [105]),
    ("one million two hundred thousand", [1_200_000]),
    ("four dozen", [48]),
    ("the 19th century, the twenty-first, the third", [19]),
    ("one or two", []),
    ("In May 2015 he may march in March.", [-5, -3, 2015]),
    ("She may go. May she?", []),
    ("hundreds of thousands", []),
])  # fmt: skip
def test_english_numbers(text, values):
    assert sorted(first(english_numerals(text))) == sorted(values)


@pytest.mark.parametrize("source, text", [
    ("قبل ثلاث سنوات", "three years ago"),
    ("في 3 ملايين", "in 3,000,000"),
    ("2.5 مليار", "2,500 million"),
    ("في التسعينيات", "in the 1990s"),
    ("القرن العشرين", "the 20th century"),
    ("القرن التاسع عشر", "the nineteenth century"),
    ("في 3/11/2016", "on November 3, 2016"),
    ("26 ألفا و500", "26,500"),
    ("نصف مليون", "half a million"),
    ("الدورة الثالثة", "the third session"),
    ("6ر24 بالمئة", "24.6 percent"),
    ("قمة ثلاثية", "a summit of three"),
    ("مجموعة العشرين", "the G20"),
    ("في نيسان/أبريل", "in April"),
    ("كوفيد-19", "Covid-19"),
    ("ساعة ونصف", "1.5 hours"),
    ("تضاعف ثلاث مرات", "tripled"),
    ("1.500 شخص", "1,500 people"),
])  # fmt: skip
def test_the_same_number_in_other_words(source, text):
    here, there = arabic_numerals(source), english_numerals(text)
    assert (unmatched(here, there), unmatched(there, here)) == ([], [])


@pytest.mark.parametrize("source, text, missing, invented", [
    ("3 ملايين", "3 billion", ["3 ملايين"], ["3 billion"]),
    ("ثلاثة وعشرون", "twenty-four", ["ثلاثه وعشرون"], ["twenty four"]),
    ("في مارس 2016", "in March 2017", ["2016"], ["2017"]),
    ("في نيسان", "in May", ["نيسان"], ["May"]),
    ("خمسة جنود", "soldiers", ["خمسه"], []),
    ("جنود", "12 soldiers", [], ["12"]),
    ("نحو 2.5 مليار", "about 2.5 million", ["2.5 مليار"], ["2.5 million"]),
])  # fmt: skip
def test_another_number(source, text, missing, invented):
    here, there = arabic_numerals(source), english_numerals(text)
    assert [q.text for q in unmatched(here, there)] == missing
    assert [q.text for q in unmatched(there, here)] == invented

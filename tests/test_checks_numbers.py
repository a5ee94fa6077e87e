"""What a number means in both languages: duals, bounds, prefixes of units, halves of the day, marks of thousands."""

import pytest

from mt.checks import check_numbers


@pytest.mark.parametrize(
    ("source", "english", "names"),
    [
        ("استمر الإضراب أسبوعين.", "The strike lasted three weeks.", ["number-missing", "number-invented"]),
        ("استمر الإضراب أسبوعين.", "The strike lasted weeks.", ["number-missing"]),
        ("سجل هدفين في المباراة.", "He scored goals in the match.", ["number-missing"]),
        ("للأطفال دون سن 12 عاما", "for children over the age of 12", ["number-differs"]),
        ("لمن هم فوق سن الستين", "for those under the age of sixty", ["number-differs"]),
        ("تحت 18 عاما", "more than 18 years", ["number-differs"]),
        ("تبلغ قدرة المحطة 500 ميغاواط", "The station's capacity is 500 GW.", ["number-differs"]),
        ("تبلغ قدرة المحطة 500 ميجا وات", "The station's capacity is 500 kilowatts.", ["number-differs"]),
        ("سعة 64 غيغابايت", "64MB of storage", ["number-differs"]),
        ("بتردد 5 كيلوهرتز", "a frequency of 5 megahertz", ["number-differs"]),
        ("سعة 64 GB", "64 megabytes of storage", ["number-differs"]),
        ("قوة القنبلة 3 كيلوطن", "a bomb of 3 megatons", ["number-differs"]),
        ("الساعة 00:30", "at 12:30 p.m.", ["number-differs"]),
        ("في الساعة 13:30", "at 1:30 a.m.", ["number-differs"]),
        ("من السادسة صباحا حتى الرابعة عصرا", "from 6 a.m. to four o'clock", ["number-differs"]),
        ("بلغ السعر 1,250 دولارا", "The price was 1.25 dollars", ["number-missing", "number-invented"]),
        ("أنتج المصنع 2,400 سيارة", "The factory made 2.400 cars", ["number-missing", "number-invented"]),
    ],
)
def test_a_number_that_means_something_else_is_told(source: str, english: str, names: list[str]) -> None:
    assert [flag.name for flag in check_numbers(source, english)] == names


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("استمر الإضراب أسبوعين.", "The strike lasted a fortnight."),
        ("قبل يومين", "a couple of days ago"),
        ("خلال شهرين", "within a couple of months"),
        ("فاز باللقب مرتين", "He won the title twice."),
        ("للصحفيين والأمناء العامين", "to journalists and secretaries-general"),
        ("يومي 20 و21 يناير", "on 20 and 21 January"),
        ("دون سن 18 عاما", "under the age of 18"),
        ("تبلغ قدرة المحطة 500 ميغاواط", "The station's capacity is 500 MW."),
        ("أنتجت 500 ميغاواط ساعة", "It produced 500 MWh."),
        ("سعة 64 غيغابايت", "64GB of storage"),
        ("الساعة 00:30", "at 12:30 a.m."),
        ("الساعة 00:30", "half past midnight, 00:30"),
        ("في الساعة 13:30", "at 1:30 p.m."),
        ("من الخامسة مساء إلى السابعة مساء", "from five to 7 p.m."),
        ("بلغ السعر 1,250 دولارا", "The price was $1,250"),
        ("بلغ السعر 1.250 دولارا", "The price was 1,250 dollars"),
        ("نحو 1,250 مليون دينار", "about 1.25 million dinars"),
        ("زيادة 1,250%", "an increase of 1.25%"),
    ],
)
def test_a_number_in_other_words_is_not_told(source: str, english: str) -> None:
    assert check_numbers(source, english) == ()


@pytest.mark.parametrize("source", ["شارك مئتا متطوع", "شارك مِئتا متطوع", "شارك مائتا متطوع"])
def test_two_hundred_is_not_the_company(source: str) -> None:
    assert check_numbers(source, "Two hundred volunteers took part") == ()
    assert [flag.name for flag in check_numbers(source, "Volunteers took part")] == ["number-missing"]
    assert check_numbers("أعلنت شركة ميتا خسائرها", "Meta announced its losses") == ()


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("تضاعفت الأسعار خلال عام.", "Prices tripled within a year."),
        ("ارتفعت الصادرات إلى الضعف.", "Exports rose threefold."),
        ("زاد الإنتاج ثلاثة أضعاف.", "Output doubled."),
        ("زاد الإنتاج أربع مرات.", "Output grew tenfold."),
    ],
)
def test_another_multiple_is_told(source: str, english: str) -> None:
    assert "number-differs" in [flag.name for flag in check_numbers(source, english)]


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("تضاعفت الأسعار خلال عام.", "Prices doubled within a year."),
        ("ارتفعت الصادرات إلى الضعف.", "Exports rose twofold."),
        ("زاد الإنتاج إلى ثلاثة أضعاف.", "Output tripled."),
        ("تضاعف العدد أربع مرات.", "The number quadrupled."),
        ("يعاني الفريق من ضعف الدفاع وخسر ثلاث مرات.", "The team has a weak defence and lost three times."),
        ("ضاعفت الحكومة جهودها.", "The government redoubled its efforts."),
    ],
)
def test_the_same_multiple_is_not_told(source: str, english: str) -> None:
    assert "number-differs" not in [flag.name for flag in check_numbers(source, english)]


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("في 24 أيلول 1759 وقع العقد.", "On September 1759, 24, he signed the contract."),
        ("ولد في 17 سبتمبر 2007 ووزنه 7 أرطال.", "Born on September 7, 2007, he weighed 17 pounds."),
        ("في الثامن من يوليو ضرب زلزال على بعد 150 ميلا.", "On July 15 an earthquake struck 150 miles away, the 8th."),
    ],
)
def test_another_day_of_a_month_is_told(source: str, english: str) -> None:
    assert "number-differs" in [flag.name for flag in check_numbers(source, english)]


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("من 17 إلى 19 سبتمبر 2007", "September 17-19, 2007"),
        ("انظر الفقرة 139 أدناه", "see para. 139 below"),
        ("لن يكون هناك أبدا أكثر من 21 مليونا", "there will never be more than 21 million"),
        ("ما بين 85 -90 في المئة من المخزون", "between 85 and 90 percent of the stock"),
        ("في 24 و25 أيلول", "on September 24 and 25"),
        ("في 24 أيلول 1759", "on the 24th of September, 1759"),
        ("في 24 أيلول 2015 قتل 24 شخصا.", "In September 24, 2015, 24 people were killed."),
    ],
)
def test_the_same_day_of_a_month_is_not_told(source: str, english: str) -> None:
    assert "number-differs" not in [flag.name for flag in check_numbers(source, english)]

"""Numbers by their meaning. The sentences are made up, after kinds of faults that users of such systems reported."""

import pytest

from mt.language.arabic_numbers import arabic_numbers
from mt.language.english_numbers import english_numbers
from mt.language.numbers import differing, said_less_often, unmatched


def first(numbers):
    """The likeliest readings of what is sure: values, and months as (calendar, number)."""
    sure = [number for number in numbers if number.sure]
    return [float(number.value) for number in sure if number.values], [number.month for number in sure if number.month]


@pytest.mark.parametrize("text, values", [
    ("٢٠١٦ و35", [2016, 35]),
    ("1,250,000 و1,5 و١٢٫٥ و١٢٬٥٠٠", [1_250_000, 1.5, 12.5, 12_500]),
    ("ثلاثة وعشرون طالبا", [23]),
    ("خمسة وسبعة", [5, 7]),
    ("ثلاثة وثلاثين مليون نسمة", [33e6]),
    ("مئتين وثلاثين ألف مسافر", [230_000]),
    ("سبعمائة وخمسة وعشرون ألفا وثلاثمائة", [725_300]),
    ("مئة وخمسين مليون دولار", [150e6]),
    ("ثلاثة ملايين وخمسمئة ألف", [3.5e6]),
    ("12 ألفا و 500 قتيل", [12_500]),
    ("ثمانمئة و عشرون عداء", [820]),
    ("5 ملايين و نصف المليون سيارة", [5.5e6]),
    ("نصف مليار وربع مليون", [5e8, 250_000]),
    ("ثلاثة أرباع المليون", [750_000]),
    ("ثلاثة أرباع الأطفال وثلثي السكان", [0.75, 2 / 3]),
    ("خمس السكان وخمس سنوات", [0.2, 5]),
    ("1 234 567 مترشحا و12 500 و3\u202f000", [1_234_567, 12_500, 3000]),
    ("عام 2016 500 شخص", [2016, 500]),
    ("ألف مليار", [1e12]),
    ("كمية كبيرة", []),
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
])  # fmt: skip
def test_arabic_numbers(text, values):
    assert sorted(first(arabic_numbers(text))[0]) == sorted(values)


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
    ("between one million and two million", [1e6, 2e6]),
    ("between two hundred and three hundred", [200, 300]),
    ("two million and three hundred thousand", [2.3e6]),
    ("half a million, two and a half million, a million and a half", [500_000, 2.5e6, 1.5e6]),
    ("5 and a half million", [5.5e6]),
    ("three quarters, two-thirds of a million, 3/4, one in five", [0.75, 2e6 / 3, 0.75, 0.2]),
    ("half a dozen or four dozen", [6, 48]),
    ("twenty, three", [20, 3]),
    ("1 234 567 people", [1_234_567]),
    ("In May 2015 he may march in March.", [2015]),
    ("She may go. May she?", []),
    ("hundreds of thousands", []),
])  # fmt: skip
def test_english_numbers(text, values):
    assert sorted(first(english_numbers(text))[0]) == sorted(values)


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
    ("أنتجت مليونا برميل", "It produced two million barrels"),
    ("بلغ العدد مليونا", "The number reached one million"),
    ("بين مليون ومليوني شخص", "between one million and two million people"),
    ("من 5 إلى 7 ملايين دولار", "from $5 million to $7 million"),
    ("من 5 إلى 7 ملايين دولار", "from 5 to 7 million dollars"),
    ("فاز بثلاثة أهداف مقابل هدف", "won 3-1"),
    ("فاز بهدفين دون رد", "won 2-0"),
    ("بالتعادل السلبي بدون أهداف", "in a goalless 0-0 draw"),
    ("نصف مليار دولار", "$500 million"),
    ("الساعة الثامنة والنصف مساء", "at 8:30 p.m."),
    ("الساعة الثامنة إلا ربعا مساء", "at 7:45 p.m."),
    ("الساعة التاسعة والربع صباحا", "at a quarter past nine in the morning"),
    ("في الثامنة وعشر دقائق صباحا", "at 8:10 a.m."),
    ("الساعة 20:30 بتوقيت غرينتش", "at 2030 GMT"),
    ("الساعة 20:30", "at 8:30 p.m."),
    ("عند الساعة 6.17", "at 6:17"),
    ("ثلاثة أرباع السكان", "75 percent of the population"),
    ("ثلثا المقاعد", "two-thirds of the seats"),
    ("ثلثا المقاعد", "66.7% of the seats"),
    ("75% من السكان", "three quarters of the population"),
    ("خمس السكان", "one in five of the population"),
    ("ثلاثة أيام ونصف", "3.5 days"),
    ("في 15 كانون ثاني 2024", "on January 15, 2024"),
    ("في 12 كانون 2 2024 و3 تشرين الأول", "on January 12, 2024 and October 3"),
    ("في 11 تشرين ثان", "on 11 November"),
    ("١٥ تشرین اول", "15 October"),
    ("في 5 جويلية و6 غشت و7 نونبر و8 دجنبر", "on 5 July, 6 August, 7 November and 8 December"),
    ("في 5 فيفري و3 أفريل و2 جانفي", "on 5 February, 3 April and 2 January"),
    ("12 صفر 1446 هـ و4 محرم 1447هـ", "12 Safar 1446 and 4 Muharram 1447"),
    ("في 3 رجب و٩ شعبان", "on 3 Rajab and 9 Sha'ban"),
    ("27 جمادى الأولى", "27 Jumada al-Ula"),
    ("27 جمادى الآخرة و3 ذي القعدة و4 ذو الحجة", "27 Jumada II, 3 Dhu al-Qa'dah and 4 Dhul Hijjah"),
    ("على الرقم 920033360", "on 920033360"),
    ("هاتف 0096170123456", "phone +961 70 123 456"),
])  # fmt: skip
def test_the_same_number_in_other_words(source, text):
    here, there = arabic_numbers(source), english_numbers(text)
    assert (unmatched(here, there), unmatched(there, here)) == ([], [])


@pytest.mark.parametrize("source, text, missing, invented", [
    ("3 ملايين", "3 billion", ["3 ملايين"], ["3 billion"]),
    ("ثلاثة وعشرون", "twenty-four", ["ثلاثة وعشرون"], ["twenty-four"]),
    ("في مارس 2016", "in March 2017", ["2016"], ["2017"]),
    ("في نيسان", "in May", ["نيسان"], ["May"]),
    ("خمسة جنود", "soldiers", ["خمسة"], []),
    ("جنود", "12 soldiers", [], ["12"]),
    ("ثلاثة وثلاثين مليون", "three or thirty million", ["ثلاثة وثلاثين مليون"], ["three", "thirty million"]),
    ("مئتين وثلاثين ألف مسافر", "two hundred and 30,000", ["مئتين وثلاثين ألف"], ["two hundred", "30,000"]),
    ("12 ألفا و 500", "22,000 and 500", ["12 ألفا و 500"], ["22,000"]),
    ("ثلاثة أرباع الأطفال", "three children", ["ثلاثة أرباع"], []),
    ("يعيش خمس السكان", "Five populations live", ["خمس"], ["Five"]),
    ("بلغ 104582790 نسمة", "It is 104,582,999", ["104582790"], ["104,582,999"]),
    ("هاتف 0096170123456", "phone 0096170123999", ["0096170123456"], ["0096170123999"]),
    ("على الرقم 920033360", "on 920,033,360", ["920033360"], ["920,033,360"]),
    ("الحساب رقم SA4420000001234567891234", "account SA4,420,000,001,234,567,891,234",
     ["SA4420000001234567891234"], ["4,420,000,001,234,567,891,234"]),
    ("الإصدار 2.10.3", "version 2.10.4", ["2.10.3"], ["2.10.4"]),
    ("في السابع من تشرين الأول", "in October", ["السابع"], []),
    ("في 15 رمضان 1445", "on 15 Shawwal 1445", ["رمضان"], ["Shawwal"]),
    ("12 صفر 1446 هـ", "September 12, 1446", ["صفر"], ["September"]),
    ("1 234 567 مترشحا", "1,567 candidates", ["1 234 567"], ["1,567"]),
    ("نحو 2.5 مليار", "about 2.5 million", ["2.5 مليار"], ["2.5 million"]),
])  # fmt: skip
def test_another_number(source, text, missing, invented):
    here, there = arabic_numbers(source), english_numbers(text)
    assert [q.text for q in unmatched(here, there)] == missing
    assert [q.text for q in unmatched(there, here)] == invented


@pytest.mark.parametrize("source, text", [
    ("في أول مارس", "On 1 March"),
    ("أكتوبر/ تشرين الثاني", "October"),
    ("من نوفمبر إلى شباط", "Nov-Feb"),
    ("إلى سيكس فلاجز", "headed to Six Flags"),
    ("سفنتي سيكسرز", "the 76ers"),
    ("ثمن النهائي", "the round of 16"),
    ("بعد أسبوعين", "14 days later"),
])  # fmt: skip
def test_names_and_dates_that_bring_no_number(source, text):
    here, there = arabic_numbers(source), english_numbers(text)
    assert not unmatched(here, there)
    assert not unmatched(there, here)


@pytest.mark.parametrize("source, text, lacking", [
    ("وزنه 17 رطلا وطوله 17 بوصة", "It weighs 17 pounds", ["17", "17"]),
    ("بين 56 × 56", "56 by mm", ["56", "56"]),
    ("بين 56 × 56", "56 by 56 mm", []),
    ("قتل 5 هنا و5 هناك", "Five each were killed here and there", []),
    ("3/3/2016", "3 March 2016", []),
    ("في ثلاثة وثلاثة", "in three", []),
])  # fmt: skip
def test_one_of_two_equal_numbers(source, text, lacking):
    assert [n.text for n in said_less_often(arabic_numbers(source), english_numbers(text), text)] == lacking


@pytest.mark.parametrize("text, months", [
    ("يناير/ كانون الثاني", [1, 1]),
    ("جانفي وحزيران وغشت", [1, 6, 8]),
    ("قيمة صفر، والسيد رجب، والشهر المحرم", [1]),
    ("شهر صفر ومطلع رجب", [2, 7]),
])  # fmt: skip
def test_arabic_months(text, months):
    assert first(arabic_numbers(text))[1] == months


@pytest.mark.parametrize("text, months", [
    ("In May 2015 he may march in March.", [5, 3]),
    ("She may go. May she?", []),
    ("3 Sha'ban, 15 Dhul-Hijjah and Rabi al-Awwal", [8, 12, 3]),
])  # fmt: skip
def test_english_months(text, months):
    assert first(english_numbers(text))[1] == months


def differences(source, text):
    here, there = arabic_numbers(source), english_numbers(text)
    return [(d.here.text.split()[0], d.there.text.split()[0]) for d in differing(here, there, source, text)]


@pytest.mark.parametrize("source, text, found", [
    ("افتتح المراكز عند الساعة 8 صباحا", "He opened the centres at 8 p.m.", [("8", "8")]),
    ("تغلق عند الساعة 7 مساء", "They close at 7 a.m.", [("7", "7")]),
    ("في الساعة 6:30 صباحا", "at 6:30 p.m. local time", [("6:30", "6:30")]),
    ("عند الساعة 3 فجرا", "at 3 p.m.", [("3", "3")]),
    ("من السابعة مساء حتى السادسة صباحا", "from 7 p.m. to 6 p.m.", [("السادسة", "6")]),
    ("الساعة الثانية بعد الظهر", "at 2 a.m.", [("الثانية", "2")]),
    ("الساعة 11 ليلا", "at 11 a.m.", [("11", "11")]),
    ("الساعة الواحدة ليلا", "at 1 p.m.", [("الواحدة", "1")]),
    ("الساعة 20:30", "at 8:30 a.m.", [("20:30", "8:30")]),
    ("عند الساعة 7 مساء", "at seven", [("7", "seven")]),
    ("ارتفع المؤشر 5 بالمئة", "The index rose 5 points", [("5", "5")]),
    ("ارتفع 5 نقاط مئوية", "It rose 5 points", []),
    ("هبطت إلى -5 درجات", "It fell to 5 degrees", [("5", "5")]),
    ("بين 5 و-3 درجات", "between 5 and 3 degrees", [("3", "3")]),
    ("على مسافة 25 كيلومترا", "25 miles away", [("25", "25")]),
    ("سرعتها 100 كيلومتر في الساعة", "a speed of 100 mph", [("100", "100")]),
    ("40 درجة مئوية", "40 degrees Celsius", []),
    ("بعد ثلاثة أيام", "after three weeks", [("ثلاثة", "three")]),
    ("هدنة من 72 ساعة", "a 72-minute truce", [("72", "72")]),
    ("وزنه 40 كيلوغراما", "It weighs 40 tonnes", [("40", "40")]),
    ("3 أيام و3 أشهر", "3 days and 3 months", []),
    ("من 3 نوفمبر إلى 12 ديسمبر", "from 12 November to 3 December", [("نوفمبر", "December"), ("ديسمبر", "November")]),
    ("في السابع من أيار و8 حزيران", "on 8 May and 7 June", [("أيار", "June"), ("حزيران", "May")]),
    ("ارتفع المؤشر 5 بالمئة", "The index rose by 5", [("5", "5")]),
    ("بلغت قيمة المنحة 5 ملايين ريال", "The grant was worth $5 million", [("5", "5")]),
    ("خسر 300 يورو", "He lost 300 pounds", [("300", "300")]),
    ("هبطت إلى -5 درجات", "reached 5 degrees", [("5", "5")]),
    ("بلغت 5 درجات تحت الصفر", "It was 5 degrees", [("5", "5")]),
    ("قتل ما لا يزيد على 12 شخصا", "More than 12 people were killed", [("12", "12")]),
    ("قتل أكثر من 12 شخصا", "No more than 12 were killed", [("12", "12")]),
    ("لا يقل عن 12", "at most 12", [("12", "12")]),
])  # fmt: skip
def test_the_same_value_with_another_meaning(source, text, found):
    assert differences(source, text) == found


@pytest.mark.parametrize("source, text", [
    ("عند الساعة 8 صباحا", "at 8 in the morning"),
    ("عند الساعة 8 صباحا", "at 8 a.m."),
    ("عند الساعة 12 ظهرا", "at noon"),
    ("الساعة العاشرة ليلا", "at 10 p.m."),
    ("الساعة الواحدة بعد منتصف الليل", "at 1 a.m."),
    ("الساعة 8 مساء", "at 20:00"),
    ("الثامنة من مساء أمس", "at eight yesterday evening"),
    ("5 بالمئة و7%", "5 and 7 percent"),
    ("من 5 إلى 7 في المئة", "from 5% to 7%"),
    ("5 ملايين ريال سعودي", "SAR 5 million"),
    ("5 ملايين ريال", "5 million Saudi riyals"),
    ("20 ألف ليرة", "20,000 pounds"),
    ("هبطت إلى -5 درجات", "fell to minus 5"),
    ("بلغت 5 درجات تحت الصفر", "It was 5 degrees below zero"),
    ("لا يزيد على 12", "no more than 12"),
    ("أكثر من 12", "over 12"),
    ("لا يقل عن 12", "at least 12"),
    ("خسائر بلغت 5 ملايين", "lost 5 million"),
    ("انخفض بنسبة -5 بالمئة", "a drop of 5 percent"),
    ("بين 5 و-3 درجات", "between 5 and -3 degrees"),
    ("مساحتها 50 كيلومترا مربعا", "50 square km"),
    ("5 آلاف طن متري", "5,000 metric tons"),
    ("الطفل البالغ 3 سنوات", "the three-year-old"),
    ("خمسون عاما و10 عقود", "five decades and 100 years"),
    ("5 مم (1/5 بوصة)", "5 mm (1/5 inch)"),
    ("من 3 إلى 5 مارس", "March 3-5"),
    ("من 28 فبراير إلى 2 مارس", "28 February to 2 March"),
])  # fmt: skip
def test_the_same_meaning_in_other_words(source, text):
    assert differences(source, text) == []

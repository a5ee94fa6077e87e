"""Numbers that have changed places, or count another thing than in the source."""

import pytest

from mt.checks import check_numbers, check_support


def told(source: str, english: str) -> str:
    return " ".join(flag.detail for flag in check_numbers(source, english))


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("قتل 30 شخصا وأصيب 12 آخرون في الهجوم.", "12 people were killed and 30 others wounded in the attack."),
        ("أسفر الانفجار عن مقتل ثلاثين شخصا وجرح اثني عشر.", "The blast killed twelve people and wounded thirty."),
        ("ضم الوفد 15 رجلا و4 نساء.", "The delegation comprised 4 men and 15 women."),
        ("تراجع السعر من 70 دولارا إلى 65 دولارا.", "The price fell from 65 dollars to 70 dollars."),
        ("بلغت الأرباح 12 مليون دولار والخسائر 5 ملايين دولار.", "Profits were $5 million and losses $12 million."),
        ("حصل الحزب على 45 مقعدا والمعارضة على 30 مقعدا.", "The party won 30 seats and the opposition 45 seats."),
        ("تتراوح السرعة بين 11 و16 كيلومترا.", "The speed is between 16 and 11 kilometres."),
        ("اعتقل 12 شخصا بعد مقتل 3 جنود.", "3 people were arrested after 12 soldiers were killed."),
        ("اعتقل 14 إثر مقتل 5 مدنيين.", "5 were arrested following the killing of 14 civilians."),
        ("تسير الشركة رحلات إلى 39 وجهة في 30 دولة منذ 2014.", "It flies to 39 destinations in 2014 states since 30."),
        ("ارتفع العدد من 129 مصنعا عام 2000 إلى 268 عام 2011.", "They rose from 129 in 268 to 2000 factories in 2011."),
        ("في عهد الملك سيجونج (1418 - 1450).", "During the reign of King Sejong (1450 – 1418)."),
        ("زار المعرض 500 شخص، وتأسس في 1998.", "1998 people visited the fair, which was founded in 500."),
    ],
)
def test_two_numbers_that_changed_places_are_told(source: str, english: str) -> None:
    assert "have changed places" in told(source, english)


@pytest.mark.parametrize(
    ("source", "english", "thing"),
    [
        ("أصيب 17 شخصا.", "17 people were killed.", "the wounded, the killed"),
        ("وامتنع 9 أعضاء عن التصويت.", "9 members voted against.", "abstentions, votes against or votes cast"),
        (
            "وصوت 128 نائبا لصالح القانون وامتنع 9.",
            "128 MPs voted for the law, and 9 voted.",
            "abstentions, votes cast",
        ),
        ("نجا 5 وقتل 60 راكبا.", "5 were killed and 60 passengers survived.", "the rescued, the killed"),
        ("بقي 14 شخصا مفقودين.", "14 people were rescued.", "the missing, the rescued"),
        ("قتل 9 جنود.", "9 civilians were killed.", "soldiers, civilians"),
        ("اعتقلت الشرطة 20 شابا.", "Police killed 20 young men.", "the arrested, the killed"),
        ("امتنع 13 عضوا عن التصويت.", "It was dismissed by 13 members.", "abstentions, votes against"),
        ("عارضه 21 نائبا وامتنع 8.", "It was opposed by 21 MPs and adopted by 8.", "abstentions, votes for"),
    ],
)
def test_a_number_that_counts_another_thing_is_told(source: str, english: str, thing: str) -> None:
    assert f"counts {thing} in the English" in told(source, english)


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("قتل 30 شخصا وأصيب 12 آخرون في الهجوم.", "The attack wounded 12 people and killed 30."),
        ("صوت لصالحه 57 وامتنع 9 عن التصويت.", "57 voted in favour, with 9 abstentions."),
        ("قتل 30 وجرح 12.", "There were 30 dead and 12 wounded."),
        ("قتل وجرح 30 شخصا.", "30 people were killed or wounded."),
        ("في عام 2015 قتل 30 شخصا.", "30 people were killed in 2015."),
        ("خسر الفريق أمام ضيفه 1-3.", "The team lost 3-1 to its visitors."),
        ("قتل 9 من رجال الشرطة.", "9 policemen were killed."),
        ("خفض السعر من 50 دولارا إلى 20 دولارا.", "The price was cut to 20 dollars from 50 dollars."),
        ("ارتفع السعر إلى 120 دولارا بنسبة 5%.", "The price rose 5% to $120."),
        ("يقرض 5 مليارات دولار في السنوات الثلاث المقبلة.", "It lends $5 billion over the next three years."),
        ("صوت المجلس يوم 23 نوفمبر على القانون.", "Parliament voted on November 23 on the law."),
        ("فازت 101-98 على ضيفتها.", "It beat its visitors 101-98."),
        ("حضره 2019 شخصا في 30 مدينة.", "It was attended by 2019 people in 30 cities."),
        ("مقاس الصورة 10*15 سم.", "The picture is 15*10 cm."),
        ("وقالت اللاعبة (26 عاما): قلبت تأخري 2-4.", "I came back from 2-4 down, said the player (26)."),
        ("فاز بالجائزة 14 طالبا من بين 51 مشاركا.", "Of 51 participants, 14 students won the prize."),
    ],
)
def test_what_only_stands_elsewhere_is_not_told(source: str, english: str) -> None:
    assert told(source, english) == ""


ARTICLE = (
    "The attack killed 30 people and wounded 12 others, officials said.",
    "The party won 45 seats in the south while the opposition won 32 seats.",
    "Nine members voted against the bill and four abstained.",
    "Prices fell from 70 dollars to 65 dollars in June.",
)


def doubted(sentence: str) -> str:
    return " ".join(flag.detail for flag in check_support(sentence, " ".join(ARTICLE), ARTICLE))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("12 people were killed and 30 wounded.", "12 and 30 (the other way round in the article)"),
        ("The opposition won 45 seats and the party 32.", "45 and 32 (the other way round in the article)"),
        ("Prices fell from 65 dollars to 70 dollars.", "65 and 70 (the other way round in the article)"),
        ("Twelve people died in the attack.", "Twelve (in the article, it counts the wounded)"),
        ("Four members voted against it.", "Four (in the article, Nine has these words)"),
    ],
)
def test_a_summary_that_gives_a_number_to_something_else_is_told(sentence: str, told: str) -> None:
    assert told in doubted(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The attack wounded 12 people and killed 30.",
        "30 people died, and 12 others were hurt.",
        "While four abstained, nine voted against the bill.",
        "The opposition won 32 seats, the party 45.",
        "In June, prices fell to 65 dollars from 70.",
        *ARTICLE,
    ],
)
def test_a_summary_in_another_order_is_not_told(sentence: str) -> None:
    assert doubted(sentence) == ""

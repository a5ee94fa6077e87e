"""Numbers that have changed places, or count another thing than in the source."""

import pytest

from mt.checks import check_numbers


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
        ("زار المعرض 500 شخص، وتأسس في 1998.", "1998 people visited the fair, which was founded in 500."),
    ],
)
def test_two_numbers_that_changed_places_are_told(source: str, english: str) -> None:
    assert "have changed places" in told(source, english)


@pytest.mark.parametrize(
    ("source", "english", "thing"),
    [
        ("أصيب 17 شخصا.", "17 people were killed.", "the wounded, the killed"),
        ("وامتنع 9 أعضاء عن التصويت.", "9 members voted against.", "abstentions, votes against"),
        ("قتل 9 جنود.", "9 civilians were killed.", "soldiers, civilians"),
        ("اعتقلت الشرطة 20 شابا.", "Police killed 20 young men.", "the arrested, the killed"),
    ],
)
def test_a_number_that_counts_another_thing_is_told(source: str, english: str, thing: str) -> None:
    assert f"counts {thing} in the English" in told(source, english)


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("قتل 30 شخصا وأصيب 12 آخرون في الهجوم.", "The attack wounded 12 people and killed 30."),
        ("قتل 30 وجرح 12.", "There were 30 dead and 12 wounded."),
        ("قتل وجرح 30 شخصا.", "30 people were killed or wounded."),
        ("في عام 2015 قتل 30 شخصا.", "30 people were killed in 2015."),
        ("خسر الفريق أمام ضيفه 1-3.", "The team lost 3-1 to its visitors."),
        ("قتل 9 من رجال الشرطة.", "9 policemen were killed."),
        ("مقاس الصورة 10*15 سم.", "The picture is 15*10 cm."),
        ("وقالت اللاعبة (26 عاما): قلبت تأخري 2-4.", "I came back from 2-4 down, said the player (26)."),
        ("فاز بالجائزة 14 طالبا من بين 51 مشاركا.", "Of 51 participants, 14 students won the prize."),
    ],
)
def test_what_only_stands_elsewhere_is_not_told(source: str, english: str) -> None:
    assert told(source, english) == ""

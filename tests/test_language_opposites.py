"""Words of which there are two, and whether a verb is active or passive."""

import pytest

from mt.checks import check_ending, check_opposites


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("انتصر الجيش في المعركة.", "The army was defeated in the battle."),
        ("انتصر الفريق في مباراته الأخيرة.", "The team suffered a heavy defeat in its last match."),
        ("فاز المنتخب في المباراة.", "The team was badly beaten in the match."),
        ("فازت في النهائي.", "She slumped to a 6-3, 6-2 defeat in the final."),
    ],
)
def test_a_defeat_that_is_suffered_is_no_victory(source: str, english: str) -> None:
    assert check_opposites(source, english) is not None


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("انتصر الجيش على المتمردين.", "The army defeated the rebels."),
        ("انتصر الجيش على المتمردين.", "The rebels were defeated by the army."),
        ("فازت فرنسا على البرازيل.", "France inflicted a defeat on Brazil, the winners of 2002."),
        ("خسر الفريق في المباراة.", "The team was beaten in the match."),
        ("ساهم في الانتصار على العدو.", "He contributed to the defeat of the enemy."),
    ],
)
def test_who_defeats_has_won(source: str, english: str) -> None:
    assert check_opposites(source, english) is None


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("بدأ الاجتماع أمس في العاصمة.", "The meeting ended yesterday in the capital."),
        (
            "يهدف إلى زعزعة الاستقرار وتمزيق وحدة البلد.",
            "It aims to destabilize and to consolidate its unity.",
        ),
        ("يعمل الحمض على إنقاص وزن الأشخاص.", "The acid works to increase people's weight."),
        ("قال وزير الداخلية إن التحقيق مستمر.", "The foreign minister said the inquiry was going on."),
        ("عند أعلى مستوى له هذا الشهر", "at its lowest level this month"),
        ("أدانت الجامعة العربية القرار.", "The Arab League welcomed the resolution."),
        ("أعلن تعيين المدير.", "The director's dismissal was announced."),
        ("قتل جنود في موقع عسكري.", "People were killed at a civilian post."),
        ("كسب الفريق مباراته الثالثة.", "The team lost its third match."),
        ("اتفق الطرفان على وقف النار.", "The two sides refused a ceasefire."),
        ("في الجولة الأخيرة من المحادثات", "in the next round of the talks"),
        ("سيرتفع السعر في العام التالي.", "The price will fall in the following year, he added."),
    ],
)
def test_the_other_of_two_is_told(source: str, english: str) -> None:
    assert check_opposites(source, english) is not None


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("بدا الرئيس متعبا في نهاية اللقاء.", "The president seemed tired at the end of the meeting."),
        ("وبالتالي ارتفعت الأسعار منذ العام الماضي.", "Prices have therefore risen since last year."),
        ("عقد الاجتماع المنعقد أمس بموافقة الجميع.", "The meeting, allowed by all, was held yesterday."),
        ("قال أيمن إن إسرائيل لم ترد.", "Ayman said Israel had not responded."),
        (
            "قال وزير الخارجية إن التحقيق مستمر في لندن.",
            "The foreign minister said in London that it goes on.",
        ),
        ("المسجد الأقصى", "the al-Aqsa Mosque, no less"),
        ("مدد الحظر الذي فرضه البنك.", "The bank extended the ban."),
        ("وزادت: لا نريد أن نفقد دراستنا.", "She added: we do not want to lose our studies."),
    ],
)
def test_words_that_look_like_one_of_two_are_not_told(source: str, english: str) -> None:
    assert check_opposites(source, english) is None


@pytest.mark.parametrize(
    "english",
    ["He said that he had spoken to the", "He said that he had spoken to the.", "Talks with Iran and.", "It will be"],
)
def test_no_sentence_ends_with_an_article_or_a_conjunction(english: str) -> None:
    flag = check_ending("قال إنه تحدث مع الوزير.", english)
    assert flag is not None
    assert flag.name == "cut-off"


@pytest.mark.parametrize(
    "english", ["This is something to be proud of.", "The man he spoke to.", "He needs vitamin A.", "What he could."]
)
def test_a_preposition_or_a_letter_may_end_a_sentence(english: str) -> None:
    assert check_ending("قال إنه تحدث مع الوزير.", english) is None

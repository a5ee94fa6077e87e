"""Words of which a text names one or another, and qualifiers, compared between source and translation."""

from importlib.resources import files

import pytest

from mt.checks import check_translation
from mt.language.folding import fold
from mt.language.kinds import other_members
from mt.language.qualifiers import added_qualifiers, lost_qualifiers
from mt.records import Generated
from mt.summaries.verify import FAULTS, Source, Verifier


def doubts(source, english):
    flags = check_translation(source, Generated(english, -0.1, 20, 20, finished=True))
    return {flag.name: flag.detail for flag in flags if flag.name.startswith(("kind", "qualifier"))}


@pytest.mark.parametrize(
    "source, right, wrong",
    [
        ("فاز المنتخب على اليابان في نصف النهائي.", "The team beat Japan in the semi-final.",
         "The team beat Japan in the quarter-final."),
        ("بلغ الفريق ربع النهائي بعد فوزه على تونس.", "The team reached the last eight after beating Tunisia.",
         "The team reached the final after beating Tunisia."),
        ("حصدت اللاعبة الميدالية الفضية في السباق.", "The athlete won silver in the race.",
         "The athlete won the gold medal in the race."),
        ("حضر نجل الملك حفل الافتتاح في جدة.", "The king's son attended the opening in Jeddah.",
         "The king's brother attended the opening in Jeddah."),
        ("تحطمت مروحية قرب المطار صباح اليوم.", "A helicopter crashed near the airport this morning.",
         "A train crashed near the airport this morning."),
        ("اختطف المسلحون صحفيين من أمام الفندق.", "The gunmen abducted journalists in front of the hotel.",
         "The gunmen killed journalists in front of the hotel."),
        ("قررت المحكمة تأجيل الجلسة إلى الأسبوع المقبل.", "The court put off the session until next week.",
         "The court cancelled the session until next week."),
        ("زاد عدد المدارس الابتدائية في المحافظة.", "The number of elementary schools rose.",
         "The number of secondary schools rose."),
        ("ضرب زلزال قوي جنوب البلاد.", "A strong quake hit the south of the country.",
         "A strong storm hit the south of the country."),
        ("رفض جميع الأعضاء الاقتراح.", "Every member rejected the proposal.",
         "Most members rejected the proposal."),
    ],
)  # fmt: skip
def test_another_one_of_a_kind_is_caught(source, right, wrong):
    assert doubts(source, right) == {}
    assert set(doubts(source, wrong)) == {"kind-differs"}


def test_a_summary_that_names_another_one_of_a_kind_is_caught():
    source = Source(("The bus crashed near a bridge in Lima on Monday.", "A jet landed safely."))
    texts = ["A train crashed near a bridge in Lima.", "A bus crashed near a bridge.", "A plane landed safely."]
    [checked] = Verifier("flag").check([(texts, source)])
    told = [[flag.detail for flag in s.flags if flag.name == "kind-differs"] for s in checked]
    assert told == [["train for bus"], [], []]
    assert "kind-differs" in FAULTS


def test_what_the_arabic_leaves_open_is_not_told():
    for english in ("his brother died", "his sister died", "His siblings died"):
        assert list(other_members(fold("توفي شقيقه أمس"), english)) == []
    assert list(other_members(fold("مات والده"), "His mother died.")) == []  # «والدة» and «والده» fold to one
    # Both are there, if in other words, or neither is.
    assert list(other_members(fold("قتل الجندي وجرح شرطي"), "A soldier was killed and a police officer hurt.")) == []
    assert list(other_members(fold("وصل الوزير"), "He arrived by train.")) == []


@pytest.mark.parametrize(
    "source, right, wrong",
    [
        ("قال وزير الخارجية السابق علي إن الاتفاق قريب.", "Former foreign minister Ali said a deal is near.",
         "Foreign minister Ali said a deal is near."),
        ("أعلن الرئيس الأمريكي الأسبق جيمي كارتر مرضه.", "Ex-US President Jimmy Carter announced his illness.",
         "US President Jimmy Carter announced his illness."),
        ("التقى نائب رئيس الوزراء الصيني وزير الطاقة.", "China's vice premier met the energy minister.",
         "China's prime minister met the energy minister."),
        ("قال القائم بأعمال وزير الدفاع إن القوات انسحبت.", "The acting defense minister said the forces withdrew.",
         "The defense minister said the forces withdrew."),
        ("ربما قتل خمسة أشخاص في الانفجار.", "Five people may have died in the explosion.",
         "Five people died in the explosion."),
        ("يعتقد أن الجماعة خطفت ثلاثة صحفيين.", "The group is believed to have kidnapped three journalists.",
         "The group kidnapped three journalists."),
    ],
)  # fmt: skip
def test_a_lost_qualifier_is_caught(source, right, wrong):
    assert doubts(source, right) == {}
    assert set(doubts(source, wrong)) == {"qualifier-missing"}


def test_a_qualifier_that_the_source_does_not_have_is_caught():
    source = "قال وزير الخارجية المصري إن المحادثات ستبدأ غدا."
    assert doubts(source, "The Egyptian foreign minister said talks would begin tomorrow.") == {}
    wrong = doubts(source, "The former Egyptian foreign minister said talks would begin tomorrow.")
    assert wrong == {"qualifier-invented": "former in the English only"}
    assert list(added_qualifiers(fold("قال الرئيس المخلوع"), "The former president said")) == []
    assert list(lost_qualifiers(fold("في الأسبوع السابق"), "in the week before")) == []


def test_the_table_is_well_formed():
    rows = [
        line.split("\t")
        for line in (files("mt.language") / "data" / "kinds.tsv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert all(len(row) == 5 and all(row) for row in rows)
    kinds = {kind: [row for row in rows if row[0] == kind] for kind, *_ in rows}
    assert all(len(members) > 1 for members in kinds.values())
    assert len({tuple(row[:2]) for row in rows}) == len(rows)

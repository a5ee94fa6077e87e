"""Plans and allegations told as facts: a verb in the past that the article has only as something to come or open."""

import pytest

from mt.checks import check_allegations, check_plans
from mt.summaries.verify import FAULTS, Source, Verifier

ARTICLE = (
    "The finance minister said the government will set up airports and medical colleges in the region. "
    "The ministry plans to build two dams on the river, and the army agreed to withdraw from the valley. "
    "The prime minister is to meet the opposition on Monday. The company may soon buy its rival. "
    "The club managed to win the cup, and the parliament passed the budget after it would not pass it in May. "
    "The court could not yet publish the verdict. Peru offered to mediate between the two sides."
)


@pytest.mark.parametrize(
    "sentence, told",
    [
        ("The finance minister set up airports in the region.", "set, in the article only to come (set)"),
        ("The ministry built two dams on the river.", "built, in the article only to come (build)"),
        ("The army withdrew from the valley.", "withdrew, in the article only to come (withdraw)"),
        ("The prime minister met the opposition.", "met, in the article only to come (meet)"),
        ("The company bought its rival, and Peru mediated between the two sides.",
         "bought, in the article only to come (buy); mediated, in the article only to come (mediate)"),
        ("The court published the verdict.", "published, in the article only to come (publish)"),
    ],
)  # fmt: skip
def test_a_plan_told_as_done_is_caught(sentence: str, told: str) -> None:
    flag = check_plans(sentence, ARTICLE)
    assert flag is not None
    assert (flag.name, flag.detail) == ("planned", told)


@pytest.mark.parametrize(
    "sentence",
    [
        "The government will set up airports in the region.",
        "The ministry plans to build two dams, which would be built on the river.",
        "Two dams to be built on the river are planned.",
        "The club won the cup.",  # an infinitive of something done
        "The parliament passed the budget.",  # told as done elsewhere
        "The ministry built a school.",  # another deed: the article has nothing of it
        "The airports, set in the region, are new.",
        "He said it is a planned visit of the company.",
        "",
    ],
)
def test_what_is_done_or_told_as_a_plan_is_not(sentence: str) -> None:
    assert check_plans(sentence, ARTICLE) is None


def test_such_a_sentence_is_not_let_into_a_summary() -> None:
    segments = tuple(f"{sentence.rstrip('.')}." for sentence in ARTICLE.split(". "))
    source = Source(segments, fit=frozenset(range(len(segments))))
    verifier = Verifier("replace")
    [checked] = verifier.check([(["The ministry built two dams on the river."], source)])
    assert {flag.name for flag in checked[0].flags} & FAULTS == {"planned"}
    [settled] = verifier.settle(checked, source, 60).sentences
    assert settled.text == segments[1]


ALLEGED = (
    "A nine-year-old girl was allegedly sexually harassed by a teacher in the town of Lakhimpur. The group fears that "
    "400 migrants could be missing. Rebels are believed to have shot down the helicopter near the border. The man, who "
    "is accused of stealing two paintings from a museum, denied it. The minister may have signed the secret contract "
    "in May. The court reportedly rejected the appeal. The judge rejected the appeal of the bank."
)


@pytest.mark.parametrize(
    "sentence, verb",
    [
        ("A girl was sexually harassed by a teacher in Lakhimpur.", "harassed"),
        ("Ships saved many, with 400 missing.", "missing"),
        ("Rebels shot down the helicopter near the border.", "shot"),
        ("The minister signed the secret contract.", "signed"),
        ("The accused was sexually harassed by a teacher of the girl.", "harassed"),
    ],
)
def test_an_allegation_told_as_a_fact_is_caught(sentence: str, verb: str) -> None:
    flag = check_allegations(sentence, ALLEGED)
    assert flag is not None
    assert (flag.name, flag.detail) == ("alleged", f"{verb}, in the article only alleged or possible")
    assert "alleged" in FAULTS


@pytest.mark.parametrize(
    "sentence",
    [
        "A girl was allegedly sexually harassed by a teacher in Lakhimpur.",
        "A teacher, accused by the town, sexually harassed a girl in Lakhimpur.",
        "Rebels shot down the helicopter near the border, according to the army.",
        "Up to 400 migrants may be missing.",
        "The court rejected the appeal.",  # told as a fact of another appeal
        "The minister signed a law.",  # another deed
        "",
    ],
)
def test_what_is_left_open_or_told_otherwise_is_not(sentence: str) -> None:
    assert check_allegations(sentence, ALLEGED) is None

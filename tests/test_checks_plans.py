"""Plans told as done: a verb in the past that the article has only as something to come."""

import pytest

from mt.checks import check_plans
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

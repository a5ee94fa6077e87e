"""An office that a summary gives without the “former” or “deputy” of the article."""

import pytest

from mt.checks import check_offices
from mt.summaries.verify import FAULTS, Source, Verifier

ARTICLE = (
    "Rick Santorum, the former Republican senator from Ohio, spoke on Sunday. Acting Nassau District Attorney Ann "
    "Singas said so in a statement. Vice Premier Zhang Gaoli met ex-president Kuchma. Nouri Maliki was prime "
    "minister then; former prime minister Maliki is a deputy now. Deputy Director Khan and Director Omar attended."
)


@pytest.mark.parametrize(
    "sentence, told",
    [
        ("Rick Santorum, a Republican senator from Ohio, spoke.", "senator Santorum (in the article: former senator)"),
        ("Senator Rick Santorum spoke on Sunday.", "senator Santorum (in the article: former senator)"),
        ("District Attorney Ann Singas said so.", "attorney Singas (in the article: acting attorney)"),
        ("Premier Zhang Gaoli met president Kuchma.",
         "premier Gaoli (in the article: vice premier); president Kuchma (in the article: ex president)"),
        ("Director Khan attended.", "director Khan (in the article: deputy director)"),
    ],
)  # fmt: skip
def test_a_lost_qualifier_is_caught(sentence, told):
    assert "; ".join(check_offices(sentence, ARTICLE)) == told


@pytest.mark.parametrize(
    "sentence",
    [
        "Former senator Rick Santorum spoke.",
        "Santorum spoke on Sunday.",
        "Vice Premier Zhang met Kuchma.",
        "Director Omar attended.",  # another one is the deputy
        "Governor Santorum spoke.",  # an office that the article does not give him
        "The senator spoke; Santorum left.",
        "",
    ],
)
def test_what_the_article_says_too_or_not_at_all_is_not(sentence):
    assert list(check_offices(sentence, ARTICLE)) == []


def test_an_office_that_the_article_also_gives_without_it_is_not():
    article = "Former president Carter spoke. President Carter had signed the treaty."
    assert list(check_offices("President Carter signed the treaty.", article)) == []


def test_such_a_sentence_is_not_let_into_a_summary():
    source = Source(tuple(ARTICLE.split(". ")))
    [[checked]] = Verifier("flag").check([(["Senator Rick Santorum spoke on Sunday."], source)])
    assert {flag.name for flag in checked.flags} & FAULTS == {"office-differs"}

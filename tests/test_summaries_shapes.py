import pytest

from mt.config import ModelConfig, Prompt, SummarizeConfig, SummaryLength
from mt.summaries.shapes import shape

CHAT = ModelConfig(
    source="a/b", kind="chat", prompt=Prompt(user="{text}\nIn {sentences} sentences, {target_words} words.")
)


def asked(style="paragraph", **length):
    return shape(SummarizeConfig(model=CHAT, length=SummaryLength(**length)), style)


@pytest.mark.parametrize("words, least, most", [(100, 30, 45), (300, 58, 62), (1500, 115, 125), (9000, 200, 200)])
def test_a_paragraph_grows_with_its_article_but_slower(words, least, most):
    assert least <= asked().size(words, words).words <= most


def test_a_length_that_is_asked_for_is_kept_up_to_the_share_of_the_text():
    assert asked(words=90).size(300, 300).words == 90
    assert asked(words=90).size(100, 100).words == 50


@pytest.mark.parametrize("words, points", [(300, 3), (1500, 6), (50_000, 8)])
def test_points_grow_too_and_may_be_counted(words, points):
    assert asked("bullets").size(words, words).bullets == points
    assert asked("bullets", bullets=4).size(words, words).bullets == 4


def test_the_last_round_of_a_long_article_is_as_long_as_the_article_asks_for():
    assert asked().size(5000, 500).words > 1.5 * asked().size(500, 500).words


def test_a_message_has_title_text_and_numbers():
    size = asked().size(300, 300)
    assert (
        asked().message("Prices rise", "They {rose}.", size) == "Prices rise\n\nThey {rose}.\nIn 3 sentences, 60 words."
    )


@pytest.mark.parametrize("style", ["bullets", "headline"])
def test_only_a_chat_model_can_be_asked_for_other_styles(style):
    with pytest.raises(ValueError, match="need a chat model"):
        SummarizeConfig(model=ModelConfig(source="a/b"), style=style)


def test_styles_are_one_or_several_but_each_once():
    assert SummarizeConfig(style="bullets").style == ("bullets",)
    assert SummarizeConfig(style="headline, bullets").style == ("headline", "bullets")
    with pytest.raises(ValueError, match="each style once"):
        SummarizeConfig(style=["headline", "headline"])

"""Names that changed places with what stands beside them."""

import pytest

from mt.checks.beside import exchanged_beside

DRAWN = "فاز إشبيلية على ضيفه خيتافي بهدفين، وتعادل بلباو مع مضيفه ليفانتي بدون أهداف."
CRITICISED = "انتقد بايدن القرار بشدة، ورحب ماكرون بالقرار في بيان."


@pytest.mark.parametrize(
    ("source", "english", "told"),
    [
        (CRITICISED, "Macron sharply criticised the decision, and Biden welcomed it in a statement.", True),
        (CRITICISED, "Biden sharply criticised the decision, and Macron welcomed it in a statement.", False),
        (CRITICISED, "In a statement, Macron welcomed the decision, which Biden sharply criticised.", False),
        (DRAWN, "Bilbao won 2-0 against visitors Getafe, and Sevilla played a goalless draw with Levante.", True),
        (DRAWN, "Sevilla won 2-0 against visitors Getafe, and Bilbao played a goalless draw with Levante.", False),
        ("تعاقد النادي مع فالكاو مهاجم موناكو.", "The club signed Monaco striker Falcao.", False),
        ("توجه إلى باريس ثم إلى لندن.", "He went to London and then to Paris.", False),
    ],
)
def test_names_beside_words_of_each_other(source: str, english: str, told: bool) -> None:
    assert bool(list(exchanged_beside(source, english))) == told

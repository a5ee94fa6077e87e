"""What the model is given of a pair, which pairs are left out, and the batches of an epoch."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tiny

from mt.config import ModelConfig
from mt.engines.feeding import Seq2SeqFeeder
from mt.engines.tokenizing import open_tokenizer
from mt.errors import InputError
from mt.terms.glossary import Entry, Glossary
from mt.terms.matching import Matcher
from mt.training.examples import (
    HELD_OUT,
    LONG,
    UNKNOWN,
    UNREADABLE,
    UNWRITABLE,
    DevSet,
    Encoder,
    Examples,
    load_dev,
    load_examples,
    sample,
)
from mt.training.pairs import Pair
from mt.training.settings import DataConfig, PairsFile
from mt.training.spelling import Spelling
from mt.training.switching import Switcher, open_switcher
from tests.tiny_folders import save_tiny_bart

WriteFile = Callable[[str, "str | bytes"], Path]


@pytest.fixture(scope="module")
def feeder(tmp_path_factory: pytest.TempPathFactory) -> Seq2SeqFeeder:
    from mt.engines.devices import Placement
    from mt.engines.models.checkpoint import open_checkpoint

    path = save_tiny_bart(tmp_path_factory.mktemp("words"))
    opened = open_checkpoint(path, "seq2seq", Placement("cpu", "float32"))
    return Seq2SeqFeeder(opened.tokenizer, opened.facts, ModelConfig(source=str(path)))


def encoder(feeder: Seq2SeqFeeder, banned: tuple[int, ...] = (), **options: Any) -> Encoder:
    spell = Spelling(feeder.tokenizer, frozenset(banned))
    return Encoder(feeder, DataConfig(**options), spell, frozenset({"w5 w6"}))


def files(*paths: Path) -> tuple[PairsFile, ...]:
    return tuple(PairsFile(path=str(path)) for path in paths)


def test_a_pair_in_tokens(feeder: Seq2SeqFeeder) -> None:
    """w1 is token 5; the model's own end stands last."""
    assert encoder(feeder)(Pair("p:1", "w1 w2", "w3 w4")) == (array("i", [5, 6]), array("i", [7, 8, 2]))


def test_the_name_of_a_control_token_in_a_text_does_not_become_one(feeder: Seq2SeqFeeder) -> None:
    assert encoder(feeder)(Pair("p:1", "w1 </s>", "w3")) == (array("i", [5, 3, 3, 3, 3]), array("i", [7, 2]))
    assert encoder(feeder)(Pair("p:1", "w1", "w3 </s> w4")) == UNKNOWN


@pytest.mark.parametrize(
    "source, target, reason",
    [
        ("w1 w2", "w3", None),
        ("w5 w6", "w3", HELD_OUT),
        ("w1 " * 9, "w3", LONG),
        ("w1", "w3 " * 8, LONG),
        ("w1", "w3 " * 7, None),
        ("w1 " * 40, "w3", LONG),
        ("w1", "w3 café", UNKNOWN),
        ("w1", "w9", UNWRITABLE),
    ],
)
def test_why_a_pair_is_left_out(feeder: Seq2SeqFeeder, source: str, target: str, reason: str | None) -> None:
    found = encoder(feeder, banned=(13,), max_tokens=8)(Pair("p:1", source.strip(), target.strip()))
    assert (found if isinstance(found, str) else None) == reason


def test_every_line_is_accounted_for(feeder: Seq2SeqFeeder, write: WriteFile) -> None:
    told: list[str] = []
    path = write("p.tsv", "w1\tw2\nw5 w6\tw1\nw3\tcafé\nw4\tw4\nw5 w6\tw2\n")
    examples = load_examples(files(path), encoder(feeder), told.append)
    (account,) = examples.accounts
    assert (account.lines, account.used, len(examples.sources)) == (5, 2, 2)
    assert {(skip.reason, skip.count, skip.first) for skip in account.skipped} == {
        (HELD_OUT, 2, f"{path}:2"),
        (UNKNOWN, 1, f"{path}:3"),
    }
    assert told == [str(account)]
    assert "2 of 5 pairs used; 2 left out" in told[0]


def test_no_pair_left_is_an_error_that_says_why(feeder: Seq2SeqFeeder, write: WriteFile) -> None:
    with pytest.raises(InputError, match=f"no pair is left to train on:\n.*{UNKNOWN}"):
        load_examples(files(write("p.tsv", "w1\tcafé\n")), encoder(feeder), lambda _: None)


def test_development_pairs_that_the_model_cannot_read_are_left_out(feeder: Seq2SeqFeeder, write: WriteFile) -> None:
    path = write("d.tsv", f"w1\tw2\n{'w1 ' * 40}\tw2\n")
    [dev], (account,) = load_dev(files(path), feeder, DataConfig(), lambda _: None)
    assert (dev.name, [pair.source for pair in dev.pairs]) == ("d", ["w1"])
    assert [(skip.reason, skip.count) for skip in account.skipped] == [(UNREADABLE, 1)]


# ---------------------------------------------------------------- code-switched copies

W1_IS_W7 = Matcher([Glossary("hints:tiny", (Entry(("w1",), ("w7",)),))])
"""In words that the tiny model knows."""


@pytest.fixture
def lexicon(write: WriteFile) -> str:
    lines = ("غولف\tgolf\tterm", "براغماتية\tpragmatic|pragmatism\tterm", "تشيد\tpraise\tterm", "دلهي\tDelhi\tplace")
    return str(write("rare.tsv", "\n".join(lines) + "\n"))


@pytest.mark.parametrize(
    "source, target, switched",
    [
        ("لعب غولف هنا", "He played golf here.", "لعب golf هنا"),
        ("لعب غولف هنا", "He played here.", None),
        ("سياسة براغماتية", "A policy of pragmatism", "سياسة pragmatism"),
        ("كانت تشيد به", "She was praising him.", "كانت praise به"),
        ("كانت تشيد به", "He appraised it.", None),
        ("زار دلهي", "He visited a Delhian town", None),
        ("زار بدلهي", "in Delhi's streets", "زار ب Delhi"),
    ],
)
def test_terms_that_the_target_has_are_written_in_their_dictionary_form(
    lexicon: str, source: str, target: str, switched: str | None
) -> None:
    switch = open_switcher([lexicon], 1.0, 0)
    assert switch is not None
    assert switch(Pair("p:1", source, target)) == switched


def test_chance_depends_on_seed_and_place_alone(lexicon: str) -> None:
    def chosen(seed: int) -> list[str | None]:
        switch = open_switcher([lexicon], 0.5, seed)
        assert switch is not None
        return [switch(Pair(f"p:{line}", "لعب غولف هنا", "golf")) for line in range(200)]

    assert chosen(1) == chosen(1) != chosen(2)
    assert 70 < sum(text is not None for text in chosen(1)) < 130
    assert open_switcher([], 0.5, 1) is None


def test_copies_stand_beside_their_pairs_with_a_weight_of_their_own(feeder: Seq2SeqFeeder, write: WriteFile) -> None:
    switch = Switcher(W1_IS_W7, 1.0, 0)
    path = write("p.tsv", "w1 w2\tw7 w8\nw3\tw4\n")
    told: list[str] = []
    pairs = (PairsFile(path=str(path), weight=0.5),)
    examples = load_examples(pairs, encoder(feeder, hinted_weight=3.0), told.append, switch)
    assert examples.files == ((range(2), 0.5), (range(2, 3), 1.5))
    assert [list(ids) for ids in examples.sources] == [[5, 6], [7], [11, 6]]
    assert list(examples.targets[2]) == list(examples.targets[0])
    assert "2 of 2 pairs used; 1 code-switched copies" in told[0]


def test_hints_stand_in_what_the_model_is_given_of_development_pairs(feeder: Seq2SeqFeeder, write: WriteFile) -> None:
    path = write("d.tsv", "w1 w2\tw7\n")
    [dev], _ = load_dev(files(path), feeder, DataConfig(), lambda _: None, W1_IS_W7)
    assert (dev.pairs[0].source, dev.given) == ("w1 w2", ("w7 w2",))


# ---------------------------------------------------------------- spelling


@pytest.fixture(scope="module")
def tokenizer(folder: Callable[[str], Path]) -> Any:
    return open_tokenizer(folder("pegasus"))[0]


def test_banned_tokens_are_spelled_with_others(tokenizer: Any) -> None:
    text = tiny.ENGLISH[0]
    ids = tokenizer(text)["input_ids"]
    pieces = tokenizer.convert_ids_to_tokens(ids)
    long = max((piece for piece in pieces if piece != "</s>"), key=len)
    assert len(long) > 2
    banned = frozenset({tokenizer.convert_tokens_to_ids(long)})
    again = Spelling(tokenizer, banned)(ids)
    assert again is not None
    assert banned.isdisjoint(again)
    assert again[-1] == ids[-1]
    assert tokenizer.decode(again, skip_special_tokens=True) == tokenizer.decode(ids, skip_special_tokens=True)


def test_a_letter_that_is_banned_itself_cannot_be_spelled(tokenizer: Any) -> None:
    letters = {piece: id_ for piece, id_ in tokenizer.get_vocab().items() if "T" in piece}
    assert Spelling(tokenizer, frozenset(letters.values()))(tokenizer("The")["input_ids"]) is None


def test_the_fewest_pieces_are_taken() -> None:
    vocabulary = {"abcd": 0, "ab": 1, "cd": 2, "abc": 3, "a": 4, "b": 5, "c": 6, "d": 7}
    names = {id_: piece for piece, id_ in vocabulary.items()}
    fake = SimpleNamespace(
        all_special_ids=[],
        get_vocab=lambda: vocabulary,
        convert_ids_to_tokens=names.__getitem__,
        decode=lambda ids, **_: "".join(names[id_] for id_ in ids),
    )
    assert Spelling(fake, frozenset({0}))((0, 4)) == (1, 2, 4)
    assert Spelling(fake, frozenset({0, 2}))((0,)) == (3, 7)
    assert Spelling(fake, frozenset())((0,)) == (0,)


# ---------------------------------------------------------------- epochs


def ids(length: int) -> Any:
    return array("i", [5] * length)


def examples(lengths: list[int], *weights: tuple[range, float]) -> Examples:
    made = tuple(ids(length) for length in lengths)
    return Examples(made, tuple(ids(1) for _ in lengths), weights or ((range(len(lengths)), 1.0),), ())


def test_an_epoch_holds_every_pair_once_in_batches_under_the_budget() -> None:
    lengths = [1 + (7 * index) % 23 for index in range(200)]
    made = examples(lengths).epoch(0, 0, 60)
    assert sorted(index for batch in made for index in batch) == list(range(200))
    assert max(max(lengths[index] for index in batch) * len(batch) for batch in made) <= 60
    padding = sum(max(lengths[i] for i in batch) * len(batch) - sum(lengths[i] for i in batch) for batch in made)
    assert padding < 0.1 * sum(lengths)


def test_the_longer_side_counts() -> None:
    both = Examples((ids(2), ids(2)), (ids(30), ids(2)), ((range(2), 1.0),), ())
    assert sorted(both.epoch(0, 0, 40)) == [(0,), (1,)]
    assert len(both.epoch(0, 0, 60)) == 1


def test_epochs_differ_from_each_other_and_are_the_same_for_one_seed() -> None:
    made = examples([1 + index % 9 for index in range(100)])
    assert made.epoch(0, 1, 20) == made.epoch(0, 1, 20)
    assert len({made.epoch(0, 0, 20), made.epoch(0, 1, 20), made.epoch(1, 0, 20)}) == 3


def test_weights_say_how_often_a_file_is_seen() -> None:
    made = examples([3] * 30, (range(10), 2.5), (range(10, 30), 0.25))
    counts = [Counter(index for batch in made.epoch(0, number, 9) for index in batch) for number in range(40)]
    assert {sum(count[index] for index in range(10)) for count in counts} == {25}
    assert {sum(count[index] for index in range(10, 30)) for count in counts} == {5}
    assert {count[index] for count in counts for index in range(10)} == {2, 3}
    assert len({index for count in counts for index in count}) == 30, "a quarter of the pairs, others each time"


def test_a_small_share_of_a_small_file_is_at_least_one_pair() -> None:
    made = examples([3] * 3, (range(3), 0.1))
    assert [len(batch) for batch in made.epoch(0, 0, 9)] == [1]


def test_a_sample_keeps_the_order_and_follows_the_seed() -> None:
    numbers = tuple(str(number) for number in range(50))
    whole = DevSet("d", tuple(Pair(f"d:{number}", number, "x") for number in numbers), numbers)
    drawn = sample(whole, 10, 1)
    assert len(drawn.given) == 10
    assert list(drawn.given) == sorted(drawn.given, key=int) == [pair.source for pair in drawn.pairs]
    assert sample(whole, 10, 1) == sample(whole, 10, 1) != sample(whole, 10, 2)
    assert sample(whole, None, 1) == sample(whole, 60, 1) == whole

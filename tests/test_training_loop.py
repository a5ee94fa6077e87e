"""Rates, limits and losses as numbers; and that each family learns from what its engine gives it."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch

from mt.config import Decoding, ModelConfig
from mt.engines.devices import Placement
from mt.engines.loading import load_generator
from mt.engines.models.checkpoint import open_checkpoint
from mt.training.examples import Examples
from mt.training.loop import Loss, Training, learning_rate, share_done
from mt.training.settings import LimitsConfig, OptimizerConfig, TrainingConfig
from mt.training.state import Progress

torch.set_num_threads(1)


@pytest.mark.parametrize(
    "schedule, warmup, step, done, rate",
    [
        ("linear", 10, 0, 0.0, 0.1),
        ("linear", 10, 4, 0.0, 0.5),
        ("linear", 10, 50, 0.25, 0.75),
        ("linear", 0, 0, 0.0, 1.0),
        ("linear", 10, 99, 1.0, 0.0),
        ("cosine", 10, 50, 0.5, 0.5),
        ("cosine", 10, 50, 1.0, 0.0),
        ("inverse_sqrt", 10, 4, 0.9, 0.5),
        ("inverse_sqrt", 10, 39, 0.9, 0.5),
        ("constant", 10, 4, 0.9, 0.5),
        ("constant", 10, 40, 0.9, 1.0),
    ],
)
def test_learning_rate(schedule: Any, warmup: int, step: int, done: float, rate: float) -> None:
    options = OptimizerConfig(learning_rate=1.0, schedule=schedule, warmup_steps=warmup)
    assert learning_rate(options, step, done) == pytest.approx(rate)


@pytest.mark.parametrize(
    "limits, share, name",
    [
        (LimitsConfig(), 0.5, "epochs"),
        (LimitsConfig(max_steps=100), 0.5, "epochs"),
        (LimitsConfig(max_steps=20), 2.0, "max_steps"),
        (LimitsConfig(epochs=None, minutes=4.0), 0.75, "minutes"),
    ],
)
def test_the_nearest_limit_counts(limits: LimitsConfig, share: float, name: str) -> None:
    assert share_done(limits, Progress(step=40, seconds=180.0), 1.5) == (pytest.approx(share), name)


def test_loss_is_cross_entropy_smoothed_over_what_may_be_written() -> None:
    logits = torch.tensor([[[1.0, 2.0, 0.5, -1e4, 0.0]] * 2])
    labels = torch.tensor([[1, -100]])
    allowed = torch.tensor([1.0, 2.0, 0.5, 0.0])
    each = -torch.log_softmax(allowed, 0)
    wanted = 0.9 * each[1] + 0.1 * each.mean()
    found = Loss(0.1, frozenset({3}), "cpu")(logits, labels)
    assert float(found) == pytest.approx(float(wanted), rel=1e-5)
    assert float(Loss(0.1, frozenset(), "cpu")(logits, labels)) > 100, "what the ban is for"


def test_labels_after_a_banned_token_keep_their_place() -> None:
    logits, labels = torch.tensor([[[0.0, 5.0, 1.0, 3.0]]]), torch.tensor([[3]])
    wanted = -float(torch.log_softmax(torch.tensor([0.0, 1.0, 3.0]), 0)[2])
    assert float(Loss(0.0, frozenset({1}), "cpu")(logits, labels)) == pytest.approx(wanted)


def training(path: Path, name: str, work: Path, texts: list[tuple[str, str]], **options: Any) -> Training:
    model = ModelConfig(**{"source": str(path), **tiny.SETTINGS[name]})
    config = TrainingConfig(
        model=model, pairs=("none.tsv",), optimizer=OptimizerConfig(**{"label_smoothing": 0.0, **options})
    )
    checkpoint = open_checkpoint(path, "seq2seq", Placement("cpu", "float32"))
    feeder = load_generator(path, model, Decoding()).feeder
    sources = tuple(array("i", feeder.encode(source)) for source, _ in texts)
    targets = tuple(array("i", feeder.output_ids(target)) for _, target in texts)
    examples = Examples(sources, targets, ((range(len(texts)), 1.0),), ())
    return Training(config, checkpoint, examples, (), work)


@pytest.mark.parametrize("name", tiny.SETTINGS)
def test_the_loss_of_every_family_is_what_its_engine_says_of_the_pair(
    folder: Callable[[str], Path], name: str, tmp_path: Path
) -> None:
    """The engine's score of an output given its source is the yardstick: languages, prefix and start must be right."""
    texts = [(tiny.ARABIC[0], "The new agreement"), (tiny.ARABIC[3], "A large city"), (tiny.ARABIC[2], "economy")]
    model = ModelConfig(**{"source": str(folder(name)), **tiny.SETTINGS[name]})
    generator = load_generator(folder(name), model, Decoding())
    told = generator.score([source for source, _ in texts], [target for _, target in texts])
    wanted = [-score * len(generator.feeder.output_ids(target)) for score, (_, target) in zip(told, texts, strict=True)]
    made = training(folder(name), name, tmp_path, texts)
    with torch.inference_mode():
        assert [float(made.batch_loss((index,))) for index in range(3)] == pytest.approx(wanted, rel=1e-3)
        assert float(made.batch_loss((0, 1, 2))) == pytest.approx(sum(wanted), rel=1e-3), "padding must not count"


@pytest.mark.parametrize("name", ["marian", "pegasus", "m2m100"])
def test_tables_of_sines_do_not_learn(folder: Callable[[str], Path], name: str, tmp_path: Path) -> None:
    made = training(folder(name), name, tmp_path, [(tiny.ARABIC[3], "A large city")])
    assert made.parameters
    assert not [name for name in made.parameters if "embed_positions" in name]


def test_what_is_frozen_does_not_learn(folder: Callable[[str], Path], tmp_path: Path) -> None:
    made = training(folder("bart"), "bart", tmp_path, [(tiny.ARABIC[3], "A large city")], freeze="encoder")
    assert made.parameters
    assert {name.split(".")[1] for name in made.parameters} == {"decoder"}
    assert not any("embed_tokens" in name for name in made.parameters)


def test_half_precision_computes_near_the_same_loss(folder: Callable[[str], Path], tmp_path: Path) -> None:
    texts = [(tiny.ARABIC[0], "The new agreement")]
    full = training(folder("t5"), "t5", tmp_path, texts)
    half = training(folder("t5"), "t5", tmp_path, texts)
    half._dtype = torch.bfloat16
    with torch.inference_mode():
        exact, near = float(full.batch_loss((0,))), float(half.batch_loss((0,)))
    assert near != exact
    assert near == pytest.approx(exact, rel=0.1)
    assert {parameter.dtype for parameter in half.parameters.values()} == {torch.float32}

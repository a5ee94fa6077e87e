"""`mt train`: train or fine-tune a translator."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt.cli.common import DONE, INTERRUPTED, path, say, sets_of

if TYPE_CHECKING:
    from mt.cli.parser import Commands


def add_to(commands: Commands) -> None:
    """Add `mt train`."""
    _add_options(commands.add("train", train, "train or fine-tune a translator on sentence pairs (docs/TRAINING.md)"))


def _add_options(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "pairs",
        nargs="*",
        metavar="PAIRS",
        help="sentence pairs as TSV (Arabic, English) or JSON Lines; may be compressed",
    )
    train.add_argument(
        "--dev", action="append", metavar="FILE", help="pairs for evaluation, never used for training; repeatable"
    )
    train.add_argument(
        "-o",
        "--output",
        type=path,
        required=True,
        metavar="FOLDER",
        help="output folder; an interrupted training in it is resumed",
    )
    train.add_argument("--minutes", type=float, metavar="N", help="stop after N minutes of training")


def train(options: argparse.Namespace) -> int:
    """Train a translator on pairs of sentences into a folder; the paths of what was made to stdout."""
    from mt.runs.interrupts import Interrupts
    from mt.training import load_training
    from mt.training.settings import overrides

    config = load_training(options.config, [*overrides(options.pairs, options.dev, options.minutes), *sets_of(options)])
    from mt.training.loop import Watch
    from mt.training.recipe import train

    with Interrupts(say) as interrupts:
        outcome = train(config, options.output, Watch(say, interrupts))
    if outcome.model is None:
        say(f"mt: stopped at step {outcome.progress.step}; run the same command to resume")
        return INTERRUPTED
    for made in filter(None, (outcome.model, outcome.packed)):
        print(made)
    return DONE

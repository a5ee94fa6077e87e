"""Pairs as the model takes them: token ids, what was left out, and the batches of each epoch."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from mt.engines.batching import Batch, batches
from mt.engines.feeding import Seq2SeqFeeder
from mt.errors import InputError, ModelError
from mt.terms.hints import write_hints
from mt.terms.matching import Matcher
from mt.training.pairs import FileAccount, Pair, Tally, read_pairs, sha256_of
from mt.training.settings import DataConfig, PairsFile, dev_name
from mt.training.spelling import Spelling
from mt.training.switching import Switcher

Ids: TypeAlias = "array[int]"

LONG = "longer than data.max_tokens or than the model reads"
UNREADABLE = "longer than the model reads"
UNKNOWN = "the English holds characters that the model's vocabulary lacks"
UNWRITABLE = "the English holds letters that this model is kept from writing"
HELD_OUT = "its Arabic stands among the development pairs"

_POOL = 4096
"""Pairs that are sorted by length together: batches stay alike in length, yet differ from epoch to epoch."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """Turns a pair into token ids as the engine feeds and reads the model, language codes and prefix included."""

    feeder: Seq2SeqFeeder
    options: DataConfig
    spell: Spelling
    held_out: frozenset[str]

    def __call__(self, pair: Pair) -> tuple[Ids, Ids] | str:
        """Source and target ids with their end-of-sequence; or why the pair cannot be used."""
        if pair.source in self.held_out:
            return HELD_OUT
        try:
            source = self.feeder.encode(self.feeder.plain(pair.source))
        except ModelError:
            return LONG
        written = self.feeder.output_ids(self.feeder.plain(pair.target))
        if self.feeder.tokenizer.unk_token_id in written:
            return UNKNOWN
        target = self.spell(written)
        if target is None:
            return UNWRITABLE
        positions = self.feeder.facts.output_positions
        room = self.options.max_tokens if positions is None else min(self.options.max_tokens, positions)
        if len(source) > self.options.max_tokens or len(self.feeder.opening) - 1 + len(target) > room:
            return LONG
        return array("i", source), array("i", target)


@dataclass(frozen=True, slots=True)
class Examples:
    """All training pairs in token ids, and which of them belong together with which weight."""

    sources: tuple[Ids, ...]
    targets: tuple[Ids, ...]
    files: tuple[tuple[range, float], ...]
    accounts: tuple[FileAccount, ...]

    def epoch(self, seed: int, number: int, budget: int) -> tuple[Batch, ...]:
        """The batches of an epoch as indices; the same for the same seed and number.

        `longest side × pairs` of a batch stays within `budget`, except where one pair alone is longer.
        """
        order = random.Random(f"{seed} {number}")
        indices = [index for places, weight in self.files for index in _drawn(places, weight, order)]
        order.shuffle(indices)
        chosen: list[Batch] = []
        for start in range(0, len(indices), _POOL):
            pool = indices[start : start + _POOL]
            lengths = [max(len(self.sources[index]), len(self.targets[index])) for index in pool]
            chosen += [tuple(pool[place] for place in batch) for batch in batches(lengths, budget)]
        order.shuffle(chosen)
        return tuple(chosen)


@dataclass(frozen=True, slots=True)
class DevSet:
    """Development pairs under one name, and their sources as the model gets them: with hints where there are any."""

    name: str
    pairs: tuple[Pair, ...]
    given: tuple[str, ...]


def load_examples(
    files: Sequence[PairsFile], encode: Encoder, tell: Callable[[str], None], switch: Switcher | None = None
) -> Examples:
    """Read and encode all files of training pairs, and report of each what became of its lines.

    `switch` makes a code-switched copy of each pair that has terms of its lexicon, beside the pair itself.
    Raises `InputError` when a file cannot be read, has bad lines that are not to be skipped, or leaves no pair.
    """
    sources: list[Ids] = []
    targets: list[Ids] = []
    places, accounts = [], []
    for file in files:
        tally, start, path = Tally(), len(sources), Path(file.path).expanduser()
        copies: list[tuple[Ids, Ids]] = []
        for pair in read_pairs(path, encode.options, tally):
            ids = encode(pair)
            if isinstance(ids, str):
                tally.skip(ids, pair.place)
                continue
            sources.append(ids[0])
            targets.append(ids[1])
            copies += _copies(pair, encode, switch)
        places.append((range(start, len(sources)), file.weight))
        accounts.append(replace(_account(file, path, tally, len(sources) - start), hinted=len(copies)))
        if copies:
            places.append((range(len(sources), len(sources) + len(copies)), file.weight * encode.options.hinted_weight))
            sources += [source for source, _ in copies]
            targets += [target for _, target in copies]
        tell(str(accounts[-1]))
    if not sources:
        raise InputError("no pair is left to train on:\n" + "\n".join(f"  {account}" for account in accounts))
    return Examples(tuple(sources), tuple(targets), tuple(places), tuple(accounts))


def _copies(pair: Pair, encode: Encoder, switch: Switcher | None) -> list[tuple[Ids, Ids]]:
    """The code-switched copy of a pair, if it has one and the model can read it."""
    source = switch(pair) if switch is not None else None
    ids = LONG if source is None else encode(replace(pair, source=source))
    return [] if isinstance(ids, str) else [ids]


def load_dev(
    files: Sequence[PairsFile],
    feeder: Seq2SeqFeeder,
    options: DataConfig,
    tell: Callable[[str], None],
    hinter: Matcher | None = None,
) -> tuple[tuple[DevSet, ...], tuple[FileAccount, ...]]:
    """The development sets with all pairs that the model can read, and what became of the lines of each file.

    `hinter` finds the terms whose English is written into what the model is given, where that leaves it short enough.
    Raises `InputError` like `load_examples`, and for a set that has no pair left.
    """
    sets: list[DevSet] = []
    accounts = []
    for file in files:
        tally, path = Tally(), Path(file.path).expanduser()
        pairs: list[Pair] = []
        for pair in read_pairs(path, options, tally):
            if feeder.count_tokens(pair.source) > feeder.max_input_tokens:
                tally.skip(UNREADABLE, pair.place)
            else:
                pairs.append(pair)
        accounts.append(_account(file, path, tally, len(pairs)))
        tell(str(accounts[-1]))
        if not pairs:
            raise InputError(f"no development pair is left:\n  {accounts[-1]}")
        given = tuple(_given(pair.source, feeder, hinter) for pair in pairs)
        sets.append(DevSet(dev_name(file), tuple(pairs), given))
    return tuple(sets), tuple(accounts)


def _given(source: str, feeder: Seq2SeqFeeder, hinter: Matcher | None) -> str:
    hinted = source if hinter is None else write_hints(source, hinter.find(source)).text
    return hinted if feeder.count_tokens(hinted) <= feeder.max_input_tokens else source


def sample(pairs: DevSet, size: int | None, seed: int) -> DevSet:
    """So many pairs of the set, drawn by the seed, in their order."""
    count = len(pairs.pairs)
    if size is None or size >= count:
        return pairs
    drawn = sorted(random.Random(seed).sample(range(count), size))
    return DevSet(pairs.name, tuple(pairs.pairs[i] for i in drawn), tuple(pairs.given[i] for i in drawn))


def _account(file: PairsFile, path: Path, tally: Tally, used: int) -> FileAccount:
    return FileAccount(path.name, sha256_of(path), tally.lines, used, file.weight, file.license, tally.skipped)


def _drawn(places: range, weight: float, order: random.Random) -> Iterator[int]:
    """Each index as often as the whole part of the weight says, and its fraction of them once more."""
    whole = int(weight)
    for _ in range(whole):
        yield from places
    rest = round((weight - whole) * len(places))
    # A small share of a small file would be no pair at all, and an epoch of nothing never ends.
    yield from order.sample(places, max(rest, 1) if whole == 0 and places else rest)

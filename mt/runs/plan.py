"""What a run is asked to do, who follows it, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mt.activity import Activity
from mt.config import Config
from mt.records import Failure, Report
from mt.runs.shards import Shard
from mt.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do, beyond its inputs."""

    config: Config
    signatures: Signatures
    retry_failed: bool = False
    """Work again on articles that failed in an earlier run."""
    strict: bool = False
    """End the run at the first failure; with workers the articles in hand are finished."""
    tell_kept: bool = False
    """Tell the listener of articles that an earlier run wrote, too; without it they are skipped without being read."""
    inputs: tuple[str, ...] = ()
    """How the user named the inputs, for the manifest."""
    replace: bool = False
    """Replace what the folder holds of other inputs; without it that is an error."""
    append: bool = False
    """Keep all that the folder holds, and add what of the inputs is not there yet."""
    shard: Shard | None = None
    """Which part of the inputs this is, for the manifest; the items are only that part."""
    passed_over: dict[str, int] = field(default_factory=dict)
    """Files of the inputs' folders that are of no known kind, by suffix; filled while the inputs are read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of a run so far. `kept` articles were written by an earlier run; segments and words count this run only.

    `seconds` counts from the first window that needed work: skipped articles say nothing about the speed.
    """

    done: int = 0
    failed: int = 0
    kept: int = 0
    segments: int = 0
    words: int = 0
    seconds: float = 0.0


class Listener(Protocol):
    """Whoever tells the user how a run goes."""

    def result(self, result: Report | Failure, paths: Sequence[Path]) -> None:
        """An article is written; `paths` are its own files. In input order."""
        ...

    def progress(self, progress: Progress) -> None:
        """A window is written, or some hundred finished articles were skipped."""
        ...

    def activity(self, activity: Activity) -> None:
        """What is going on within a window; often, and from any thread."""
        ...

    def note(self, message: str) -> None:
        """Something the user should know."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: `done` and `failed` articles stand in the folder, `interrupted` when inputs may be left.

    `ahead` are articles that this run finished behind an unfinished one: they have no lines yet, and a later run takes
    them from the journal.
    """

    done: int
    failed: int
    interrupted: bool = False
    ahead: int = 0

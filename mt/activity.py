"""What is going on inside a window of articles: the stage, and how much of it is done.

Whoever wants to know listens; who works says so, without knowing whether anybody listens. One thread each: what works
in another thread or process is received there, and passed on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Activity:
    """A stage, as `translating`, with the texts that are done and all of it; 0 of 0 where nothing is counted."""

    stage: str
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return f"{self.stage} {self.done}/{self.total}" if self.total else self.stage


Hear: TypeAlias = Callable[[Activity], None]

_listener: ContextVar[Hear | None] = ContextVar("mt-activity-listener", default=None)
_NOTHING = Activity("")
_current: ContextVar[Activity] = ContextVar("mt-activity", default=_NOTHING)
_counted: ContextVar[bool] = ContextVar("mt-activity-counted", default=False)
"""Whether the stage's own caller counts, and nothing within it does."""


@contextmanager
def listening(hear: Hear | None) -> Iterator[None]:
    """`hear` is called with every activity of this thread within the block; None: nobody is."""
    before = _listener.get()
    _listener.set(hear)
    try:
        yield
    finally:
        _listener.set(before)


def listener() -> Hear | None:
    """Who listens to this thread, to be passed on to another."""
    return _listener.get()


@contextmanager
def stage(name: str, done: int = 0, total: int = 0) -> Iterator[None]:
    """What is worked on within the block is of this stage; with a `total` that is all that is counted of it."""
    before, counted = _current.get(), _counted.get()
    _counted.set(bool(total))
    _say(Activity(name, done, total))
    try:
        yield
    finally:
        _current.set(before)
        _counted.set(counted)


def begin(total: int) -> None:
    """So many texts of the stage come now; outside of a stage nobody counts."""
    now = _current.get()
    if total and now.stage and not _counted.get():
        _say(replace(now, done=0, total=total))


def advance(count: int = 1) -> None:
    """So many more texts of the stage are done; never more than there are, for some are tried twice."""
    now = _current.get()
    if now.total and not _counted.get():
        _say(replace(now, done=min(now.total, now.done + count)))


def _say(activity: Activity) -> None:
    _current.set(activity)
    if (hear := _listener.get()) is not None:
        hear(activity)


class Sparing:
    """Passes on a new stage and the end of one at once, and what is between at most every `interval` seconds."""

    def __init__(self, hear: Hear, interval: float = 0.5) -> None:
        self._hear, self._interval = hear, interval
        self._stage, self._next = "", 0.0

    def __call__(self, activity: Activity) -> None:
        """Pass it on where it is time."""
        now = time.monotonic()
        if activity.stage != self._stage or activity.done in (0, activity.total) or now >= self._next:
            self._stage, self._next = activity.stage, now + self._interval
            self._hear(activity)

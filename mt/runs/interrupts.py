"""Ctrl-C and SIGTERM as a request to stop between articles or windows, and to stop at once the second time."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self


class Interrupts:
    """While it is entered, the first SIGINT or SIGTERM only makes its call give True, the second `KeyboardInterrupt`.

    The handlers that were there before are put back on leaving. For the main thread only, as all handlers in Python.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._requested = False
        self._tell = tell
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Whether a signal came."""
        return self._requested

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._requested:
            raise KeyboardInterrupt
        self._requested = True
        # A signal that comes while a line is being written cannot write one itself (RuntimeError: reentrant call).
        with suppress(RuntimeError):
            self._tell(
                f"{signal.Signals(number).name}: finishing the articles in progress; a second signal stops at once"
            )

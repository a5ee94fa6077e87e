"""The manifest of an output folder: what a run is and where it stands, and what an earlier one says of itself."""

from __future__ import annotations

import json
import os
import platform
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import mt
from mt.records import Json
from mt.runs.folder import MANIFEST
from mt.runs.journal import Totals
from mt.runs.plan import Plan, Progress


@dataclass(frozen=True, slots=True)
class Session:
    """This start of a run: when it began (UTC), how many seconds it has lasted, and what it has done."""

    started: datetime
    seconds: float
    progress: Progress


def manifest(state: str, plan: Plan, inputs: Sequence[str], totals: Totals, session: Session) -> dict[str, Json]:
    """What a run is and where it stands; `state` is running, done, interrupted or failed.

    `inputs` are those that the lines in the folder come from.
    """
    p, signed, seconds = session.progress, plan.signatures, session.seconds
    started = session.started.isoformat(timespec="seconds")
    return {
        "format": 1,
        "state": state,
        "started": started,
        "ended": None if state == "running" else datetime.now(UTC).isoformat(timespec="seconds"),
        "inputs": list(inputs),
        "shard": str(plan.shard) if plan.shard else None,
        "articles": {"done": totals.done, "failed": totals.failed},
        "passed_over": dict(sorted(plan.passed_over.items())),
        "failures": dict(totals.errors),
        "flags": dict(totals.flags),
        "source_words": totals.words,
        "this_run": {
            "seconds": round(seconds, 3),
            "kept": p.kept,
            "segments": p.segments,
            "words": p.words,
            "words_per_second": round(p.words / seconds, 2) if seconds else None,
            "peak_memory_bytes": _peak_memory(),
        },
        "models": list(signed.models),
        "signature": signed.whole,
        "versions": {"mt": mt.__version__, "python": platform.python_version()},
        "configuration": plan.config.model_dump(mode="json"),
        "process": {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": started,
            "folder": os.getcwd(),
        },
    }


def _peak_memory() -> int | None:
    """Largest resident size of this process so far, in bytes; None on Windows, which has no getrusage."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """What a folder holds by its manifest; empty where there is none that can be read."""

    inputs: tuple[str, ...] = ()
    """As the user named them."""
    signature: str = ""
    folder: str = ""
    """The working folder of that run: relative inputs count from there."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What `folder/manifest.json` says."""
        try:
            values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            inputs, signature = tuple(map(str, values["inputs"])), str(values["signature"])
            return cls(inputs, signature, str(values["process"].get("folder", "")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def lacks(self, inputs: Sequence[str]) -> list[str]:
        """Which of its inputs are not among these, which count from the current folder."""
        given = {_place(name, "") for name in inputs}
        return [name for name in self.inputs if _place(name, self.folder) not in given]


def _place(name: str, folder: str) -> str:
    """A path in one form; standard input and data sets of the Hub stay as they are named."""
    return name if name == "-" or name.startswith("hf:") else os.path.realpath(os.path.join(folder, name))

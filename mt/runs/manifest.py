"""The manifest of an output folder: what an earlier run says there of its inputs and settings."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mt.runs.folder import MANIFEST


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

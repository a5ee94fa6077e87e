"""Folders that are made once: written aside under a lock, then renamed, so that no half-made one is ever seen."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mt.errors import ModelError

_log = logging.getLogger(__name__)
_PARTIAL = ".partial-"


def make_once(target: Path, is_whole: Callable[[Path], bool], make: Callable[[Path], None]) -> None:
    """Have `target` made by `make(folder)` unless it is whole already; of several processes one makes, the rest wait.

    A process may be killed at any moment: what it left aside is removed by the next one that makes a model.
    Raises `ModelError` when the disk is full or the cache cannot be written; nothing half-made stays then.
    """
    if is_whole(target):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(target):
            if not is_whole(target):
                _remove_leftovers(target)
                _make(target, make)
    except OSError as error:
        where = error.filename or target
        raise ModelError(
            f"cannot write the model cache: {where}: {error.strerror or error}; free some space, or choose another "
            "folder with `cache:` in the configuration or MT_CACHE"
        ) from error


def _make(target: Path, make: Callable[[Path], None]) -> None:
    partial, damaged = _aside(target), _aside(target)
    try:
        partial.mkdir()
        make(partial)
        if target.exists():  # damaged, or made by another version: a rename cannot replace a folder that holds files
            target.rename(damaged)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(damaged, ignore_errors=True)


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    lock = FileLock(_lock_file(target))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.info("waiting for another process that is preparing %s", target.name)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _remove_leftovers(target: Path) -> None:
    """Remove what killed processes left beside `target`, whose lock this process holds.

    Whoever makes a folder holds its lock, and the system frees the lock of a dead process: a partial folder whose lock
    can be had belongs to nobody. The process number in its name is no proof, numbers are used again.
    """
    for leftover in target.parent.iterdir():
        owner_name, partial, _ = leftover.name.rpartition(_PARTIAL)
        if not partial:
            continue
        owner = leftover.with_name(owner_name)
        if owner == target:
            shutil.rmtree(leftover, ignore_errors=True)
            continue
        other = FileLock(_lock_file(owner))
        try:
            other.acquire(timeout=0)
        except Timeout:
            continue
        try:
            shutil.rmtree(leftover, ignore_errors=True)
        finally:
            other.release()


def _aside(target: Path) -> Path:
    return target.with_name(f"{target.name}{_PARTIAL}{os.getpid()}-{secrets.token_hex(4)}")


def _lock_file(target: Path) -> str:
    return str(target.with_name(f"{target.name}.lock"))

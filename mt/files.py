"""Files that are there as a whole or not at all: written aside, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mt.errors import OutputError


@contextmanager
def replacing(path: Path, *, shared: bool = False) -> Iterator[Path]:
    """A path beside `path` to write to: on disk and renamed to it when the block ends well, removed when it does not.

    The folder is made when missing. With `shared` several processes may write the same file at once, each its own
    aside; the last one stays. Raises `OSError`, also for a device or a pipe, which would become a file; and what the
    block raises.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if _is_special(path):
        raise OSError(errno.EINVAL, "a device or a pipe, expected a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    # One fixed name where one process writes, so that what a killed run leaves is replaced by the run that resumes it.
    aside = path.with_name(f"{path.name}.partial-{os.getpid()}" if shared else f".{path.name}.tmp")
    try:
        yield aside
        with aside.open("r+b") as written:
            os.fsync(written.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_whole(path: Path, text: str) -> Path:
    """Write a file so that it is there as a whole or not at all, even when the process dies; its path.

    A device or a pipe, such as /dev/stdout, gets the text as it is. Raises `OutputError` that names the path.
    """
    data = text.encode("utf-8", "backslashreplace")
    with writing(path):
        if _is_special(path) and not path.is_dir():
            path.write_bytes(data)
            return path
        with replacing(path) as aside:
            aside.write_bytes(data)
    return path


def _is_special(path: Path) -> bool:
    """Whether something stands there that is no file, or a link to one that the system made, such as /dev/stdout."""
    return path.exists() and (not path.is_file() or (path.is_symlink() and path.parent == Path("/dev")))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an `OSError` into an `OutputError` that names the path, and what to do where the disk is full."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "; free some space and run the same command again" if full else ""
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}{advice}") from error

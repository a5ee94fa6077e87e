"""Files that are there as a whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

from mt.errors import OutputError


def write_whole(path: Path, text: str) -> Path:
    """Write a file so that it is there as a whole or not at all, even when the process dies; its path.

    Raises `OutputError` that names the path.
    """
    # One fixed name, so that what a killed run leaves is replaced by the run that resumes it.
    aside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("wb") as stream:
                stream.write(text.encode("utf-8", "backslashreplace"))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(aside, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path

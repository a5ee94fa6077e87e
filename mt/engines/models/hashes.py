"""Hashes of large files, remembered by size and time of change, so that not every start reads them."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from pathlib import Path

from mt.files import replacing

_FILE = "hashes.json"
_SETTLED = 2.0
"""Seconds after which a change shows in a file's time on every file system (FAT counts in two)."""
_log = logging.getLogger(__name__)


def sha256_of(path: Path, cache: Path) -> str:
    """SHA-256 of a file in hex; remembered in `cache`, and computed again when its size or time of change is another.

    Times count in whole seconds: layers of container images keep no more. A file that was changed within the last
    seconds is not remembered: a second change might not show in its time.
    Raises `OSError` when the file cannot be read; a cache that cannot be written is passed over.
    """
    status = path.stat()
    place, state = str(path.resolve()), [status.st_size, int(status.st_mtime)]
    known = _read(cache / _FILE)
    before = known.get(place)
    if isinstance(before, list) and before[:2] == state and len(before) == 3:
        return str(before[2])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time() - status.st_mtime > _SETTLED:
        try:
            with replacing(cache / _FILE, shared=True) as aside:
                aside.write_text(json.dumps(_read(cache / _FILE) | {place: [*state, digest]}, indent=1) + "\n")
        except OSError as error:
            _log.debug("%s: not remembered: %s", path, error)
    return digest


def _read(path: Path) -> dict[str, object]:
    """What is remembered; nothing where the file is missing or damaged, for all of it can be computed again."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}

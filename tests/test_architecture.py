"""docs/ARCHITECTURE.md names only what exists."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:mt|configs|tests|scripts)/[\w./-]*)`", TEXT)))
NAMES = sorted(set(re.findall(r"`(mt(?:\.\w+)+)`", TEXT)))


@pytest.mark.parametrize("path", PATHS)
def test_the_page_names_paths_that_exist(path: str) -> None:
    assert (ROOT / path).exists()
    assert (ROOT / path).is_dir() == path.endswith("/")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_functions_that_exist(name: str) -> None:
    """The longest importable front of the name is a module; the rest are its attributes."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            value = getattr(value, attribute)
        return
    pytest.fail(name)


def test_every_room_is_on_the_page() -> None:
    rooms = {path.name for path in (ROOT / "mt").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    modules = {path.name for path in (ROOT / "mt").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert len(rooms) > 8
    assert not [room for room in rooms if f"`mt/{room}/`" not in TEXT]
    assert not [module for module in modules if f"`mt/{module}`" not in TEXT]

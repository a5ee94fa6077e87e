"""Fixtures that several test modules share. What is heavy is imported by those who ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_LONGEST_FIRST = (
    "test_runs_resume.py",
    "test_end_to_end_large.py",
    "test_runs_interrupts.py",
    "test_runs_ray.py",
    "test_runs_processes.py",
    "test_runs_equality.py",
)
"""Files whose tests take minutes: begun last, one of them would run alone while the other processes wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first, all others in their order."""
    order = {name: place for place, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below the test's own folder, and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture(autouse=True)
def conversions_in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are converted and tried here: a process of its own imports torch again, 5 s for each of a hundred.

    Tests marked `own_process` try that process itself.
    """
    if request.node.get_closest_marker("own_process") is None:
        from mt.engines.models import apart

        monkeypatch.setattr(apart, "_in_own_process", lambda function, arguments, limit: function(*arguments))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the folder of a tiny model of a family, made once."""
    import tiny

    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = tiny.make(name, tmp_path_factory.mktemp(name))
        return made[name]

    return get


@pytest.fixture
def library_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What transformers logs, which by itself goes past pytest."""
    from transformers.utils.logging import disable_propagation, enable_propagation

    enable_propagation()
    yield caplog
    disable_propagation()

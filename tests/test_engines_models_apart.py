"""Work in a process of its own: what it writes stays, what it raises arrives, and it never outlives who asked."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mt.engines.models.apart import run_apart
from mt.errors import ModelError

pytestmark = pytest.mark.own_process

HERE = Path(__file__).parent


def write_process(path: Path, text: str) -> None:
    path.write_text(f"{os.getpid()} {text}", encoding="utf-8")


def refuse(text: str) -> None:
    raise ModelError(text)


def fail(text: str) -> None:
    raise RuntimeError(text)


def throw(error: Exception) -> None:
    raise error


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def take(count: int) -> None:
    bytearray(count)


def say_and_wait(path: Path) -> None:
    print("not the answer")
    path.write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)


@pytest.fixture(autouse=True)
def functions_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))


def test_it_is_another_process(tmp_path: Path) -> None:
    run_apart(write_process, tmp_path / "a b", "مرحبا")
    process, text = (tmp_path / "a b").read_text(encoding="utf-8").split(" ")
    assert int(process) != os.getpid()
    assert text == "مرحبا"


@pytest.mark.parametrize(
    "function, arguments, limit, message",
    [
        (refuse, ("m: cannot be read",), None, r"^m: cannot be read$"),
        (fail, ("no such layer",), None, r"^fail in a process of its own: exit code 1: RuntimeError: no such layer$"),
        (die, (), None, r"^die in a process of its own: ended by SIGKILL, perhaps for want of memory"),
        pytest.param(
            *(take, (10**9,), 3 * 10**8, r"^take in a process of its own: exit code 1: MemoryError$"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's"),
        ),
    ],
)
def test_what_goes_wrong_arrives_as_a_model_error(function, arguments, limit, message) -> None:
    with pytest.raises(ModelError, match=message):
        run_apart(function, *arguments, limit=limit)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full", "/a/b"), Exception("No space left on device (os error 28)")]
)
def test_a_full_disk_arrives_as_what_it_is(error: Exception) -> None:
    with pytest.raises(OSError, match=r"full|No space") as caught:
        run_apart(throw, error)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, getattr(error, "filename", None))


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_it_ends_with_who_asked(tmp_path: Path, how: str) -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which nohup ignores
        "import test_engines_models_apart as t; t.run_apart(t.say_and_wait, t.Path(sys.argv[1]))"
    )
    path = tmp_path / "process"
    asking = subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.DEVNULL, cwd=HERE.parent)
    try:
        process = int(_wait_for(lambda: path.exists() and path.read_text(encoding="utf-8")))
        asking.send_signal(signal.Signals[how])
        assert asking.wait(30) == -signal.Signals[how]
        _wait_for(lambda: not Path(f"/proc/{process}").exists() if Path("/proc/self").exists() else _is_gone(process))
    finally:
        asking.kill()
        asking.wait()


def _wait_for(condition):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("did not happen within 30 s")


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False

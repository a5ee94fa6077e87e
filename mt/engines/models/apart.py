"""Work that needs much memory once, in a process of its own: when that ends, the system has all of it back.

Converting a model imports torch and holds tensors; what the C library keeps of that afterwards would stay with a run
for hours.
"""

from __future__ import annotations

import errno
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mt.errors import ModelError, MtError

_PACKAGE = Path(__file__).resolve().parents[3]


def run_apart(function: Callable[..., None], *arguments: Any, limit: int | None = None) -> None:
    """Call a module's function in a process of its own; it ends with this one, at the latest.

    `limit` is the most bytes of memory that the process may take (Linux only). What the function raises of mt's own
    errors and of the system's is raised here, and a full disk that a library tells as something else is an `OSError`,
    too. Anything else, and a process that is killed, is a `ModelError` with the last line it wrote.
    """
    _in_own_process(function, arguments, limit)


def _in_own_process(function: Callable[..., None], arguments: tuple[Any, ...], limit: int | None) -> None:
    paths = os.pathsep.join(filter(None, (str(_PACKAGE), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("w+b") as said:
        answer = Path(folder) / "answer"
        with subprocess.Popen(
            [sys.executable, "-m", __name__, str(answer)],
            env={**os.environ, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process:
            try:
                _ask(process, (function, arguments, limit))
                process.wait()
            except BaseException:
                process.kill()
                raise
        if process.returncode == 0:
            return
        if answer.is_file():
            raise pickle.loads(answer.read_bytes())
        said.seek(0)
        last = (said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
    raise ModelError(f"{function.__name__} in a process of its own: {_ending(process.returncode)}: {last}")


def _ask(process: subprocess.Popen[bytes], request: tuple[Any, ...]) -> None:
    """Send the request; the pipe stays open, because its end tells the process that nobody waits any more."""
    assert process.stdin is not None
    try:
        pickle.dump(request, process.stdin)
        process.stdin.flush()
    except BrokenPipeError:  # it ended before it read; its exit code says more
        pass


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}, perhaps for want of memory"


def _serve(answer: Path) -> int:
    """Read one request from stdin and do it; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the other process's to answer
    function, arguments, limit = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if limit is not None and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        function(*arguments)
    except (MtError, OSError) as error:
        answer.write_bytes(pickle.dumps(error))
        return 1
    except Exception as error:  # what is written in Rust (safetensors, tokenizers) raises errors of its own
        if (full := os.strerror(errno.ENOSPC)) not in str(error):
            raise
        answer.write_bytes(pickle.dumps(OSError(errno.ENOSPC, full)))
        return 1
    return 0


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing comes but the end; without the lock of sys.stdin, which an exit needs
    os._exit(1)


if __name__ == "__main__":
    sys.exit(_serve(Path(sys.argv[1])))

"""The command line. Data goes to stdout, everything else to stderr; only this package ends the process.

`main` runs one command; `parser` has the options, and a module for each group of commands does the work. Exit codes:
0 all done, 1 some articles failed, 2 the request is impossible, 130 interrupted.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence

from mt.cli.common import IMPOSSIBLE, INTERRUPTED, SOME_FAILED, Command, complain
from mt.cli.parser import make_parser
from mt.errors import MtError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = make_parser().parse_args(arguments)
    except BrokenPipeError:  # `mt --help | head`
        return _reader_gone()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a letter that the terminal lacks ends no command
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s"
    )
    logging.getLogger("mt").setLevel(logging.INFO)
    if sys.stdout is None:  # Python's for a closed descriptor, which the next file that is opened would become
        if getattr(options, "output", None) is None:
            complain(options, "standard output is closed")
            return IMPOSSIBLE
        _plug_stdout()
    try:
        command: Command = options.command
        code = command(options)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except MtError as error:
        complain(options, str(error))
        return IMPOSSIBLE
    except KeyboardInterrupt:
        complain(options, "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:
        if isinstance(error, OSError) and not _writable():
            complain(options, f"cannot write to standard output: {error.strerror}")
            return IMPOSSIBLE
        # Python's own exit code would be 1, which says that every article was tried.
        traceback.print_exc()
        complain(options, "this is a bug in mt; articles that were finished before are kept")
        return IMPOSSIBLE


def _writable() -> bool:
    """Whether standard output takes a line; if not, nothing more is written to it."""
    try:
        print(flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _plug_stdout() -> None:
    """Let nothing else become descriptor 1: what a child process writes there must not end in a file of the run."""
    null = os.open(os.devnull, os.O_WRONLY)
    if null != 1:
        os.dup2(null, 1)


def _reader_gone() -> int:
    """Without this Python would complain once more when it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return SOME_FAILED

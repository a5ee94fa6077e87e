"""What may have been meant: suggestions for errors of the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

_CHOICE = re.compile(r"argument (\S+): invalid choice: '(.*?)' \(choose from (.*)\)$")


def for_choice(message: str) -> str:
    """What to write in place of a value that argparse's `message` refuses; empty where nothing is close."""
    if not (choice := _CHOICE.search(message)):
        return ""
    option, word = choice[1].partition("/")[0], choice[2]
    choices = re.findall(r"[^\s,']+", choice[3])
    parts = [part.strip() for part in word.split(",")]
    if len(parts) > 1 and all(part in choices for part in parts):
        return f"; give each one separately: {' '.join(f'{option} {part}' for part in parts)}"
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""


def for_options(arguments: Sequence[str], command: str, options: Mapping[str, Sequence[str]]) -> str:
    """What to write in place of the options among `arguments` that `command` does not have.

    `options` are the options of each command; that of no command, "", are those in front of it.
    """
    known = options.get(command, ())
    said = (_meant(name, known, options) for name in _unknown(arguments, known))
    return "".join(f"; {text}" for text in said if text)


def _unknown(arguments: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "--":
            return
        name = argument.partition("=")[0]
        short = not name.startswith("--") and name[:2] in known  # `-oFOLDER`, or some short ones in one
        if re.match("--?[a-zA-Z]", name) and not short and not any(option.startswith(name) for option in known):
            yield name


def _meant(name: str, known: Sequence[str], options: Mapping[str, Sequence[str]]) -> str:
    if owners := [f"`{f'mt {command}'.strip()}`" for command, theirs in options.items() if name in theirs]:
        return f"{name} is an option of {' and '.join(owners)}"
    of_all = [option for theirs in options.values() for option in theirs]
    long = {option.lstrip("-"): option for option in known or of_all if option.startswith("--")}
    close = difflib.get_close_matches(name.lstrip("-"), long, n=1, cutoff=0.6)
    return f"{name} is unknown; did you mean {long[close[0]]}?" if close else ""

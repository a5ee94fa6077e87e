"""What names of files and articles may do to a terminal: nothing."""

import io

import pytest

from mt.cli.common import say
from mt.records import Failure
from mt.reports.terminal import one_line, visible
from mt.runs.progress import Lines

HOSTILE = "a\nb\x1b[2J\x07\u202ecod.exe\x9b31m\r.txt"


@pytest.mark.parametrize(
    "text, shown",
    [
        ("خبر عاجل — “news” 😀", "خبر عاجل — “news” 😀"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u2028b\x85c\x7f", r"a\u2028b\x85c\x7f"),
        ("a\tb\n", "a\tb\n"),
    ],
)
def test_what_steers_a_terminal_is_shown_and_words_stay(text, shown):
    assert visible(text) == shown


def test_a_name_stays_on_one_line():
    assert one_line("a\r\n\tb") == r"a\r\n\tb"


def test_no_name_steers_the_terminal_of_a_run(capsys):
    stream = io.StringIO()
    lines = Lines(stream)
    lines.note(f"{HOSTILE}: 2 sentences")
    lines.result(Failure("x", HOSTILE, "InputError", f"{HOSTILE}: empty"), ())
    say(f"mt: {HOSTILE}")
    for text in stream.getvalue().splitlines(keepends=True):
        assert text.endswith("\n")
        assert text[:-1].isprintable()
    assert len(stream.getvalue().splitlines()) == 2
    assert not set("\x1b\x07\x9b\r\u202e") & set(capsys.readouterr().err)

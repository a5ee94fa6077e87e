import sqlite3
from pathlib import Path

import pytest

from mt.errors import OutputError
from mt.runs import journal as module
from mt.runs.journal import Journal, KeptFailure, KeptSummary, KeptTranslation, LockedError, Totals, Written


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "journal.sqlite"


def row(position: int, *, error: str = "", flags: dict | None = None, size: int = 10) -> Written:
    return Written(position, b"e%d" % position, size * (position + 1), 0, error, 5, flags or {})


def test_what_is_added_is_there_after_closing(path):
    translation = KeptTranslation(b"a", "t", 1.5, '{"x": "عربي"}')
    summary = KeptSummary(b"a", "t", "s", None, "t | s", "null")
    failure = KeptFailure(b"b", "t", "{}")
    journal = Journal.open(path)
    journal.add([translation], [summary], [failure], [row(0, flags={"loop": 2})])
    journal.close()
    journal = Journal.open(path)
    assert journal.translation(b"a", "t") == translation
    assert journal.summary(b"a", "t", "s") == summary
    assert journal.failure(b"b", "t") == failure
    assert journal.written(0) == journal.last_written() == row(0, flags={"loop": 2})
    for found in (
        journal.translation(b"a", "other"), journal.translation(b"b", "t"), journal.summary(b"a", "t", "s2"),
        journal.summary(b"a", "t2", "s"), journal.failure(b"a", "t"), journal.written(1),
    ):  # fmt: skip
        assert found is None
    journal.close()


def test_a_second_process_is_told_apart_and_let_in_after_closing(path):
    first = Journal.open(path)
    with pytest.raises(LockedError):
        Journal.open(path)
    first.close()
    Journal.open(path).close()


def test_an_addition_is_kept_whole_or_not_at_all(path):
    journal = Journal.open(path)
    with pytest.raises(OutputError, match=r"journal\.sqlite: cannot be used"):
        journal.add([KeptTranslation(b"a", "new", 1.0, "1")], [], [], [row(0), Written(1, object(), 1, 1, "", 1, {})])
    assert journal.translation(b"a", "new") is None
    assert journal.written(0) is None
    for signature in ("other", "new"):
        journal.add([KeptTranslation(b"a", signature, 1.0, signature)], [], [], [row(0)])
    assert [journal.translation(b"a", name).value for name in ("other", "new")] == ["other", "new"]
    journal.close()


def test_totals_count_what_is_written(path):
    journal = Journal.open(path)
    assert journal.totals() == Totals(0, 0, {}, {})
    rows = [row(0, flags={"loop": 2}), row(1, error="InputError"), row(2, flags={"loop": 1, "names": 1}), row(3)]
    journal.add([], [], [], rows)
    totals = journal.totals()
    assert totals == Totals(3, 15, {"InputError": 1}, {"loop": 3, "names": 1})
    assert totals.failed == 1
    journal.forget_written(2)
    assert journal.totals() == Totals(1, 5, {"InputError": 1}, {"loop": 2})
    journal.close()


@pytest.mark.parametrize("size, last", [(100, 3), (39, 2), (30, 2), (29, 1), (9, None)])
def test_rows_beyond_the_end_of_the_file_are_forgotten(path, size, last):
    journal = Journal.open(path)
    journal.add([], [], [], [row(i) for i in range(4)])
    journal.forget_beyond(size, 0)
    found = journal.last_written()
    assert (found and found.position) == last
    journal.close()


def test_a_journal_of_another_format_is_refused_with_the_way_out(path, monkeypatch):
    Journal.open(path).close()
    monkeypatch.setattr(module, "FORMAT", 2)
    with pytest.raises(OutputError, match=r"format 1; this mt reads format 2\. Use the version.*another output"):
        Journal.open(path)


def test_another_database_is_no_journal(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(OutputError, match="a journal of format 0"):
        Journal.open(path)


@pytest.mark.parametrize("content", [b"not a database, but long enough to have a header " * 40, b"x" * 20])
def test_a_damaged_file_is_told(path, content):
    path.write_bytes(content)
    with pytest.raises(OutputError, match="not a journal of mt, or damaged"):
        Journal.open(path)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OutputError, match="cannot be used"):
        Journal.open(tmp_path / "no" / "journal.sqlite")


def test_a_journal_that_is_missing_is_made_only_where_that_is_wanted(path):
    with pytest.raises(OutputError, match=r"journal\.sqlite: no such file"):
        Journal.open(path, create=False)
    assert not path.exists()


def test_looking_up_writes_nothing(path):
    journal = Journal.open(path)
    journal._connection.execute("PRAGMA query_only = ON")
    assert journal.translation(b"a", "new") is None
    assert journal.summary(b"a", "new", "other") is None
    assert journal.failure(b"a", "new") is None
    assert journal.is_empty()
    journal.close()


def test_a_full_disk_is_an_error_of_ours_and_not_of_sqlite(path):
    journal = Journal.open(path)
    [pages] = journal._connection.execute("PRAGMA page_count").fetchone()
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OutputError, match="full"):
        journal.add([KeptTranslation(b"a", "signature " * 999, 1.0, "1")], [], [], [row(0)])
    assert journal.translation(b"a", "signature " * 999) is None
    journal.close()

"""Files that are there as a whole or not at all; and what is no file stays what it is."""

import os
import stat
import threading

import pytest

from mt import cli
from mt.errors import OutputError
from mt.files import replacing, write_whole


def test_a_pipe_gets_the_text_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    write_whole(pipe, "خبر")
    reader.join(10)
    assert read == ["خبر"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_what_is_written_aside_replaces_no_pipe_and_no_folder(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, said in ((tmp_path / "pipe", "expected a file"), (tmp_path, "Is a directory")):
        with pytest.raises(OSError, match=said), replacing(path):
            raise AssertionError
    with pytest.raises(OutputError, match="cannot be written: Is a directory"):
        write_whole(tmp_path, "text")


def test_an_empty_name_is_not_the_current_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("خبر", encoding="utf-8")
    for command in (["run", "a.txt", "-o", ""], ["evaluate", "--json", " "], ["merge", "", "a"]):
        with pytest.raises(SystemExit) as end:
            cli.main(command)
        assert end.value.code == 2
        assert "found an empty name, expected a path" in capsys.readouterr().err
    assert os.listdir() == ["a.txt"]

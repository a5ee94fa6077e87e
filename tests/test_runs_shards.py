import json
import os
from pathlib import Path

import pytest
from fakes import FakeGenerator

from mt.config import Config, ReportConfig, SummarizeConfig, TranslateConfig
from mt.errors import InputError, OutputError
from mt.pipeline import Pipeline
from mt.records import Article, Failure
from mt.runs.batch import Plan, run_batch
from mt.runs.executors import InProcess
from mt.runs.journal import Journal
from mt.runs.publishing import publish
from mt.runs.shards import Merged, Shard, merge_shards
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

COUNT = 23
SIGNED = Signatures("translate so", "summarize so")
CONFIG = Config(report=ReportConfig(formats=("txt",)))


class Silent:
    def result(self, result, paths): ...
    def progress(self, progress): ...
    def activity(self, activity): ...
    def note(self, message): ...


def items(count: int = COUNT) -> list[Article | Failure]:
    """Every fifth fails: by turns one that could not be read, one that is not Arabic."""
    made: list[Article | Failure] = []
    for i in range(count):
        if i % 10 == 4:
            made.append(Failure(f"a{i}", f"f:{i}", "InputError", f"f:{i}: cannot be read"))
        else:
            text = "Not one word of it is Arabic." if i % 10 == 9 else f"قال الوزير {i} إن العمل مستمر."
            made.append(Article(f"a{i}", text, place=f"f:{i}"))
    return made


def line() -> Pipeline:
    translator = Translator(FakeGenerator(lambda text: f"He said {len(text)} words."), TranslateConfig(hints=()))
    return Pipeline.from_parts(
        translator, Summarizer(FakeGenerator(lambda text: "All said."), SummarizeConfig()), "signed"
    )


def run(folder: Path, shard: Shard | None = None, *, given=None, **plan) -> Path:
    given = items() if given is None else given
    plan = {"config": CONFIG, "signatures": SIGNED, "inputs": ("news",), "shard": shard, **plan}
    run_batch(shard.take(given) if shard else given, folder, Plan(**plan), InProcess(line), Silent())
    return folder


def shards(folder: Path, of: int, **plan) -> list[Path]:
    return [run(folder / f"shard-{n}", Shard(n, of), **plan) for n in range(1, of + 1)]


def plain(folder: Path) -> dict[str, object]:
    """All files but the manifest and the journal, without timings."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.name == "records.jsonl":
            found[path.name] = [json.loads(row) | {"timings": None} for row in path.read_text().splitlines()]
        elif path.is_file() and path.name not in ("manifest.json", "journal.sqlite"):
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize("text, shard", [("1/1", Shard(1, 1)), ("3/8", Shard(3, 8)), ("010/10", Shard(10, 10))])
def test_a_shard_is_named_by_two_numbers(text, shard):
    assert Shard.parse(text) == shard
    assert Shard.parse(str(shard)) == shard


@pytest.mark.parametrize("text", ["", "3", "0/8", "9/8", "1/0", "-1/8", "1/8/2", "a/b", "1 / 8", "٣/٨", "1.0/8"])
def test_anything_else_is_refused(text):
    with pytest.raises(InputError, match="expected <number>/<of>"):
        Shard.parse(text)


@pytest.mark.parametrize("count, of", [(0, 3), (2, 3), (9, 3), (10, 4), (23, 7)])
def test_shards_are_even_and_hold_each_item_once(count, of):
    parts = [list(Shard(n, of).take(iter(range(count)))) for n in range(1, of + 1)]
    assert sorted(i for part in parts for i in part) == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert all(i % of == n for n, part in enumerate(parts) for i in part)


# ---------------------------------------------------------------- merging


@pytest.mark.parametrize("of", [1, 3, 30])
def test_merged_shards_are_one_run(of, tmp_path):
    whole = run(tmp_path / "whole")
    parts = shards(tmp_path, of)
    merged = merge_shards(tmp_path / "merged", parts[::-1])
    assert merged == Merged(19, 4)
    assert plain(tmp_path / "merged") == plain(whole)
    once, again = manifest(whole), manifest(tmp_path / "merged")
    same = ("format", "state", "inputs", "articles", "failures", "source_words", "models", "signature", "configuration")
    assert {key: again[key] for key in same} == {key: once[key] for key in same}
    assert again["flags"] == once["flags"]
    assert [part["shard"] for part in again["merged_from"]] == [f"{n}/{of}" for n in range(1, of + 1)]


def test_records_go_through_byte_by_byte(tmp_path):
    parts = shards(tmp_path, 2)
    merge_shards(tmp_path / "merged", parts)
    rows = [(part / "records.jsonl").read_bytes().splitlines(True) for part in parts]
    assert sorted((tmp_path / "merged" / "records.jsonl").read_bytes().splitlines(True)) == sorted(rows[0] + rows[1])


def test_lines_longer_than_what_is_read_at_once_go_through(tmp_path, monkeypatch):
    monkeypatch.setattr("mt.runs.shards._READ", 10)
    merge_shards(tmp_path / "merged", shards(tmp_path, 3))
    assert plain(tmp_path / "merged") == plain(run(tmp_path / "whole"))


def test_without_failures_there_is_no_file_of_failures_and_an_old_one_goes(tmp_path):
    merged = tmp_path / "merged"
    merge_shards(merged, shards(tmp_path / "some", 2))
    assert (merged / "failures.jsonl").exists()
    merge_shards(merged, shards(tmp_path / "none", 2, given=items(4)))
    assert not (merged / "failures.jsonl").exists()


def test_parquet_is_made_anew_when_the_shards_had_it(tmp_path):
    config = Config(report=ReportConfig(formats=(), parquet=True))
    parts = shards(tmp_path, 2, config=config)
    merge_shards(tmp_path / "merged", parts)
    import pyarrow.parquet as parquet

    ids = parquet.read_table(tmp_path / "merged" / "records.parquet")["id"].to_pylist()
    assert ids == [f"a{i}" for i in range(COUNT) if i % 5 != 4]
    assert not (tmp_path / "merged" / "reports").exists()


def edit(folder: Path, **values) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest(folder) | values))


def drop(parts: list[Path], number: int) -> list[Path]:
    return [part for part in parts if part.name != f"shard-{number}"]


@pytest.mark.parametrize("spoil, complaints", [
    (lambda parts, _: drop(drop(parts, 2), 3), ["shards missing: 2, 3 of 4"]),
    (lambda parts, _: [*parts, parts[0]], ["shard-1: shard 1/4 is given more than once"]),
    (lambda parts, tmp: [*parts[:3], run(tmp / "b", Shard(4, 5))], ["b: is shard 4/5, but"]),
    (lambda parts, tmp: [*parts[:3], run(tmp / "b")], ["b: is not a shard: it was made without --shard"]),
    (lambda parts, tmp: [*parts, tmp / "nothing"], ["manifest.json: cannot be read; expected the output folder of"]),
    (lambda parts, _: edit(parts[1], state="interrupted") or parts, ["shard 2/4 is not finished (interrupted)"]),
    (lambda parts, _: edit(parts[1], state="running") or parts, ["shard-2: shard 2/4 is not finished (running)"]),
    (lambda parts, _: edit(parts[2], signature="x") or parts, ["shard-3: made with other settings than"]),
    (lambda parts, _: edit(parts[2], inputs=["x"]) or parts, ["shard-3: made with other inputs than"]),
    (
        lambda parts, _: edit(parts[1], signature="x") or edit(parts[2], state="failed") or parts,
        ["shard-2: made with other settings", "shard 3/4 is not finished (failed)"],
    ),
    (
        lambda parts, tmp: [*parts[:3], run(tmp / "b", Shard(4, 4), given=items(15))],
        ["b: has 3 articles, expected 5 as its share of 21"],
    ),
])  # fmt: skip
def test_what_is_not_all_shards_of_one_finished_run_is_refused(spoil, complaints, tmp_path):
    given = spoil(shards(tmp_path, 4), tmp_path)
    with pytest.raises(InputError) as error:
        merge_shards(tmp_path / "merged", given)
    for complaint in complaints:
        assert complaint in str(error.value)
    assert not (tmp_path / "merged").exists()


def test_a_run_is_never_merged_over(tmp_path):
    parts = shards(tmp_path, 2)
    with pytest.raises(OutputError, match="is the output of a run"):
        merge_shards(parts[0], parts)


def test_a_shard_that_is_being_worked_on_is_refused(tmp_path):
    from mt.runs.folder import OutputFolder

    parts = shards(tmp_path, 2)
    with OutputFolder(parts[1]), pytest.raises(OutputError, match="another process"):
        merge_shards(tmp_path / "merged", parts)


def test_records_that_were_cut_by_hand_are_not_merged(tmp_path):
    parts = shards(tmp_path, 2)
    merge_shards(tmp_path / "merged", parts)
    before = (tmp_path / "merged" / "records.jsonl").read_bytes()
    records = parts[1] / "records.jsonl"
    os.truncate(records, records.stat().st_size - 5)
    with pytest.raises(InputError, match=r"shard-2/records\.jsonl: ends early"):
        merge_shards(tmp_path / "merged", parts)
    assert (tmp_path / "merged" / "records.jsonl").read_bytes() == before
    assert not (tmp_path / "merged" / "manifest.json").exists(), "what is there is no whole"


def test_reports_are_copied_where_they_cannot_be_linked(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("another file system")

    monkeypatch.setattr(os, "link", refuse)
    merge_shards(tmp_path / "merged", shards(tmp_path, 2))
    assert plain(tmp_path / "merged") == plain(run(tmp_path / "whole"))


# ---------------------------------------------------------------- one folder, one shard


@pytest.mark.parametrize("first, second, held", [
    (Shard(1, 2), Shard(2, 2), "holds shard 1/2, and this is 2/2"),
    (Shard(1, 2), None, "holds shard 1/2, and this is a run without --shard"),
    (None, Shard(2, 2), "holds a run without --shard, and this is 2/2"),
])  # fmt: skip
def test_a_folder_goes_on_with_its_own_shard_only(first, second, held, tmp_path):
    folder = run(tmp_path / "out", first)
    before = plain(folder)
    with pytest.raises(OutputError, match=held):
        run(folder, second)
    run(folder, first)
    assert plain(folder) == before


def test_a_shard_that_was_interrupted_goes_on(tmp_path):
    shard = Shard(2, 3)
    plan = Plan(replace_windows(CONFIG, 2), SIGNED, inputs=("news",), shard=shard)
    calls = iter([False, False, True, True, True, True])
    folder = tmp_path / "out"
    outcome = run_batch(shard.take(items()), folder, plan, InProcess(line), Silent(), lambda: next(calls, True))
    assert outcome.interrupted
    with pytest.raises(InputError, match="not finished"):
        merge_shards(tmp_path / "merged", [folder])
    run(folder, shard)
    assert plain(folder) == plain(run(tmp_path / "whole", shard))


def replace_windows(config: Config, articles: int) -> Config:
    return config.model_copy(update={"batch": config.batch.model_copy(update={"window_articles": articles})})


def test_a_shard_without_journal_is_refused_and_gets_none(tmp_path):
    folders = shards(tmp_path, 2)
    (folders[1] / "journal.sqlite").unlink()
    before = (folders[1] / "records.jsonl").read_bytes()
    with pytest.raises(OutputError, match=r"shard-2/journal\.sqlite: no such file"):
        merge_shards(tmp_path / "whole", folders)
    assert not (folders[1] / "journal.sqlite").exists()
    publish(folders[1])
    assert (folders[1] / "records.jsonl").read_bytes() == before


def test_an_empty_journal_beside_merged_records_cuts_nothing(tmp_path):
    merge_shards(tmp_path / "whole", shards(tmp_path, 2))
    Journal.open(tmp_path / "whole" / "journal.sqlite").close()
    before = (tmp_path / "whole" / "records.jsonl").read_bytes()
    publish(tmp_path / "whole")
    with pytest.raises(OutputError, match=r"journal\.sqlite: knows nothing of the records beside it"):
        run(tmp_path / "whole")
    assert before
    assert (tmp_path / "whole" / "records.jsonl").read_bytes() == before

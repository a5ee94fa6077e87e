"""One run through every way of sharing it out, with tiny models of the real classes and real processes."""

import json
import os
from pathlib import Path

import pytest
import tiny
import torch
import yaml

from mt import cli

COUNT = 12


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """In this process as in the workers: sums of floats differ in their last digits with the number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.delenv("RAY_ADDRESS", raising=False)
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return {name: str(tiny.make(name, folder / name)) for name in ("marian", "bart")}


@pytest.fixture(scope="module")
def settings(models, tmp_path_factory):
    file = tmp_path_factory.mktemp("settings") / "tiny.yaml"
    stage = {"decoding": {"max_new_tokens": 8}}
    translate = {"model": {"source": models["marian"], "prefix": ">>eng<< ", "device": "cpu"}, **stage}
    summarize = {"model": {"source": models["bart"], "device": "cpu"}, **stage, "length": {"bypass_words": 0}}
    # A window of one article: then batches, and with them the last digits of scores, are the same in every shard.
    report, batch = {"formats": []}, {"window_articles": 1}
    values = {"offline": True, "translate": translate, "summarize": summarize, "report": report, "batch": batch}
    file.write_text(yaml.safe_dump(values))
    return file


@pytest.fixture(scope="module")
def news(tmp_path_factory):
    file = tmp_path_factory.mktemp("news") / "news.jsonl"
    lines = tiny.ARABIC
    texts = [" ".join(lines[(i + k) % len(lines)] for k in range(1 + i % 4)) for i in range(COUNT)]
    texts[7] = "Not one word of it is Arabic."
    file.write_text("".join(json.dumps({"id": f"a{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    return file


@pytest.fixture(scope="module")
def run(settings, news, tmp_path_factory):
    def run(*options: str) -> Path:
        folder = tmp_path_factory.mktemp("out") / "out"
        code = cli.main(["run", str(news), "-c", str(settings), "-o", str(folder), *options])
        assert code == (1 if (folder / "failures.jsonl").exists() else 0)
        return folder

    return run


@pytest.fixture(scope="module")
def alone(run):
    folder = run()
    assert len({record["translation"]["text"] for record in records(folder)}) > 4, "the models tell texts apart"
    return folder


def records(folder: Path) -> list[dict]:
    return [json.loads(row) | {"timings": None} for row in (folder / "records.jsonl").read_text().splitlines()]


def assert_same(folder: Path, alone: Path) -> None:
    for mine, other in zip(records(folder), records(alone), strict=True):
        assert mine == other
    assert len(records(folder)) == COUNT - 1
    assert (folder / "failures.jsonl").read_bytes() == (alone / "failures.jsonl").read_bytes()


def test_two_workers_write_what_one_process_writes(run, alone):
    assert_same(run("--workers", "2"), alone)


@pytest.mark.ray
def test_the_workers_of_ray_write_what_one_process_writes(run, alone, monkeypatch):
    pytest.importorskip("ray", reason="the extra ray is not installed; scripts/setup installs it")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    )
    assert_same(run("--engine", "ray", "--workers", "2"), alone)


def test_merged_shards_are_what_one_process_writes(run, alone, tmp_path, capsys):
    parts = [str(run("--shard", f"{n}/3")) for n in (1, 2, 3)]
    capsys.readouterr()
    assert cli.main(["merge", str(tmp_path / "merged"), *parts]) == 1
    assert f"{COUNT - 1} done, 1 failed" in capsys.readouterr().err
    assert_same(tmp_path / "merged", alone)
    assert cli.main(["merge", str(tmp_path / "merged"), *parts[1:]]) == 2
    assert "shards missing: 1 of 3" in capsys.readouterr().err


def test_workers_go_on_where_one_process_stopped(run, alone, settings, news, capsys):
    folder = run("--limit", "5")
    command = ["run", str(news), "-c", str(settings), "-o", str(folder), "--workers", "2"]
    assert cli.main(command) == 1
    assert_same(folder, alone)


@pytest.mark.parametrize("options, complaint", [
    (["--workers", "0"], "--workers: found '0', expected a whole number, at least 1"),
    (["--workers", "many"], "--workers: found 'many', expected a whole number, at least 1"),
    (["--engine", "spark"], "--engine: invalid choice: 'spark'"),
])  # fmt: skip
def test_wrong_options_are_told(options, complaint, news, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["run", str(news), "-o", str(tmp_path / "out"), *options])
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_wrong_shard_is_told(news, tmp_path, capsys):
    assert cli.main(["run", str(news), "-o", str(tmp_path / "out"), "--shard", "9/8"]) == 2
    assert "shard: found '9/8'" in capsys.readouterr().err


def test_a_model_that_is_not_there_ends_a_run_of_workers(news, settings, tmp_path, capsys):
    options = ["--set", f"translate.model.source={tmp_path}/none", "--workers", "2"]
    assert cli.main(["run", str(news), "-c", str(settings), "-o", str(tmp_path / "out"), *options]) == 2
    assert "none" in capsys.readouterr().err

"""The default translator over 40 articles: alone, in windows, by workers, in shards, after a kill: the same bytes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from mt.config import Config, load_config
from mt.engines.models.fixture import SENTENCES
from mt.pipeline import Pipeline
from mt.records import Article, Report, Task
from mt.reports.json import report_as_json
from mt.runs.batch import Plan, run_batch
from mt.runs.executors import InProcess
from mt.runs.processes import Processes
from mt.runs.shards import Shard, merge_shards
from mt.signatures import Resolved, signatures

SETTINGS = ("summarize.enabled=false", "report.formats=[]", "report.index=false", "offline=true")


class Silent:
    def result(self, result, paths): ...
    def progress(self, progress): ...
    def activity(self, activity): ...
    def note(self, message): ...


def news() -> list[Article]:
    """40 articles of one to three short sentences, of many lengths and of lengths that many share; some have faults."""
    made = []
    for i in range(40):
        words = SENTENCES[i % 24][0].rstrip(".").split()
        sentences = [" ".join(words[: len(words) - i // 24 * 2])]
        if i % 4 == 0:
            sentences.append(" ".join(SENTENCES[(i + 7) % 24][0].split()[: 3 + i // 8]))
        if i % 10 == 0:
            sentences.append(f"بلغ عدد الزوار {i * 977 + 425601} زائرا")
        made.append(Article(f"a{i}", " ".join(f"{sentence}." for sentence in sentences), place=f"news.jsonl:{i + 1}"))
    return made


def records(results: Iterable[Report]) -> dict[str, str]:
    return {report.article.id: without_times(report_as_json(report, indent=None)) for report in results}


def without_times(line: str) -> str:
    return re.sub(r'"seconds": ?[\d.e-]+', '"seconds": 0', line)


def windows(articles: Sequence[Article], size: int) -> list[list[Task]]:
    return [
        [Task(i, a) for i, a in enumerate(articles)][first : first + size] for first in range(0, len(articles), size)
    ]


def written(folder: Path) -> dict[str, str]:
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
    return {json.loads(line)["article"]["id"]: without_times(line) for line in lines}


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(None, SETTINGS)


@pytest.fixture(scope="module")
def pipeline(config: Config) -> Pipeline:
    return Pipeline.from_config(config)


@pytest.fixture(scope="module")
def alone(pipeline: Pipeline) -> dict[str, str]:
    """The records of the articles, each worked on by itself."""
    return records(pipeline(article) for article in news())


def test_the_default_says_that_it_is_batch_invariant(pipeline: Pipeline) -> None:
    assert " batch-invariant " in pipeline.signature
    assert "not-batch-invariant" not in pipeline.signature


@pytest.mark.parametrize("size", [2, 32])
def test_windows_and_order_change_no_byte(pipeline: Pipeline, alone: dict[str, str], size: int) -> None:
    articles = news()[:: 1 if size == 2 else -1]
    assert records(report for window in windows(articles, size) for report in pipeline.work(window)) == alone


def test_workers_change_no_byte(config: Config, alone: dict[str, str]) -> None:
    processes = Processes(config, 2)
    try:
        assert records(report for done in processes.map(windows(news(), 7)) for report in done) == alone
    finally:
        processes.close()


def test_shards_change_no_byte(config: Config, pipeline: Pipeline, alone: dict[str, str], tmp_path: Path) -> None:
    shards = [Shard(number, 3) for number in (1, 2, 3)]
    for shard in shards:
        plan = Plan(config, signatures(Resolved(config)), inputs=("news.jsonl",), shard=shard)
        run_batch(shard.take(news()), tmp_path / str(shard.number), plan, InProcess(lambda: pipeline), Silent())
    merge_shards(tmp_path / "whole", [tmp_path / str(shard.number) for shard in shards])
    assert written(tmp_path / "whole") == alone


def test_a_kill_changes_no_byte(alone: dict[str, str], tmp_path: Path) -> None:
    source, out = tmp_path / "news.jsonl", tmp_path / "out"
    rows = [json.dumps({"id": article.id, "text": article.text}, ensure_ascii=False) for article in news()]
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = [part for setting in (*SETTINGS, "batch.window_articles=5") for part in ("--set", setting)]
    command = [sys.executable, "-m", "mt", "run", source, "-o", out, *settings]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not (out / "records.jsonl").exists() or not (out / "records.jsonl").stat().st_size:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    kept = written(out)
    assert 0 < len(kept) < 40
    subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=True)
    found = {name: line.replace(str(source), "news.jsonl") for name, line in written(out).items()}
    assert found == alone

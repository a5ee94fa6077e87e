"""The example of a Slurm job, with stand-ins for `mt` and `scontrol` that write down how they were called."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STAND_IN = """#!/usr/bin/env bash
echo "$(basename "$0") $*" >>"$CALLS"
[ "$(basename "$0")" = mt ] || exit 0
[ "$MT_ENDS" = never ] || exit "$MT_ENDS"
trap 'sleep 0.3; echo finished >>"$CALLS"; exit 130' TERM
touch "$CALLS.ready"
while :; do sleep 0.05; done
"""


@pytest.fixture
def job(tmp_path):
    """Starts the job of array task 3 of 8; `ends` is mt's exit code, or never."""
    for name in ("mt", "scontrol"):
        (tmp_path / name).write_text(STAND_IN)
        (tmp_path / name).chmod(0o755)
    environment = {
        **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "MT": str(tmp_path / "mt"),
        "CALLS": f"{tmp_path}/calls",
        "SLURM_SUBMIT_DIR": str(tmp_path), "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "8",
        "SLURM_ARRAY_JOB_ID": "77",
    }  # fmt: skip

    def start(ends: str) -> subprocess.Popen:
        command = [str(ROOT / "scripts/slurm.sh"), "news.jsonl", "out", "-c", "opus-big"]
        return subprocess.Popen(command, env={**environment, "MT_ENDS": ends}, stderr=subprocess.PIPE, text=True)

    start.calls = lambda: (tmp_path / "calls").read_text().splitlines()
    start.ready = tmp_path / "calls.ready"
    return start


@pytest.mark.parametrize("ends, code", [("0", 0), ("1", 0), ("2", 2)])
def test_a_task_works_on_its_shard(job, ends, code):
    task = job(ends)
    assert task.communicate(timeout=20)[1] == ""
    assert task.returncode == code
    assert job.calls() == ["mt run news.jsonl --output out/shard-3 --shard 3/8 -c opus-big"]


def test_a_task_that_runs_out_of_time_lets_mt_finish_and_queues_itself_again(job):
    task = job("never")
    while not job.ready.exists():
        time.sleep(0.02)
    task.send_signal(signal.SIGTERM)
    assert task.communicate(timeout=20)[1] == ""
    assert task.returncode == 130
    assert job.calls()[1:] == ["finished", "scontrol requeue 77_3"]


@pytest.mark.parametrize("script", ["evaluate", "run_folder", "run_jsonl", "slurm.sh", "ray_cluster.sh"])
def test_scripts_called_without_arguments_say_how_to_call_them(script):
    ended = subprocess.run([ROOT / "scripts" / script], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert script in ended.stderr

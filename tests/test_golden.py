"""The records of forty articles are the same bytes as before; see `tests/golden.py` for how to renew them, and why."""

from __future__ import annotations

import json

from mt.records import Report
from tests import golden


def test_records_are_the_same_bytes_as_before() -> None:
    wanted = json.loads(golden.HASHES.read_text(encoding="utf-8"))
    reports = [report for report in golden.pipeline().run(golden.articles()) if isinstance(report, Report)]
    assert len(wanted) == len(reports) == golden.COUNT
    changed = [name for name, digest in golden.record_hashes(reports).items() if wanted[name] != digest]
    assert not changed, f"records changed: {', '.join(changed)}; if that was meant: python -m tests.golden"


def test_the_articles_give_every_room_work() -> None:
    """A golden file of articles that nothing happens to would hold anything equal."""
    reports = [report for report in golden.pipeline().run(golden.articles()) if isinstance(report, Report)]
    segments = [segment for report in reports for segment in report.translation.segments]
    assert {flag.name for segment in segments for flag in segment.flags} >= {"number-invented", "number-missing"}
    assert any(segment.terms for segment in segments)
    assert any(segment.hints for segment in segments)
    assert any(segment.way for segment in segments)
    sentences = [sentence for report in reports if report.summary for sentence in report.summary.sentences]
    assert {sentence.origin for sentence in sentences} == {"model", "article"}, "some were replaced, some were not"

"""What is made from the records of a folder: the same for the same records, and whatever state the run is in."""

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from pages import Page
from sample_report import FULL

from mt.errors import InputError, OutputError
from mt.records import Failure
from mt.reports.json import failure_as_json, report_as_json
from mt.runs.folder import OutputFolder
from mt.runs.publishing import publish, publish_index

MANIFEST = {
    "state": "done", "inputs": ["a/news.jsonl"], "shard": None, "failures": {"InputError": 1}, "models": ["t@1"],
    "versions": {"mt": "0"}, "signature": "so", "configuration": {"report": {"formats": ["txt", "html"]}},
}  # fmt: skip
IDS = ("plain", "../up", "خبر 1", "50% & <b>", "a#b?c")


@pytest.fixture
def out(tmp_path):
    """A folder as a merge leaves it: without a journal."""
    reports = [replace(FULL, article=replace(FULL.article, id=one)) for one in IDS]
    (tmp_path / "records.jsonl").write_text(
        "".join(f"{report_as_json(report, indent=None)}\n" for report in reports), "utf-8"
    )
    (tmp_path / "failures.jsonl").write_text(failure_as_json(Failure("bad", "f:1", "InputError", "<no>")) + "\n")
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    return tmp_path


def test_every_link_of_the_index_leads_to_a_report(out):
    made = publish(out)
    assert (made.done, made.failed, made.index) == (5, 1, out / "index.html")
    page = Page((out / "index.html").read_text("utf-8"))
    links = [a["href"] for a in page.all("a") if not a["href"].startswith("#")]
    assert len(links) == 5
    for link, one in zip(links, IDS, strict=True):
        assert ":" not in link
        text = (out / unquote(link)).read_text("utf-8")
        assert (out / unquote(link)).parent == out / "reports"
        assert one in Page(text).text
    assert [row[2] for row in page.data("data")["rows"]] == ["", *links]
    assert len(list(out.glob("reports/*.txt"))) == 5


@pytest.mark.parametrize("formats, suffix", [(("txt", "html"), "html"), (("json", "md"), "md"), ((), "")])
def test_links_lead_to_the_best_form_there_is(out, formats, suffix):
    publish_index(out, formats)
    links = [row[2] for row in Page((out / "index.html").read_text("utf-8")).data("data")["rows"][1:]]
    assert all(link.endswith(f".{suffix}") for link in links) if suffix else not any(links)


def test_the_same_records_give_the_same_bytes(out):
    first = publish(out).index.read_bytes()
    (out / "manifest.json").write_text(json.dumps(MANIFEST | {"started": "later", "this_run": {"seconds": 9}}))
    assert publish(out).index.read_bytes() == first


@pytest.mark.parametrize("state", ["interrupted", "failed", "running"])
def test_a_run_that_did_not_come_to_its_end_is_told(out, state):
    (out / "manifest.json").write_text(json.dumps(MANIFEST | {"state": state}))
    assert "articles may be missing" in Page(publish(out).index.read_text("utf-8")).text
    (out / "manifest.json").write_text(json.dumps(MANIFEST))
    assert "articles may be missing" not in Page(publish(out).index.read_text("utf-8")).text


def test_a_line_that_a_killed_run_left_is_no_record(out):
    with (out / "records.jsonl").open("a") as stream:
        stream.write('{"format": 3, "arti')
    assert publish(out).done == 5


def test_a_broken_record_is_named_with_its_line(out):
    with (out / "records.jsonl").open("a") as stream:
        stream.write("{}\n")
    with pytest.raises(InputError, match=r"records\.jsonl:6: not a report: found format None"):
        publish(out)


def test_a_folder_without_manifest_goes_by_its_name(out):
    (out / "manifest.json").unlink()
    page = Page(publish(out).index.read_text("utf-8"))
    assert page.words("h1") == [out.name]


def test_a_folder_in_use_is_left_alone(out):
    (out / "records.jsonl").unlink()
    (out / "failures.jsonl").unlink()
    with OutputFolder(out), pytest.raises(OutputError, match="another run is using this folder"):
        publish(out)


def test_other_formats_leave_the_links_to_the_pages_of_the_run(out):
    publish(out)
    publish(out, ("md",))
    links = [row[2] for row in Page((out / "index.html").read_text("utf-8")).data("data")["rows"][1:]]
    assert all(link.endswith(".html") for link in links)
    assert len(list(out.glob("reports/*.md"))) == 5

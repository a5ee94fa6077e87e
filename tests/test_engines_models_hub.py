"""Models of the Hub through huggingface_hub itself, against a small server on loopback that speaks the Hub's API."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from mt.config import ModelConfig
from mt.engines.models import hub
from mt.engines.models.store import resolve
from mt.errors import ModelError

MAIN, PULL, FOREIGN = "a" * 40, "b" * 40, "c" * 40
HUB = ModelConfig(source="owner/name")


class Hub:
    """A repository: the commit of each reference, the files of each commit, and its pull requests."""

    def __init__(self) -> None:
        self.references = {"main": MAIN}
        self.files: dict[str, dict[str, bytes]] = {}
        self.pulls: list[dict[str, Any]] = []
        self.gated = False
        self.breaks_after: int | None = None
        """Bytes of the weights after which the connection is closed, once."""
        self.requests: list[tuple[str, str]] = []

    def add_pull(self, number: int, author: str, commit: str) -> None:
        self.references[f"refs/pr/{number}"] = commit
        self.pulls.append(
            {"num": number, "author": {"name": author}, "isPullRequest": True, "status": "open",
             "title": "Adding `safetensors` variant of this model", "createdAt": "2024-01-01T00:00:00.000Z",
             "repo": {"name": "owner/name", "type": "model"}}
        )  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> Hub:
        found: Hub = self.server.hub  # type: ignore[attr-defined]
        return found

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlparse(self.path).path)
        self.hub.requests.append((self.command, path))
        if self.hub.gated:
            return self.answer(401, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": "gated"})
        if "/owner/name" not in path:
            return self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        if path.endswith("/discussions"):
            return self.say({"discussions": self.hub.pulls, "count": len(self.hub.pulls), "start": 0})
        if found := re.fullmatch(r"/owner/name/resolve/(.+?)/([^/]+)", path):
            return self.file(*found.groups())
        if found := re.fullmatch(r"/api/models/owner/name(?:/(?:revision|tree)/(.+))?", path):
            return self.listing(found[1] or "main", "/tree/" in path)
        return self.answer(404, b"{}", {"X-Error-Code": "EntryNotFound"})

    def commit(self, revision: str) -> str | None:
        return revision if revision in self.hub.files else self.hub.references.get(revision)

    def listing(self, revision: str, tree: bool) -> None:
        commit = self.commit(revision)
        if commit is None:
            return self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        files = self.hub.files[commit]
        if tree:
            return self.say([{"type": "file", "path": n, "size": len(d), "oid": "0" * 40} for n, d in files.items()])
        return self.say({"id": "owner/name", "sha": commit, "siblings": [{"rfilename": name} for name in files]})

    def file(self, revision: str, name: str) -> None:
        commit = self.commit(revision)
        if commit is None or name not in self.hub.files[commit]:
            return self.answer(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit or ""})
        data, first = self.hub.files[commit][name], 0
        if found := re.fullmatch(r"bytes=(\d+)-.*", self.headers.get("Range", "")):
            first = int(found[1])
        headers = {"ETag": f'"{commit[:6]}-{name}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        return self.answer(206 if first else 200, data[first:], headers, cut=name.endswith(".safetensors"))

    def say(self, value: Any) -> None:
        self.answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def answer(self, code: int, body: bytes, headers: dict[str, str], cut: bool = False) -> None:
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if cut and self.hub.breaks_after is not None:
            self.wfile.write(body[: self.hub.breaks_after])
            self.hub.breaks_after = None
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def model() -> dict[str, bytes]:
    """The files of a model that is whole, as far as they are looked at before a library opens it."""
    data = bytes(range(250)) * 16
    header = json.dumps({"w": {"dtype": "F32", "shape": [1000], "data_offsets": [0, len(data)]}}).encode()
    weights = len(header).to_bytes(8, "little") + header + data
    return {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": weights}


@pytest.fixture
def server(model: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    served.hub = Hub()  # type: ignore[attr-defined]
    threading.Thread(target=served.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{served.server_port}"
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(constants.ENDPOINT, address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)  # both are HF_ENDPOINT, read at import
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    served.hub.files[MAIN] = dict(model)  # type: ignore[attr-defined]
    yield served.hub  # type: ignore[attr-defined]
    served.shutdown()
    served.server_close()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def pickled(model: dict[str, bytes]) -> dict[str, bytes]:
    rest = {name: data for name, data in model.items() if not name.endswith(".safetensors")}
    return {**rest, "pytorch_model.bin": b"pickle"}


def test_main_is_fetched_once_and_then_no_request_is_made(server: Hub, cache: Path) -> None:
    first = resolve(HUB, offline=False, cache=cache)
    assert first.revision == MAIN
    server.requests.clear()
    assert resolve(HUB, offline=False, cache=cache) == first == resolve(HUB, offline=True, cache=cache)
    assert not server.requests


def test_a_revision_is_a_branch_or_a_commit(server: Hub, cache: Path, model: dict[str, bytes]) -> None:
    server.files[FOREIGN] = {**model, "README.md": b"---\nlicense: mit\n---\n"}
    server.references["v2"] = FOREIGN
    branch = resolve(ModelConfig(source="owner/name", revision="v2"), offline=False, cache=cache)
    assert (branch.revision, branch.license) == (FOREIGN, "mit")
    assert resolve(ModelConfig(source="owner/name", revision=FOREIGN), offline=True, cache=cache) == branch
    with pytest.raises(ModelError, match="has no such revision"):
        resolve(ModelConfig(source="owner/name", revision="v3"), offline=False, cache=cache)


def test_the_converters_pull_request_is_found_again_offline(server: Hub, cache: Path, model: dict[str, bytes]) -> None:
    server.files |= {MAIN: pickled(model), PULL: model, FOREIGN: {**model, "README.md": b"not the converter's"}}
    server.add_pull(9, "someone", FOREIGN)
    server.add_pull(7, "SFconvertbot", PULL)
    first = resolve(HUB, offline=False, cache=cache)
    assert first.revision == PULL
    trusted = json.loads((cache / "hub/trusted/owner--name.json").read_text())
    assert (trusted["author"], trusted["reference"], trusted["commit"]) == ("SFconvertbot", "refs/pr/7", PULL)
    resolve(ModelConfig(source="owner/name", revision="refs/pr/9"), offline=False, cache=cache)
    server.requests.clear()
    assert resolve(HUB, offline=True, cache=cache) == first, "not the other pull request, which is cached too"
    assert not server.requests
    (cache / "hub/trusted/owner--name.json").unlink()
    with pytest.raises(ModelError, match="not in the Hub cache"):
        resolve(HUB, offline=True, cache=cache)


def test_gated_and_missing_repositories_are_told(server: Hub, cache: Path) -> None:
    with pytest.raises(ModelError, match="no such model on the Hub"):
        resolve(ModelConfig(source="owner/other"), offline=False, cache=cache)
    server.gated = True
    with pytest.raises(ModelError, match="gated; accept its terms"):
        resolve(HUB, offline=False, cache=cache)


def test_one_file_is_fetched_and_a_broken_download_goes_on(
    server: Hub, tmp_path: Path, model: dict[str, bytes]
) -> None:
    server.breaks_after = 1000
    path = hub.fetch_file("owner/name", "model.safetensors", None, tmp_path / "file")
    assert path.read_bytes() == model["model.safetensors"]
    asked = [request for request in server.requests if request == ("GET", f"/owner/name/resolve/main/{path.name}")]
    assert len(asked) == 2, "broken off once, and taken up"
    with pytest.raises(ModelError, match=r"owner/name: no file other\.gguf; found "):
        hub.fetch_file("owner/name", "other.gguf", None, tmp_path / "file")

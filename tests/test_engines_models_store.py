"""Where models come from: each source, what is refused, and that a cache is never seen half-made."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from mt.config import Config, ModelConfig
from mt.engines.models import gguf, hub, packing, store
from mt.engines.models.folders import RECORD, check_folder
from mt.engines.models.loss import translate_greedily
from mt.engines.models.packing import PACKED, pack
from mt.engines.models.store import cache_folder, cached_models, resolve
from mt.errors import ModelError
from tests.tiny_folders import save_tiny_bart

ROOT = Path(__file__).resolve().parent.parent
TINY = ModelConfig(source="embedded:tiny")


@pytest.fixture(scope="session")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_bart(tmp_path_factory.mktemp("model") / "bart")


@pytest.fixture
def folder(bart: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bart, tmp_path / "bart"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def embedded(bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of embedded models, with one tiny model in it."""
    pack(bart, tmp_path / "embedded/tiny")
    (tmp_path / "embedded/tiny/CARD.md").write_text("---\nlicense: mit\n---\n\n# Tiny\n")
    monkeypatch.setattr(store, "EMBEDDED", tmp_path / "embedded")
    return tmp_path / "embedded"


# ---------------------------------------------------------------- the cache folder


@pytest.mark.parametrize(
    "config, xdg, expected",
    [
        ("/c", "/x", "/c"),
        ("~/c", None, "/home/me/c"),
        (None, "/x", "/x/mt"),
        (None, "relative", "/home/me/.cache/mt"),
        (None, "", "/home/me/.cache/mt"),
        (None, None, "/home/me/.cache/mt"),
    ],
)
def test_cache_folder(config: str | None, xdg: str | None, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if xdg is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    assert cache_folder(config) == Path(expected)


# ---------------------------------------------------------------- folders


def test_a_folder_is_taken_as_it_is(folder: Path, cache: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\ntags: [x]\n---\ntext")
    found = resolve(ModelConfig(source=str(folder)), offline=True, cache=cache)
    assert (found.path, found.name, found.license) == (folder, "bart", "cc-by-4.0")
    assert len(found.revision) == 12
    assert not cache.exists()
    declared = resolve(ModelConfig(source=str(folder), license="MIT"), offline=True, cache=cache)
    assert declared.license == "MIT"


@pytest.mark.parametrize(
    "name, counts",
    [("model.safetensors", True), ("tokenizer.json", True), ("README.md", False), ("optimizer.pt", False)],
)
def test_the_fingerprint_changes_with_what_a_model_reads(folder: Path, cache: Path, name: str, counts: bool) -> None:
    model = ModelConfig(source=str(folder))
    (folder / "README.md").write_text("a model card")
    before = resolve(model, offline=True, cache=cache).revision
    assert resolve(model, offline=True, cache=cache).revision == before
    data = bytearray((folder / name).read_bytes() if (folder / name).exists() else b"12345678")
    data[-5] ^= 1
    (folder / name).write_bytes(data)
    assert (resolve(model, offline=True, cache=cache).revision != before) == counts


def _no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _cut(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", (folder / "model.safetensors").stat().st_size - 9)


def _empty(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", 0)


def _pointer(folder: Path) -> None:
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")


def _missing_shard(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))


def _outside_shard(folder: Path) -> None:
    _no_weights(folder)
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../x.safetensors"}}')


def _bad_index(folder: Path) -> None:
    _no_weights(folder)
    (folder / "model.safetensors.index.json").write_text('{"weight_map": 3}')


BROKEN: list[tuple[Callable[[Path], Any], str]] = [
    (shutil.rmtree, "expected a Hugging Face model folder, found nothing there"),
    (lambda f: (f / "config.json").unlink(), r"no config\.json.*found generation_config\.json, model\.safetensors"),
    (_no_weights, r"no model\.safetensors and no model\.safetensors\.index\.json; found config\.json"),
    (_pickle, r"only pytorch_model\.bin, no safetensors; a pickle can run any code.*save_pretrained"),
    (_cut, r"found [\d,]+ bytes, but its header promises [\d,]+"),
    (_empty, r"cut short \(0 bytes\)"),
    (_pointer, "a Git LFS pointer of .* git lfs pull"),
    (_missing_shard, r"1 of 2 shards are missing: model-00002-of-00002\.safetensors"),
    (_outside_shard, r"shard '\.\./x\.safetensors' is not in the folder"),
    (_bad_index, "damaged index of shards"),
]


@pytest.mark.parametrize("damage, message", BROKEN)
def test_a_folder_that_cannot_be_loaded(folder: Path, cache: Path, damage: Callable[[Path], Any], message: str) -> None:
    damage(folder)
    with pytest.raises(ModelError, match=f"(?s)bart.*{message}"):
        resolve(ModelConfig(source=str(folder)), offline=True, cache=cache)


def test_a_folder_of_whole_shards_is_taken(folder: Path, cache: Path) -> None:
    _missing_shard(folder)
    shutil.copy(folder / "model-00001-of-00002.safetensors", folder / "model-00002-of-00002.safetensors")
    assert resolve(ModelConfig(source=str(folder)), offline=True, cache=cache).path == folder


def test_a_file_is_no_folder(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "weights").write_text("x")
    with pytest.raises(ModelError, match="expected a Hugging Face model folder, found a file"):
        resolve(ModelConfig(source=str(tmp_path / "weights")), offline=True, cache=cache)


# ---------------------------------------------------------------- embedded


def test_an_embedded_model_is_unpacked_once(embedded: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashlib.sha256((embedded / "tiny" / PACKED).read_bytes()).hexdigest()
    first = resolve(TINY, offline=True, cache=cache)
    assert (first.name, first.revision, first.license) == ("tiny", digest[:12], "mit")
    check_folder(first.path)
    monkeypatch.setattr(packing, "unpack", _must_not_run)
    assert resolve(TINY, offline=True, cache=cache) == first
    assert sorted(p.name for p in (cache / "embedded").iterdir() if not p.name.endswith(".lock")) == [first.path.name]


def _must_not_run(*_: object, **__: object) -> None:
    raise AssertionError("ran although nothing was to be done")


def test_an_embedded_model_loads_and_generates(embedded: Path, cache: Path) -> None:
    outputs = translate_greedily(resolve(TINY, offline=True, cache=cache).path, ["w1 w2", "w3"])
    assert len(outputs) == 2


def test_a_better_model_replaces_an_embedded_one(embedded: Path, cache: Path, tmp_path: Path) -> None:
    old = resolve(TINY, offline=True, cache=cache)
    pack(save_tiny_bart(tmp_path / "better", seed=7), embedded / "tiny")
    new = resolve(TINY, offline=True, cache=cache)
    assert new.revision != old.revision
    assert (new.path / "model.safetensors").read_bytes() != (old.path / "model.safetensors").read_bytes()


def test_a_new_tokenizer_beside_the_same_weights_is_used(embedded: Path, cache: Path) -> None:
    resolve(TINY, offline=True, cache=cache)
    tokenizer = embedded / "tiny/tokenizer_config.json"
    tokenizer.write_text(json.dumps(json.loads(tokenizer.read_text()) | {"model_max_length": 17}))
    path = resolve(TINY, offline=True, cache=cache).path
    assert (path / "tokenizer_config.json").read_bytes() == tokenizer.read_bytes()


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", RECORD])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_a_damaged_cache_is_made_again(embedded: Path, cache: Path, name: str, how: str) -> None:
    path = resolve(TINY, offline=True, cache=cache).path
    good = (path / name).read_bytes()
    if how == "cut":
        os.truncate(path / name, 10)
    else:
        (path / name).unlink()
    assert resolve(TINY, offline=True, cache=cache).path == path
    assert (path / name).read_bytes() == good
    assert not list(path.parent.glob("*.partial-*"))


def test_an_unknown_embedded_model_is_told_the_known_ones(embedded: Path, cache: Path) -> None:
    with pytest.raises(ModelError, match=r"embedded:tinny: no such embedded model; known: tiny$"):
        resolve(ModelConfig(source="embedded:tinny"), offline=True, cache=cache)


def test_damaged_embedded_weights_are_refused_and_leave_nothing(embedded: Path, cache: Path) -> None:
    os.truncate(embedded / "tiny" / PACKED, 2000)
    with pytest.raises(ModelError, match=f"{PACKED}: damaged or cut short"):
        resolve(TINY, offline=True, cache=cache)
    assert not [path for path in (cache / "embedded").iterdir() if path.is_dir()]


@pytest.mark.parametrize("number, words", [(errno.ENOSPC, "No space left"), (errno.EACCES, "Permission denied")])
def test_a_full_or_closed_disk_is_told(
    embedded: Path, cache: Path, number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unpack(_: Path, folder: Path) -> None:
        (folder / "begun").write_text("x")
        raise OSError(number, os.strerror(number), str(folder / "model.safetensors"))

    monkeypatch.setattr(packing, "unpack", unpack)
    with pytest.raises(ModelError, match=rf"cannot write the model cache: .*{words}.*MT_CACHE"):
        resolve(TINY, offline=True, cache=cache)
    assert not [path for path in (cache / "embedded").iterdir() if path.is_dir()]


def test_a_full_disk_while_safetensors_writes_is_an_os_error(
    bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.numpy

    def save_file(*_: object) -> None:
        raise safetensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.numpy, "save_file", save_file)
    with pytest.raises(OSError, match="No space left"):
        pack(bart, tmp_path / "packed")


# A process of its own that resolves the tiny model; its unpacking marks that it runs, and waits where told to.
RESOLVER = """
import logging, sys, time
from pathlib import Path
from mt.config import ModelConfig
from mt.engines.models import packing, store
embedded, cache, marks, gate = map(Path, sys.argv[1:])
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
store.EMBEDDED = embedded
real = packing.unpack
def unpack(packed, target):
    real(packed, target)
    with marks.open("a") as file:
        file.write("x")
    while not gate.exists():
        time.sleep(0.01)
packing.unpack = unpack
print(store.resolve(ModelConfig(source="embedded:tiny"), offline=True, cache=cache).path)
"""


def _resolver(embedded: Path, cache: Path, marks: Path, gate: Path) -> subprocess.Popen[str]:
    """It goes on with what it has unpacked as soon as `gate` exists."""
    command = [sys.executable, "-c", RESOLVER, str(embedded), str(cache), str(marks), str(gate)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def _wait_for(marks: Path) -> None:
    deadline = time.monotonic() + 60
    while not marks.exists():
        assert time.monotonic() < deadline, "the process never began to unpack"
        time.sleep(0.02)


def test_a_killed_unpacking_leaves_no_broken_cache(embedded: Path, cache: Path, tmp_path: Path) -> None:
    process = _resolver(embedded, cache, tmp_path / "marks", tmp_path / "never")
    try:
        _wait_for(tmp_path / "marks")
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    other = cache / "embedded" / f"older-000000000000.partial-{process.pid}-00000000"
    other.mkdir()
    assert len(list((cache / "embedded").glob("tiny-*.partial-*"))) == 1
    path = resolve(TINY, offline=True, cache=cache).path
    check_folder(path)
    assert not list((cache / "embedded").glob("*.partial-*"))


def test_of_two_processes_one_unpacks_and_the_other_waits(embedded: Path, cache: Path, tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    gate = tmp_path / "gate"
    first = _resolver(embedded, cache, marks, gate)
    second: subprocess.Popen[str] | None = None
    try:
        _wait_for(marks)
        second = _resolver(embedded, cache, marks, gate)
        assert second.stderr
        said = list(takewhile(lambda line: "waiting for another process" not in line, second.stderr))
        assert second.poll() is None, said
        gate.touch()
        outputs = [process.communicate(timeout=60) for process in (first, second)]
    finally:
        for process in filter(None, (first, second)):
            process.kill()
    assert [process.returncode for process in (first, second)] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert marks.read_text() == "x"
    assert "unpacking embedded:tiny" in outputs[0][1]


def test_leftovers_of_a_living_process_stay(embedded: Path, cache: Path) -> None:
    from filelock import FileLock

    (cache / "embedded/other.partial-1-00000000").mkdir(parents=True)
    with FileLock(cache / "embedded/other.lock"):
        resolve(TINY, offline=True, cache=cache)
        assert (cache / "embedded/other.partial-1-00000000").is_dir()


# ---------------------------------------------------------------- files of weights

GGUF = b"GGUF" + bytes(range(256))


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(GGUF)
    with pytest.raises(ModelError, match=r"model\.gguf: transformers cannot read this GGUF file"):
        gguf.convert(tmp_path / "model.gguf", tmp_path / "out")


# ---------------------------------------------------------------- Hub

COMMIT = "c0ffee" + "0" * 34


class FakeHub:
    """Stands for huggingface_hub: one repository, and a cache that fills when it is downloaded."""

    def __init__(self, snapshot: Path, files: tuple[str, ...]) -> None:
        self.snapshot, self.files = snapshot, files
        self.error: Exception | None = None
        self.is_cached = False
        self.calls: list[str] = []
        self.home: str | None = None
        """The revision that has safetensors."""
        self.pulls: list[Any] = []

    def snapshot_download(
        self, repo_id: str, *, revision: str | None = None, local_files_only: bool = False, **options: Any
    ) -> str:
        from huggingface_hub.errors import LocalEntryNotFoundError

        assert "*.bin" not in options["allow_patterns"]
        if local_files_only and not (self.is_cached and self.home in (revision, None)):
            raise LocalEntryNotFoundError("not cached")
        if not local_files_only:
            self.calls.append("download")
            self.is_cached = True
        return str(self.snapshot)

    def listing(self, repo_id: str, revision: str | None) -> tuple[str, ...]:
        self.calls.append("list")
        if self.error:
            raise self.error
        return (*self.files, "model.safetensors") if self.home and self.home == revision else self.files


@pytest.fixture
def fake_hub(bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    import huggingface_hub

    snapshot = Path(shutil.copytree(bart, tmp_path / "snapshots" / COMMIT))
    (snapshot / "README.md").write_text("---\nlicense: apache-2.0\n---\n")
    fake = FakeHub(snapshot, ("README.md", "config.json", "model.safetensors", "pytorch_model.bin"))
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fake.snapshot_download)
    monkeypatch.setattr(hub, "_listing", fake.listing)
    monkeypatch.setattr(hub, "_open_pulls", lambda repo_id: iter(fake.pulls))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return fake


HUB = ModelConfig(source="owner/name")


def test_a_hub_model_is_downloaded_once_and_then_never_asked_for(cache: Path, fake_hub: FakeHub) -> None:
    first = resolve(HUB, offline=False, cache=cache)
    assert (first.name, first.revision, first.license) == ("owner/name", COMMIT, "apache-2.0")
    assert fake_hub.calls == ["list", "download"]
    assert resolve(HUB, offline=False, cache=cache) == first == resolve(HUB, offline=True, cache=cache)
    assert fake_hub.calls == ["list", "download"]


def test_offline_and_not_cached(cache: Path, fake_hub: FakeHub) -> None:
    with pytest.raises(ModelError, match=r"owner/name: not in the Hub cache.*configs/embedded-small\.yaml"):
        resolve(HUB, offline=True, cache=cache)
    assert fake_hub.calls == []


def test_a_half_downloaded_model_is_completed_or_told(cache: Path, fake_hub: FakeHub) -> None:
    fake_hub.is_cached = True
    os.truncate(fake_hub.snapshot / "model.safetensors", 100)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        resolve(HUB, offline=True, cache=cache)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        resolve(HUB, offline=False, cache=cache)
    assert fake_hub.calls == ["list", "download"]


class _Hub(BaseHTTPRequestHandler):
    """A Hub on this machine that knows one repository; for any other it does not answer."""

    def do_GET(self) -> None:
        if self.path != "/api/models/owner/name/revision/v1":
            time.sleep(1)
            return
        files = [{"rfilename": "config.json"}, {"rfilename": "model.safetensors"}]
        body = json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": files}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def local_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from huggingface_hub import constants

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub, "_LOOK_UP_SECONDS", 0.2)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_files_of_a_repository_are_looked_up(local_hub: None) -> None:
    assert hub._listing("owner/name", "v1") == ("config.json", "model.safetensors")


def test_a_hub_that_does_not_answer_is_given_up_once(local_hub: None, cache: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"owner/silent: not cached, and the Hub cannot be reached \(.*timed out"):
        resolve(ModelConfig(source="owner/silent"), offline=False, cache=cache)
    assert time.monotonic() - began < 5


def _response(status: int) -> Any:
    import huggingface_hub.errors

    httpx: Any = sys.modules.get("httpx2") or sys.modules["httpx"]
    assert huggingface_hub.errors
    return httpx.Response(status, request=httpx.Request("GET", "https://hub.invalid/api"))


def _hub_errors() -> list[tuple[Exception, str]]:
    from huggingface_hub import errors

    httpx: Any = sys.modules.get("httpx2") or sys.modules["httpx"]
    return [
        (errors.RepositoryNotFoundError("404", response=_response(404)), "no such model on the Hub"),
        (errors.RevisionNotFoundError("404", response=_response(404)), "no such revision"),
        (errors.GatedRepoError("403", response=_response(403)), "gated; accept its terms"),
        (errors.HfHubHTTPError("503 unavailable", response=_response(503)), "the Hub answered 503.*embedded"),
        (httpx.ConnectError("name not known"), r"cannot be reached \(name not known\).*configs/embedded-small\.yaml"),
        (httpx.ReadTimeout("timed out"), "cannot be reached"),
        (httpx.ProxyError("407"), "cannot be reached"),
        (errors.OfflineModeIsEnabled("offline"), "cannot be reached"),
        (
            RuntimeError("Data processing error: CAS"),
            r"was interrupted \(Data processing error: CAS\); run the command again",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "cannot be stored.*No space left.*HF_HOME"),
    ]


@pytest.mark.parametrize("number", range(10))
def test_what_the_hub_answers_is_told(cache: Path, fake_hub: FakeHub, number: int) -> None:
    fake_hub.error, message = _hub_errors()[number]
    model = HUB.model_copy(update={"revision": "v1"})
    with pytest.raises(ModelError, match=f"owner/name@v1: .*{message}"):
        resolve(model, offline=False, cache=cache)
    assert "download" not in fake_hub.calls


@pytest.mark.parametrize(
    "files, message",
    [
        (("config.json", "pytorch_model.bin"), "a pickle can run any code.*offers no safetensors"),
        (("config.json", "onnx/model.safetensors"), "no safetensors weights"),
        (("model.safetensors",), r"no config\.json"),
    ],
)
def test_a_repository_that_cannot_be_used_is_not_downloaded(
    cache: Path, fake_hub: FakeHub, files: tuple[str, ...], message: str
) -> None:
    fake_hub.files = files
    with pytest.raises(ModelError, match=message):
        resolve(HUB, offline=False, cache=cache)
    assert fake_hub.calls == ["list"]


def _pull(number: int, author: str, title: str = "Adding `safetensors` variant of this model") -> Any:
    from types import SimpleNamespace

    reference = f"refs/pr/{number}"
    return SimpleNamespace(author=author, title=title, is_pull_request=True, git_reference=reference)


def test_a_conversion_by_anybody_else_is_not_taken(cache: Path, fake_hub: FakeHub) -> None:
    fake_hub.files = ("config.json", "pytorch_model.bin")
    fake_hub.home = "refs/pr/3"
    fake_hub.pulls = [_pull(3, "someone")]
    with pytest.raises(ModelError, match="a pickle can run any code"):
        resolve(HUB, offline=False, cache=cache)
    assert fake_hub.calls == ["list"]


def test_an_invalid_hub_id_is_told(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"a--b\.\.c: not a valid Hub id"):
        resolve(ModelConfig(source="a--b..c"), offline=True, cache=cache)


# ---------------------------------------------------------------- what is there


def test_models_of_all_sources_are_listed(embedded: Path, cache: Path, fake_hub: FakeHub) -> None:
    before = cached_models(cache)
    assert [(model.name, model.source, model.license) for model in before] == [("tiny", "embedded:tiny", "mit")]
    assert before[0].path == embedded / "tiny"
    folders = [resolve(model, offline=False, cache=cache) for model in (TINY, HUB)]
    after = cached_models(cache)
    assert [(model.name, model.source) for model in after] == [
        ("owner/name", "owner/name"),
        ("tiny", "embedded:tiny"),
    ]
    by_name = {model.name: model for model in after}
    for folder in folders:
        listed = by_name[folder.name]
        assert (listed.path, listed.revision, listed.license) == (folder.path, folder.revision, folder.license)
        assert listed.bytes == sum(path.stat().st_size for path in folder.path.iterdir())
    shutil.rmtree(fake_hub.snapshot)
    assert "owner/name" not in {model.name for model in cached_models(cache)}


def test_a_cached_model_is_resolved_without_torch(embedded: Path, cache: Path) -> None:
    resolve(TINY, offline=True, cache=cache)
    code = (
        "import sys\nfrom pathlib import Path\nfrom mt.config import ModelConfig\nfrom mt.engines.models import store\n"
        "store.EMBEDDED = Path(sys.argv[1])\n"
        "store.resolve(ModelConfig(source='embedded:tiny'), offline=True, cache=Path(sys.argv[2]))\n"
        "print({'torch', 'transformers', 'numpy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(embedded), str(cache)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.strip() == "set()"


# ---------------------------------------------------------------- the model in this package


def test_the_embedded_translator_unpacks_and_translates(cache: Path) -> None:
    model = Config().translate.model
    folder = resolve(model, offline=True, cache=cache)
    assert folder.license == "Apache-2.0"
    (english,) = translate_greedily(folder.path, ["قال رئيس الوزراء إن البلدين سيوقعان اتفاقا اليوم."])
    assert any(word in english.lower() for word in ("minister", "president", "countr", "agreement", "said"))

import hashlib
import os

import pytest
from fakes import FakeGenerator

from mt import terms
from mt.config import Config, SummarizeConfig, load_config
from mt.doctor import look_over
from mt.engines.models import hashes, store
from mt.pipeline import Pipeline
from mt.signatures import Effective, Resolved, signature, signatures


class Named(Resolved):
    """Takes it that every model is here."""

    def name(self, model):
        return "m@1"


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("stage, change, differs", [
    ("model", {"batch_tokens": 1}, False),
    ("model", {"threads": 7}, False),
    ("model", {"license": "x"}, False),
    ("model", {"prefix": ">>eng<<"}, True),
    ("model", {"target_code": "eng_Latn"}, True),
    ("decoding", {"num_beams": 7}, True),
])  # fmt: skip
def test_a_signature_holds_what_decides_the_output_and_nothing_else(stage, change, differs, loaded):
    def signed(update):
        config = Config().translate
        config = config.model_copy(update={stage: getattr(config, stage).model_copy(update=update)})
        effective = Effective("fake", 100) if loaded else Effective.configured(config.model)
        return signature(Named(Config()), config, effective)

    assert (signed({}) != signed(change)) == differs
    assert "\n" not in signed(change)


@pytest.mark.parametrize("change, differs", [
    ({"device": "cuda:1"}, False), ({"device": "cpu"}, True), ({"dtype": "float16"}, True),
    ({"engine": "transformers"}, True), ({"max_input_tokens": 7}, True),
])  # fmt: skip
def test_before_loading_a_signature_holds_what_is_configured(change, differs):
    def signed(update):
        config = Config().translate
        model = config.model.model_copy(update={"device": "cuda:0", **update})
        return signature(Named(Config()), config.model_copy(update={"model": model}), Effective.configured(model))

    assert (signed({}) != signed(change)) == differs


def test_a_loaded_model_signs_what_the_engine_made_of_it():
    line = signature(Named(Config()), SummarizeConfig(), Effective("ctranslate2/int8/marian", 150))
    assert line.startswith("m@1 ctranslate2/int8/marian max_input_tokens=150 ")
    assert "max_share=" in line


def test_each_model_is_found_once_for_a_whole_run(monkeypatch, tmp_path):
    asked = []

    def resolve(model, *, offline, cache):
        asked.append(model.source)
        return store.ModelFolder(tmp_path, "model", "1", None)

    monkeypatch.setattr(store, "resolve", resolve)
    resolved = Resolved(Config())
    first = signatures(resolved)
    assert signatures(resolved) == first
    assert first.models == ("model@1",) * len(resolved.config.uses)
    assert asked == [model.source for model in resolved.config.models.values()]


def test_glossaries_and_lexicons_are_loaded_once_for_a_whole_run(monkeypatch, tmp_path):
    """By the signature, the doctor and the pipeline together."""
    opened = []
    for name in ("load_glossaries", "load_lexicons"):
        load = getattr(terms, name)
        for module in ("mt.signatures", "mt.translation.translator"):
            monkeypatch.setattr(f"{module}.{name}", lambda *a, n=name, load=load: (opened.append(n), load(*a))[1])
    monkeypatch.setattr(store, "resolve", lambda model, **_: store.ModelFolder(tmp_path, "model", "1", None))
    monkeypatch.setattr("mt.pipeline.load_stage", lambda resolved, of: (FakeGenerator(), resolved.terms))
    config = load_config("embedded", environment={})
    resolved = Resolved(config)
    signatures(resolved)
    assert opened == ["load_glossaries"], "a signature needs no lexicon"
    levels = {f.subject: f.level for f in look_over(config, import_torch=False, resolved=resolved)}
    assert levels["glossaries"] == "ok"
    Pipeline(config, resolved=resolved)
    assert opened == ["load_glossaries", "load_lexicons"]


def test_a_large_file_is_hashed_once_and_again_when_it_changed(tmp_path, monkeypatch):
    file, cache, digests = tmp_path / "weights", tmp_path / "cache", []
    compute = hashlib.file_digest
    monkeypatch.setattr(hashes.hashlib, "file_digest", lambda *a: (digests.append(1), compute(*a))[1])

    def put(content, at):
        file.write_bytes(content)
        os.utime(file, (at, at))

    put(b"one", 1000)
    wanted = hashlib.sha256(b"one").hexdigest()
    assert [hashes.sha256_of(file, cache) for _ in range(3)] == [wanted] * 3
    assert len(digests) == 1
    put(b"two", 2000)
    assert hashes.sha256_of(file, cache) == hashlib.sha256(b"two").hexdigest()
    (cache / "hashes.json").write_text("torn {")
    assert hashes.sha256_of(file, cache) == hashlib.sha256(b"two").hexdigest()
    assert len(digests) == 3
    file.write_bytes(b"new")
    assert [hashes.sha256_of(file, cache) for _ in range(2)] == [hashlib.sha256(b"new").hexdigest()] * 2
    assert len(digests) == 5, "changed just now: another change might not show in its time"


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path):
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    os.utime(file, (1, 1))
    (tmp_path / "cache").write_text("a file, not a folder")
    assert hashes.sha256_of(file, tmp_path / "cache") == hashlib.sha256(b"one").hexdigest()

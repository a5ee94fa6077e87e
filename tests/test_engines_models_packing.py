"""The packed int8 form: what it keeps, how much it loses, and what it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch_file

from mt.engines.models.loss import measure_loss, translate_greedily
from mt.engines.models.packing import PACKED, pack, quantize, unpack
from mt.errors import ModelError
from tests.tiny_folders import save_tiny_bart

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_bart(tmp_path_factory.mktemp("bart"))


@pytest.fixture
def packed(source: Path, tmp_path: Path) -> Path:
    pack(source, tmp_path / "packed")
    return tmp_path / "packed"


def _folder(path: Path, tensors: dict[str, torch.Tensor]) -> Path:
    path.mkdir(parents=True)
    (path / "config.json").write_text("{}")
    save_torch_file(tensors, path / "model.safetensors", {"format": "pt"})
    return path


def _repack(packed: Path, **changes: str) -> None:
    """Write the packed file again with other entries in what its header says."""
    from safetensors import safe_open

    with safe_open(packed / PACKED, "np") as file:
        about = json.loads(file.metadata()["mt-packed"])
    save_file(load_file(packed / PACKED), packed / PACKED, {"mt-packed": json.dumps(about | changes)})


def test_every_weight_comes_back_within_half_a_step(source: Path, packed: Path, tmp_path: Path) -> None:
    unpack(packed, tmp_path / "again")
    before, after = load_file(source / "model.safetensors"), load_file(tmp_path / "again/model.safetensors")
    assert before.keys() == after.keys()
    for name, weights in before.items():
        steps = np.abs(weights).max(axis=-1, keepdims=True) / 127
        assert np.all(np.abs(weights - after[name]) <= 0.54 * steps + 1e-6), name
    assert any(not np.array_equal(before[name], after[name].astype("f4")) for name in before)


def test_unpacked_folder_loads_and_holds_the_dequantized_weights(packed: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    unpack(packed, tmp_path / "again")
    model = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "again", dtype=torch.float32)
    name = "model.encoder.layers.0.fc1.weight"
    stored = load_file(packed / PACKED)
    expected = stored[name].astype("f4") * stored[f"{name}::scale"][:, None]
    assert np.array_equal(model.state_dict()[name].numpy(), expected.astype("f2").astype("f4"))
    assert model.model.shared.weight.data_ptr() == model.lm_head.weight.data_ptr()
    assert AutoTokenizer.from_pretrained(tmp_path / "again")("w1 w2")["input_ids"] == [5, 6]


def test_quantize_keeps_the_largest_of_each_row_and_a_zero_row() -> None:
    rows, scale = quantize(torch.tensor([[0.5, -1.27, 0.004], [0.0, 0.0, 0.0], [254.0, 2.0, 3.1]]))
    assert rows.tolist() == [[50, -127, 0], [0, 0, 0], [127, 1, 2]]
    assert scale.tolist() == pytest.approx([0.01, 1.0, 2.0])


def test_what_stays_float(tmp_path: Path) -> None:
    tensors = {
        "final_logits_bias": torch.tensor([[-1e4, 0.125, 0.25] * 10]),
        "norm.bias": torch.linspace(-1, 1, 20),
        "conv.weight": torch.randn(20, 20, 3, generator=torch.Generator().manual_seed(1)),
        "wide": torch.full((5,), 1e6),
        "count": torch.tensor([7]),
    }
    report = pack(_folder(tmp_path / "source", tensors), tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "again")
    again = load_file(tmp_path / "again/model.safetensors")
    assert report.matrices == 0
    assert {name: str(tensor.dtype) for name, tensor in again.items()} == {
        "final_logits_bias": "float16",
        "norm.bias": "float16",
        "conv.weight": "float16",
        "wide": "float32",
        "count": "int64",
    }
    for name, tensor in tensors.items():
        assert np.allclose(again[name], tensor.numpy(), rtol=1e-3, atol=1e-6), name


def test_tensors_of_one_content_are_stored_once_and_come_back_under_all_names(tmp_path: Path) -> None:
    weights = torch.randn(32, 16, generator=torch.Generator().manual_seed(1))
    tensors = {"shared": weights, "lm_head": weights.clone(), "other": weights + 1}
    report = pack(_folder(tmp_path / "source", tensors), tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "again")
    assert set(load_file(tmp_path / "packed" / PACKED)) == {"lm_head", "lm_head::scale", "other", "other::scale"}
    again = load_file(tmp_path / "again/model.safetensors")
    assert np.array_equal(again["shared"], again["lm_head"])
    assert not np.array_equal(again["shared"], again["other"])
    assert (report.tensors, report.matrices) == (3, 2)


def test_shards_and_bfloat16_are_read(tmp_path: Path) -> None:
    weights = torch.randn(32, 16, generator=torch.Generator().manual_seed(1)).to(torch.bfloat16)
    folder = _folder(tmp_path / "source", {"unused": weights})
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    save_torch_file({"a": weights}, folder / "model-00001-of-00002.safetensors")
    save_torch_file({"b": weights * 2}, folder / "model-00002-of-00002.safetensors")
    pack(folder, tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "again")
    again = load_file(tmp_path / "again/model.safetensors")
    assert np.allclose(again["b"].astype("f4"), weights.float().numpy() * 2, atol=0.03)
    assert not (tmp_path / "again/model.safetensors.index.json").exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    with pytest.raises(ModelError, match=r"tensor layer\.weight holds weights that are not finite"):
        pack(_folder(tmp_path / "source", {"layer.weight": torch.full((16, 16), value)}), tmp_path / "packed")


def test_packing_keeps_the_card_and_reports_sizes(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "packed"
    target.mkdir()
    (target / "CARD.md").write_text("card")
    report = pack(source, target)
    assert (target / "CARD.md").read_text() == "card"
    assert report.packed_bytes == (target / PACKED).stat().st_size < report.source_bytes / 2
    assert 0.001 < report.relative_error < 0.01
    assert sorted(p.name for p in target.iterdir() if p.name != "CARD.md") == [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        PACKED,
    ]


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("damage, message", [(_flip, "the weights have sha256"), (_cut, "damaged or cut short")])
def test_a_damaged_file_is_refused(packed: Path, tmp_path: Path, damage: object, message: str) -> None:
    assert callable(damage)
    damage(packed / PACKED)
    with pytest.raises(ModelError, match=f"{PACKED}.*{message}"):
        unpack(packed, tmp_path / "again")


@pytest.mark.parametrize("header", [{"version": "2"}, {"format": "other"}])
def test_another_version_or_format_is_refused(packed: Path, tmp_path: Path, header: dict[str, str]) -> None:
    unpack(packed, tmp_path / "before")
    _repack(packed, **header)
    with pytest.raises(ModelError, match=r"this mt reads mt-int8-rows version 1; pack the model again"):
        unpack(packed, tmp_path / "again")


def test_an_ordinary_safetensors_file_is_refused(source: Path, packed: Path, tmp_path: Path) -> None:
    shutil.copy(source / "model.safetensors", packed / PACKED)
    with pytest.raises(ModelError, match="found packed format None version None"):
        unpack(packed, tmp_path / "again")


def test_packing_twice_gives_the_same_bytes(source: Path, packed: Path, tmp_path: Path) -> None:
    pack(source, tmp_path / "second")
    assert (tmp_path / "second" / PACKED).read_bytes() == (packed / PACKED).read_bytes()


def test_missing_packed_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=PACKED):
        unpack(tmp_path, tmp_path / "again")


def test_loss_is_none_against_itself_and_some_against_another_model(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("sacrebleu")
    sentences = ["w1 w2 w3", "w9", "w20 w21 w22 w23 w24"]
    assert str(measure_loss(source, source, sentences)).startswith("chrF 100.0 between both over 3 sentences; 3 ")
    other = measure_loss(source, save_tiny_bart(tmp_path / "other", seed=1), sentences)
    assert other.chrf < 90
    assert other.same < 3


def test_loss_without_sacrebleu_says_how_to_get_it(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(ModelError, match="pip install sacrebleu"):
        measure_loss(source, source, ["w1"])


def test_translations_keep_the_order_of_the_sentences(source: Path) -> None:
    sentences = [" ".join(f"w{(7 * i + j) % 60}" for j in range(1 + (5 * i) % 9)) for i in range(12)]
    together = translate_greedily(source, sentences)
    assert len(set(together)) > 6, "the model must not write the same text for every input"
    assert translate_greedily(source, sentences[::-1]) == together[::-1]
    assert translate_greedily(source, sentences[3:4]) == together[3:4]


@pytest.mark.parametrize(
    "folder, code, words", [("bart", 0, ["int8", "chrF"]), ("absent", 2, ["pack_model:", "absent"])]
)
def test_the_script(source: Path, tmp_path: Path, folder: str, code: int, words: list[str]) -> None:
    pytest.importorskip("sacrebleu")
    shutil.copytree(source, tmp_path / "bart")
    sample = tmp_path / "sample.txt"
    sample.write_text("w1 w2\n\nw3 w4\n")
    command = [sys.executable, str(ROOT / "scripts/pack_model"), str(tmp_path / folder), str(tmp_path / "out")]
    done = subprocess.run([*command, f"--sample={sample}"], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert all(word in (done.stderr if code else done.stdout) for word in words)

"""GGUF conversion, on a tiny quantized Llama that the test writes itself."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mt.engines.models import conversion
from mt.engines.models.folders import check_folder
from mt.engines.models.gguf import _ends, can_stream, convert, to_hugging_face
from mt.errors import ModelError

END = "<|im_end|>"
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"


def _vocabulary() -> list[str]:
    """Three special tokens, the 256 bytes in GPT-2's spelling, and one merged token."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    return ["<|endoftext|>", "<|im_start|>", END, *bytes_to_unicode().values(), "ab"]


def _write(path: Path) -> None:
    """A Llama of width 32 with two heads and one layer, its matrices in Q8_0 blocks."""
    write_gguf(path, "llama", 32, {})


def write_gguf(path: Path, family: str, width: int, types: dict[str, str], *, tied: bool = True) -> None:
    """A random model of a family: two heads of queries, one of keys and values, one layer.

    `types` gives the block format of matrices by a part of their name; the others are Q8_0.
    """
    import gguf

    tokens, wide, half = _vocabulary(), 2 * width, width // 2
    writer = gguf.GGUFWriter(path, family)
    writer.add_name("Tiny")
    writer.add_context_length(128)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm" if family == "llama" else "qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3] + [1] * (len(tokens) - 3))
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(TEMPLATE)
    random = np.random.default_rng(0)
    shapes = {"attn_q": (width, width), "attn_k": (half, width), "attn_v": (half, width)}
    shapes |= {"attn_output": (width, width), "ffn_gate": (wide, width), "ffn_up": (wide, width)}
    shapes |= {"ffn_down": (width, wide)}
    matrices = {f"blk.0.{name}.weight": shape for name, shape in shapes.items()}
    matrices |= {"token_embd.weight": (len(tokens), width)} | ({} if tied else {"output.weight": (len(tokens), width)})
    for name, shape in matrices.items():
        kind = next((types[part] for part in types if part in name), "Q8_0")
        data = _blocks(random, shape, kind)
        raw = None if kind == "F16" else gguf.GGMLQuantizationType[kind]
        writer.add_tensor(name, data, raw_dtype=raw)
    for name in ("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"):
        writer.add_tensor(name, random.uniform(0.5, 1.5, width).astype("f4"))
    if family == "qwen2":
        for name, size in (("attn_q", width), ("attn_k", half), ("attn_v", half)):
            writer.add_tensor(f"blk.0.{name}.bias", random.normal(size=size).astype("f4"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _blocks(random: np.random.Generator, shape: tuple[int, int], kind: str) -> Any:
    """Random weights in a block format. The library cannot write K-quants: theirs are random bits with sane scales."""
    import gguf

    if kind == "F16":
        return random.normal(size=shape).astype("f2")
    if kind == "Q8_0":
        return gguf.quants.quantize(random.normal(size=shape).astype("f4"), gguf.GGMLQuantizationType.Q8_0)
    per_block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    blocks = random.integers(0, 256, (shape[0], shape[1] // per_block, size), dtype="u1")
    scale = np.frombuffer(np.float16(0.01).tobytes(), "u1")
    if kind == "Q4_K":  # two scales come first
        blocks[..., 0:2] = blocks[..., 2:4] = scale
    else:  # Q6_K: the scale comes last
        blocks[..., -2:] = scale
    return blocks.reshape(shape[0], -1)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    _write(path)
    return path


@pytest.fixture(scope="module")
def converted(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("converted")
    convert(source, target)
    return target


def test_the_folder_is_an_ordinary_one(source: Path, converted: Path) -> None:
    check_folder(converted)
    config = json.loads((converted / "config.json").read_text())
    assert "gguf" not in json.dumps(config)
    assert "quantization_config" not in config
    assert (config["model_type"], config["dtype"]) == ("llama", "float32")
    assert str(source.parent) not in "".join(path.read_text() for path in converted.glob("*.json"))


def test_outputs_end_where_the_chat_template_ends_a_turn(converted: Path) -> None:
    from transformers import AutoTokenizer, GenerationConfig

    tokenizer = AutoTokenizer.from_pretrained(converted)
    assert tokenizer.convert_tokens_to_ids(END) == 2
    assert GenerationConfig.from_pretrained(converted).eos_token_id == 2
    assert tokenizer.chat_template == TEMPLATE
    assert tokenizer.model_max_length == 128


def test_no_trace_of_quantization_where_the_library_cannot_be_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mt.engines.models.gguf._dequantized", dict)
    convert(source, tmp_path)
    assert "gguf" not in (tmp_path / "config.json").read_text()


@pytest.mark.parametrize(
    "given, ends",
    [((2, 2), 2), ((2, 7), [2, 7]), (([2, 3], 3), [2, 3]), ((None, 5), 5)],
)
def test_every_token_that_ends_an_output_is_kept(given: tuple[Any, ...], ends: int | list[int]) -> None:
    assert _ends(*given) == ends


def test_tokens_are_those_of_the_gguf_file(source: Path, converted: Path) -> None:
    from transformers import AutoTokenizer

    before = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    after = AutoTokenizer.from_pretrained(converted)
    texts = ["ab abc  3.14 It's", "قال الرئيس: «نعم» ٣", "a\n\n b\r\n\t", f"<|im_start|>user\nab{END}\n", "😀—é", ""]
    for text in texts:
        assert after(text)["input_ids"] == before(text)["input_ids"], text
        assert after.decode(after(text)["input_ids"]) == before.decode(before(text)["input_ids"]), text
    assert after("ab")["input_ids"][-1] == len(_vocabulary()) - 1, "the merge must be kept"


def test_weights_and_greedy_output_are_those_of_the_gguf_file(source: Path, converted: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    before = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32).eval()
    after = AutoModelForCausalLM.from_pretrained(converted, dtype=torch.float32).eval()
    expected, found = before.state_dict(), after.state_dict()
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    for prompt in ([1, 40, 41, 42], [1, 90, 2, 7]):
        tokens = torch.tensor([prompt])
        options = {"attention_mask": torch.ones_like(tokens), "max_new_tokens": 20, "do_sample": False}
        assert torch.equal(before.generate(tokens, **options), after.generate(tokens, **options))


MIXED = {
    "ffn_down": "Q6_K",
    "attn_v": "Q6_K",
    "attn_k": "F16",
    "attn_q": "Q4_K",
    "ffn": "Q4_K",
    "output.weight": "Q6_K",
}


@pytest.mark.parametrize("family, tied", [("llama", True), ("llama", False), ("qwen2", False), ("qwen2", True)])
def test_tensor_by_tensor_gives_the_bytes_of_the_long_way(family: str, tied: bool, tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    write_gguf(file, family, 256, MIXED, tied=tied)
    assert can_stream(file)
    convert(file, tmp_path / "whole")
    for dtype in ("int8", "float32", "int8_bfloat16"):
        long, short = tmp_path / f"long-{dtype}", tmp_path / f"short-{dtype}"
        for target in (long, short):
            target.mkdir()
        conversion.convert(tmp_path / "whole", "chat", dtype, long)
        conversion.stream(file, dtype, short, threads=2)
        names = {path.name for path in long.iterdir()}
        assert names == {path.name for path in short.iterdir()} - {conversion.HUGGING_FACE}
        for name in names:
            assert (long / name).read_bytes() == (short / name).read_bytes(), (dtype, name)
    for name in (
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
        "generation_config.json",
        "config.json",
    ):
        assert (tmp_path / "whole" / name).read_bytes() == (short / conversion.HUGGING_FACE / name).read_bytes(), name


@pytest.mark.parametrize("family", ["llama", "qwen2"])
def test_a_hugging_face_folder_is_written_tensor_by_tensor(family: str, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    file = tmp_path / "tiny.gguf"
    write_gguf(file, family, 256, MIXED)
    convert(file, tmp_path / "whole")
    expected = AutoModelForCausalLM.from_pretrained(tmp_path / "whole").state_dict()
    for dtype in ("float32", "bfloat16"):
        to_hugging_face(file, dtype, tmp_path / dtype, threads=2)
        check_folder(tmp_path / dtype)
        found = AutoModelForCausalLM.from_pretrained(tmp_path / dtype, dtype=getattr(torch, dtype)).state_dict()
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], expected[name].to(getattr(torch, dtype))) for name in found)


def test_what_is_not_known_to_be_whole_goes_the_long_way(tmp_path: Path) -> None:
    import gguf

    writer = gguf.GGUFWriter(tmp_path / "other.gguf", "llama")
    writer.add_name("Tiny")
    writer.add_block_count(1)
    writer.add_context_length(8)
    writer.add_embedding_length(8)
    writer.add_head_count(1)
    writer.add_expert_count(2)
    writer.add_tensor("token_embd.weight", np.ones((4, 8), dtype="f4"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert not can_stream(tmp_path / "other.gguf")


def test_a_damaged_file_is_named(source: Path, tmp_path: Path) -> None:
    data = source.read_bytes()
    for name, damaged in (("cut", data[: len(data) - 100]), ("header", data[:60]), ("other", b"PK" + data[2:])):
        (tmp_path / f"{name}.gguf").write_bytes(damaged)
        with pytest.raises(ModelError, match=rf"{name}\.gguf: not a GGUF file, or a damaged one"):
            can_stream(tmp_path / f"{name}.gguf")


def test_progress_is_one_line_of_the_log(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "mt"):
        convert(source, tmp_path)
    assert [record.message for record in caplog.records if record.name.startswith("mt")] == [
        "converting tiny.gguf to safetensors, once; this takes half a minute to two minutes"
    ]
    assert capfd.readouterr() == ("", "")

from __future__ import annotations

import pytest

from mt.engines.devices import CTranslate2Facts, DeviceFacts, Placement, look, place, place_ctranslate2
from mt.errors import ConfigError

CPU = DeviceFacts()
MAC = DeviceFacts(mps=True)
NEW_CARD = DeviceFacts(cuda_devices=2, cuda_bfloat16=True)
OLD_CARD = DeviceFacts(cuda_devices=1)


@pytest.mark.parametrize(
    "device, dtype, facts, expected",
    [
        ("auto", "auto", CPU, ("cpu", "float32")),
        ("auto", "auto", MAC, ("cpu", "float32")),
        ("mps", "auto", MAC, ("mps", "float32")),
        ("auto", "auto", NEW_CARD, ("cuda", "bfloat16")),
        ("auto", "auto", OLD_CARD, ("cuda", "float16")),
        ("cuda:1", "float16", NEW_CARD, ("cuda:1", "float16")),
        ("cuda", "float32", OLD_CARD, ("cuda", "float32")),
        ("cpu", "auto", NEW_CARD, ("cpu", "float32")),
        ("cpu", "bfloat16", CPU, ("cpu", "bfloat16")),
    ],
)
def test_device_and_precision(device: str, dtype: str, facts: DeviceFacts, expected: tuple[str, str]) -> None:
    assert place(device, dtype, facts) == Placement(*expected)


@pytest.mark.parametrize(
    "device, dtype, facts, message",
    [
        ("cuda", "auto", CPU, "device: found cuda, but torch sees no CUDA device"),
        ("cuda:2", "auto", NEW_CARD, r"device: found cuda:2, but torch sees 2 CUDA"),
        ("mps", "auto", NEW_CARD, "device: found mps"),
        ("auto", "float16", CPU, "dtype: found float16 on the CPU"),
        ("cuda", "bfloat16", OLD_CARD, "dtype: found bfloat16"),
    ],
)
def test_what_the_machine_cannot_do_is_refused(device: str, dtype: str, facts: DeviceFacts, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        place(device, dtype, facts)


def test_the_machine_can_be_looked_at() -> None:
    assert place("auto", "auto", look()).dtype in {"float32", "bfloat16", "float16"}


TWO_CARDS = CTranslate2Facts(
    2, frozenset({"float32", "int8", "int8_float32"}), frozenset({"float32", "float16", "bfloat16", "int8_float16"})
)
OLD_CARD_CT2 = CTranslate2Facts(1, cuda_types=frozenset({"float32", "float16"}))


@pytest.mark.parametrize(
    "device, dtype, facts, expected",
    [
        ("auto", "auto", CTranslate2Facts(), ("cpu", "int8")),
        ("cpu", "auto", TWO_CARDS, ("cpu", "int8")),
        ("auto", "auto", TWO_CARDS, ("cuda", "bfloat16")),
        ("auto", "auto", OLD_CARD_CT2, ("cuda", "float16")),
        ("cuda:1", "int8_float16", TWO_CARDS, ("cuda:1", "int8_float16")),
        ("cpu", "float32", CTranslate2Facts(), ("cpu", "float32")),
    ],
)
def test_device_and_precision_of_ctranslate2(
    device: str, dtype: str, facts: CTranslate2Facts, expected: tuple[str, str]
) -> None:
    assert place_ctranslate2(device, dtype, facts, automatic="int8") == Placement(*expected)


@pytest.mark.parametrize(
    "device, dtype, facts, message",
    [
        ("cuda", "auto", CTranslate2Facts(), "CTranslate2 sees no CUDA device"),
        ("cuda:2", "auto", TWO_CARDS, r"sees 2 CUDA device\(s\)"),
        ("cpu", "bfloat16", CTranslate2Facts(), "CTranslate2 does not compute on this cpu; it computes float32"),
        ("cuda", "int8_bfloat16", TWO_CARDS, "does not compute on this cuda"),
        ("mps", "auto", CTranslate2Facts(), "no MPS"),
    ],
)  # fmt: skip
def test_what_ctranslate2_cannot_do(device: str, dtype: str, facts: CTranslate2Facts, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        place_ctranslate2(device, dtype, facts, automatic="int8")

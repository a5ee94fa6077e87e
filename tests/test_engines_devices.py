from __future__ import annotations

import pytest

from mt.engines.devices import DeviceFacts, Placement, look, place
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

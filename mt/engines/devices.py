"""Where a model runs and in which precision: pure rules over a few facts about the machine."""

from __future__ import annotations

from dataclasses import dataclass

from mt.errors import ConfigError


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What this machine offers: the number of CUDA devices, whether they compute bfloat16 themselves, and MPS."""

    cuda_devices: int = 0
    cuda_bfloat16: bool = False
    mps: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """The device and precision of a model, by torch's names: `cuda:1`, `bfloat16`."""

    device: str
    dtype: str


def look() -> DeviceFacts:
    """The facts about this machine. Emulated bfloat16 does not count: it is slower than float16."""
    import torch

    cuda_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
    bfloat16 = cuda_devices > 0 and torch.cuda.is_bf16_supported(including_emulation=False)
    return DeviceFacts(cuda_devices, bfloat16, torch.backends.mps.is_available())


def place(device: str, dtype: str, facts: DeviceFacts) -> Placement:
    """The device and precision for the configured ones.

    `auto` takes CUDA where there is one, otherwise the CPU. It never takes MPS, which gives wrong output for some
    seq2seq models (facebookresearch/seamless_communication#445, pytorch#123151). Precision `auto` is float32 on CPU
    and MPS; on CUDA bfloat16, or float16 where the card has no bfloat16.

    Raises `ConfigError` for a device that is not there, and for a precision that the device does not compute.
    """
    if device == "auto":
        device = "cuda" if facts.cuda_devices else "cpu"
    if fault := _device_fault(device, facts) or _dtype_fault(device, dtype, facts):
        raise ConfigError(fault)
    return Placement(device, _automatic_dtype(device, facts) if dtype == "auto" else dtype)


@dataclass(frozen=True, slots=True)
class CTranslate2Facts:
    """What CTranslate2 computes here: the number of CUDA devices, and precisions by its names for CPU and CUDA."""

    cuda_devices: int = 0
    cpu_types: frozenset[str] = frozenset({"float32", "int8", "int8_float32"})
    cuda_types: frozenset[str] = frozenset()


def look_ctranslate2() -> CTranslate2Facts:
    """The facts about this machine by CTranslate2's account; imports no torch."""
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    cuda = ctranslate2.get_supported_compute_types("cuda") if count else ()
    return CTranslate2Facts(count, frozenset(ctranslate2.get_supported_compute_types("cpu")), frozenset(cuda))


def place_ctranslate2(device: str, dtype: str, facts: CTranslate2Facts, *, automatic: str) -> Placement:
    """The device and precision for CTranslate2; `automatic` is the precision that `dtype: auto` means on a CPU.

    On CUDA `auto` is bfloat16 where the card has it, else float16. bfloat16 on a CPU is only ever had by asking.

    Raises `ConfigError` for a device that is not there, and for a precision that it does not compute: CTranslate2
    itself would silently take another.
    """
    if device == "auto":
        device = "cuda" if facts.cuda_devices else "cpu"
    if device == "mps":
        raise ConfigError("device: CTranslate2 has no MPS; use device: auto or cpu, or engine: transformers")
    if fault := _device_fault(device, DeviceFacts(facts.cuda_devices), "CTranslate2"):
        raise ConfigError(fault)
    types = facts.cuda_types if device.startswith("cuda") else facts.cpu_types
    if dtype == "auto":
        dtype = automatic if device == "cpu" else "bfloat16" if "bfloat16" in types else "float16"
    if dtype not in types:
        raise ConfigError(
            f"dtype: found {dtype}, which CTranslate2 does not compute on this {device.partition(':')[0]}; "
            f"it computes {', '.join(sorted(types))}"
        )
    return Placement(device, dtype)


def _automatic_dtype(device: str, facts: DeviceFacts) -> str:
    if not device.startswith("cuda"):
        return "float32"
    return "bfloat16" if facts.cuda_bfloat16 else "float16"


def _device_fault(device: str, facts: DeviceFacts, library: str = "torch") -> str | None:
    if device == "mps" and not facts.mps:
        return "device: found mps, but this machine or this build of torch has no MPS; use device: auto or cpu"
    if not device.startswith("cuda"):
        return None
    if not facts.cuda_devices:
        return (
            f"device: found {device}, but {library} sees no CUDA device; use device: auto or cpu, "
            "or install a CUDA build of torch and its driver"
        )
    number = int(device.partition(":")[2] or 0)
    if number >= facts.cuda_devices:
        return f"device: found {device}, but {library} sees {facts.cuda_devices} CUDA device(s), numbered from cuda:0"
    return None


def _dtype_fault(device: str, dtype: str, facts: DeviceFacts) -> str | None:
    if device == "cpu" and dtype == "float16":
        return (
            "dtype: found float16 on the CPU, where torch computes it slowly or not at all "
            "(transformers#21989, pytorch#52291); use dtype: auto or float32"
        )
    if device.startswith("cuda") and dtype == "bfloat16" and not facts.cuda_bfloat16:
        return "dtype: found bfloat16, which this CUDA device cannot compute; use dtype: auto, float16 or float32"
    return None

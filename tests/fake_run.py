"""`mt` as a process of its own over models that answer at once, without torch: `fake_run.py run INPUTS -o OUT …`.

FAKE_SECONDS is how long one call of a model takes, FAKE_GATE a file that each waits for; FAKE_SUMMARY names another
summary model, as a changed setting would; FAKE_BYTES is the largest file that may be written (RLIMIT_FSIZE);
with FAKE_TOGETHER the articles of a window are summarized together, as on a GPU, and not one by one, as on a CPU;
FAKE_CALLS is a file that gets a letter for each text that a model sees, t or s, and L when the models are loaded. An
article with كسر in every sentence fails.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fakes import FakeGenerator

from mt import cli, signatures
from mt.config import Config, RepairConfig, SummarizeConfig, TranslateConfig
from mt.engines import BATCH_INVARIANT, NOT_BATCH_INVARIANT
from mt.errors import ModelError
from mt.pipeline import Pipeline
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.translation.translator import Translator

SECONDS = float(os.environ.get("FAKE_SECONDS", "0"))
GATE = os.environ.get("FAKE_GATE")
SUMMARY = os.environ.get("FAKE_SUMMARY", "s1")
TOGETHER = "FAKE_TOGETHER" in os.environ
CALLS = os.environ.get("FAKE_CALLS")
WORDS = "the minister said that a new plan for city water would begin in spring and cost little".split()


def note(letter: str) -> None:
    if CALLS:
        with Path(CALLS).open("a") as stream:
            stream.write(letter)


def answer(letter: str, seed: str) -> Callable[[str], str]:
    def one(text: str) -> str:
        note(letter)
        if "كسر" in text:
            raise ModelError("broken")
        start = zlib.crc32(f"{seed}{text}".encode())
        return (
            " ".join(WORDS[(start >> i) % len(WORDS)] for i in range(min(20, 3 + len(text.split())))).capitalize() + "."
        )

    return one


class ForgetfulGenerator(FakeGenerator):
    def generate(self, texts: Any, decoding: Any) -> Any:
        if texts:
            time.sleep(SECONDS)
            while GATE and not Path(GATE).exists():
                time.sleep(0.01)
        made = super().generate(texts, decoding)
        self.calls.clear()  # a stand-in that remembers everything would hide what the code under test keeps
        return made


def from_config(config: Config, *, translate: bool = True, resolved: object = None) -> Pipeline:
    note("L")
    once = TranslateConfig(repair=RepairConfig(mode="off"), glossaries=(), hints=(), learn_names=False)
    plain = SummarizeConfig(candidates=1, unsupported="flag")
    translator = Translator(ForgetfulGenerator(answer("t", "t")), once)
    batches = NOT_BATCH_INVARIANT if TOGETHER else BATCH_INVARIANT
    summarizer = Summarizer(ForgetfulGenerator(answer("s", SUMMARY), description=f"fake {batches}"), plain)
    print("loaded", file=sys.stderr, flush=True)
    return Pipeline.from_parts(translator, summarizer, f"t | {SUMMARY}")


def main() -> int:
    if limit := int(os.environ.get("FAKE_BYTES", "0")):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    Pipeline.from_config = from_config  # type: ignore[method-assign, assignment]
    signatures.signatures = lambda resolved: Signatures("t", SUMMARY, ("t@1", f"{SUMMARY}@1"))
    code = cli.main()
    assert "torch" not in sys.modules
    return code


if __name__ == "__main__":
    raise SystemExit(main())

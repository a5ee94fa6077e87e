import re
from pathlib import Path

import mt
from mt.checks import FAILED, NOT_ARABIC
from mt.flags import KINDS, title
from mt.pipeline import SUMMARY_FAILED


def test_every_flag_that_the_package_raises_is_explained():
    sources = [path.read_text(encoding="utf-8") for path in Path(mt.__file__).parent.rglob("*.py")]
    raised = {name for source in sources for call in re.findall(r"\bFlag\(\s*(\"[^)]*)", source)
              for name in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', call.partition(",")[0])}  # fmt: skip
    assert {"empty", "too-short", "too-long", "loop"} <= raised, "the search finds what is there"
    assert raised | {FAILED, NOT_ARABIC, SUMMARY_FAILED} == KINDS.keys()


def test_explanations_are_sentences_and_titles_differ():
    for name, kind in KINDS.items():
        assert re.fullmatch(r"[A-Z].*\.", kind.explanation), name
    assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


def test_a_name_of_a_newer_version_is_tidied():
    assert title("some-new_doubt") == "Some new doubt"
    assert title("loop") == "Repeats itself"

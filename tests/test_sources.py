"""The five forms of `source`, and what is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt.sources import EmbeddedSource, FolderSource, HubSource, PypiSource, RecipeSource, Source, parse_source

GOOD: list[tuple[str, Source]] = [
    ("Helsinki-NLP/opus-mt-tc-big-ar-en", HubSource("Helsinki-NLP/opus-mt-tc-big-ar-en")),
    ("gpt2", HubSource("gpt2")),
    ("./gpt2", FolderSource(Path("./gpt2"))),
    ("../models/x", FolderSource(Path("../models/x"))),
    ("/models/x", FolderSource(Path("/models/x"))),
    ("~/x", FolderSource(Path("~/x").expanduser())),
    ("embedded:ar-en", EmbeddedSource("ar-en")),
    ("pypi:a-b==1.0.post1/a_b/m.Q4_1.gguf", PypiSource("a-b", "1.0.post1", "a_b/m.Q4_1.gguf")),
    ("recipe:smollm2-135m", RecipeSource("smollm2-135m")),
    ("recipe:./own/model.yaml", RecipeSource("./own/model.yaml")),
    ("pypi:a==1!2.0+cpu/m.gguf", PypiSource("a", "1!2.0+cpu", "m.gguf")),
]

BAD = [
    "",
    "a/b/c",
    "-x/y",
    "owner/",
    "owner/na me",
    "نموذج/ar",
    "embedded:",
    "embedded:../x",
    "embedded:AR",
    "recipe:",
    "recipe:A",
    "recipe:../x",
    "pypi:a/b.gguf",
    "pypi:a==/b.gguf",
    "pypi:a==1.0",
    "pypi:a==1.0/",
    "pypi:a==1.0//etc/b.gguf",
    "pypi:a==1.0/../b.gguf",
    "pypi:a==1.0/x/../b.gguf",
    "pypi:--index-url==1.0/b.gguf",
    "pypi:a==1.0;x/b.gguf",
    "http://host/model",
]


@pytest.mark.parametrize("text, source", GOOD)
def test_each_form_is_told_apart(text: str, source: Source) -> None:
    assert parse_source(text) == source


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_source_is_refused_with_the_five_forms(text: str) -> None:
    with pytest.raises(ValueError, match=r"owner/name.*\./folder.*embedded:<name>.*recipe:<name>.*pypi:<package>"):
        parse_source(text)


def test_an_existing_folder_wins_over_a_hub_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_source("owner/name") == HubSource("owner/name")
    (tmp_path / "owner/name").mkdir(parents=True)
    assert parse_source("owner/name") == FolderSource(Path("owner/name"))


def test_the_home_of_an_unknown_user_is_a_fault_with_its_source() -> None:
    with pytest.raises(ValueError, match="~nobody-of-this-name/x"):
        parse_source("~nobody-of-this-name/x")

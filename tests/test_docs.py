"""Every code block of README and docs: Python runs (models are stand-ins), commands parse, settings load.

The language of a block decides: none or `sh` are commands, `python`, `yaml`, `ini` are what they say, and `text` is
output or a drawing, the only kind that is not tried. Lines that are indented by four spaces count as commands, too,
where they start with `mt` or `scripts/`.
"""

from __future__ import annotations

import configparser
import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from fakes import FakeGenerator

import mt
from mt import signatures
from mt.cli.parser import make_parser
from mt.config import SummarizeConfig, TranslateConfig, config_names, load_config
from mt.errors import ConfigError
from mt.pipeline import Pipeline
from mt.signatures import Signatures
from mt.summaries.summarizer import Summarizer
from mt.training.settings import load_training
from mt.translation.translator import Translator

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    ((?:mt|scripts/\w+)\b.*)$", re.MULTILINE)
_TAGS = {"": "commands", "sh": "commands", "bash": "commands", "console": "commands"}


def blocks(kind: str) -> list:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            if _TAGS.get(match[1], match[1]) == kind:
                line = text[: match.start()].count("\n") + 1
                found.append(pytest.param(match[2], id=f"{page.name}:{line}"))
    return found


def test_every_block_has_a_kind_that_is_tried_or_is_text():
    kinds = {match[1] for page in PAGES for match in _BLOCK.finditer(page.read_text(encoding="utf-8"))}
    assert kinds <= {*_TAGS, "python", "yaml", "ini", "json", "text", "dockerfile"}


def test_the_page_about_python_is_what_its_script_writes():
    made = runpy.run_path(str(ROOT / "scripts" / "build" / "api"))["render"]()
    assert (ROOT / "docs" / "API.md").read_text(encoding="utf-8") == made, "run scripts/build/api"


@pytest.fixture
def stand_ins(tmp_path, monkeypatch):
    """No model is loaded, and files of the names that the docs use exist."""

    def load(self, config=None, *, translate=True, resolved=None):
        translator = Translator(FakeGenerator(lambda text: "The minister said so."), TranslateConfig(hints=()))
        summarizer = Summarizer(FakeGenerator(lambda text: "All was said."), SummarizeConfig())
        self._hold(translator if translate else None, summarizer, "signed", mt.load_config(environment={}).batch)

    monkeypatch.setattr(Pipeline, "__init__", load)
    monkeypatch.setattr(signatures, "signatures", lambda resolved: Signatures("t", "s"))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "docs" / "samples", tmp_path / "docs" / "samples")
    (tmp_path / "news").mkdir()
    for name in ("news/a.txt", "article.txt"):
        (tmp_path / name).write_text("قال الوزير إن الاجتماع كان مفيدا.", encoding="utf-8")
    mt.unload()
    yield
    mt.unload()


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(stand_ins, code, capsys):
    exec(compile(code, "docs", "exec"), {"__name__": "docs"})
    assert capsys.readouterr().out or "print" not in code


def _commands(block: str) -> list[str]:
    joined = re.sub(r"<[^<>\n]+>", "PLACEHOLDER", re.sub(r"\\\n\s*", " ", block))
    lines = (line.strip().removeprefix("$ ") for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _calls(line: str) -> list[list[str]]:
    """The programs of one line of a shell with their arguments; assignments and redirections are left out."""
    lexer = shlex.shlex(re.sub(r"\b\d(?=[<>])", "", line), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    calls: list[list[str]] = [[]]
    skip = False
    for token in lexer:
        if set(token) <= set("|&;"):
            calls.append([])
        elif set(token) <= set("<>"):
            skip = True
        elif skip:
            skip = False
        elif calls[-1] or not re.match(r"\w+=", token):
            calls[-1].append(token)
    return [call for call in calls if call]


INDENTED = [
    pytest.param(match[1], id=f"{page.name}:{match[1][:40]}")
    for page in PAGES
    for match in _INDENTED.finditer(_BLOCK.sub("", page.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("block", [*blocks("commands"), *INDENTED])
def test_commands_parse(block):
    for line in _commands(block):
        for call in _calls(line):
            _check_call(call, line)


def _check_call(call: list[str], line: str) -> None:
    while call and (call[0] in ("time", "exec", "env", "sudo", "srun") or re.match(r"\w+=", call[0])):
        call = call[1:]
    if call and call[0].startswith("scripts/"):
        assert (ROOT / call[0]).exists(), line
    for start, word in enumerate(call):
        starts = word.endswith("/bin/mt") or (word == "mt" and (start == 0 or call[start - 1] == "-m"))
        if starts and call[start + 1 :]:
            _check_mt([argument for argument in call[start + 1 :] if argument != "…"], line)
            break


def _check_mt(arguments: list[str], line: str) -> None:
    try:
        options = make_parser().parse_args(arguments)
    except SystemExit as end:
        if end.code:
            pytest.fail(f"not a command of mt: {line}")
        return
    if config := getattr(options, "config", None):
        assert config in config_names() or "/" in config or config.endswith(".yaml"), line
    for setting in [] if arguments[0] == "train" else getattr(options, "set", []):
        try:
            load_config(None, [setting], {})
        except ConfigError as error:
            if "unknown key" in str(error):
                pytest.fail(f"{line}: {error}")


@pytest.mark.parametrize("text", blocks("yaml"))
def test_settings_have_known_keys(tmp_path, text):
    """Of files that a block names, and of models that are not here, nothing is asked; keys and kinds must be right."""
    assert isinstance(yaml.safe_load(text), (dict, list)), "not a mapping or a list"
    path = tmp_path / "my.yaml"
    path.write_text(text, encoding="utf-8")
    faults = []
    for load in (lambda: load_config(path, (), {}), lambda: load_training(path, [])):
        try:
            load()
            return
        except ConfigError as error:
            faults.append(str(error))
    assert any("unknown key" not in fault for fault in faults), faults


@pytest.mark.parametrize("text", blocks("ini"))
def test_units_are_ini_files(text):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(text)
    assert parser.sections()

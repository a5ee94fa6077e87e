"""Glossaries: Arabic forms and the English that stands for them, read from TSV or YAML and found in Arabic text.

A glossary is a value; a `Matcher` is made from some of them once and then finds their terms in any number of texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from mt.config import config_folder
from mt.errors import ConfigError
from mt.language.arabic import words
from mt.language.words import has_arabic

KINDS = ("country", "demonym", "place", "organisation", "agency", "month", "person", "name", "recurring", "term")
"""What a term is. `demonym` is inflected when it is looked for (القازاقي, قازاقية, قازاقيين); `name` is a name that an
article itself introduced, which may also be a common word and is then read by its context (`mt.terms.readings`);
`recurring` are words that an article repeats like a name and does not introduce."""

_COLUMNS = "Arabic forms, English forms, kind, note"
_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One term: its Arabic spellings, and its English forms, of which the first is preferred and all are accepted.

    Without English it enforces nothing, but hides shorter terms within it: «مسقط رأسه» (his birthplace) is not Muscat.
    """

    arabic: tuple[str, ...]
    english: tuple[str, ...]
    kind: str = "term"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms under one name, in the order of their file."""

    name: str
    entries: tuple[Entry, ...]


def fingerprint(glossaries: Iterable[Glossary]) -> str:
    """What the glossaries say, in 12 hexadecimal digits: for a signature, where their names would not be enough."""
    parts = [repr((glossary.name, glossary.entries)) for glossary in glossaries]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def glossary_folder() -> Path:
    """The folder of the ready-made glossaries."""
    return config_folder() / "glossaries"


def glossary_names() -> list[str]:
    """Names of the ready-made glossaries, as the configuration takes them."""
    return sorted(path.stem for path in glossary_folder().glob("*.tsv"))


def load_glossaries(names_or_paths: Iterable[str | Path]) -> tuple[Glossary, ...]:
    """Read ready-made glossaries by name and others by path (`.tsv`, `.yaml`, `.yml`), in the given order.

    Raises `ConfigError` that lists every fault of every file with its line.
    """
    faults: list[str] = []
    loaded = [_load(_locate(source), faults) for source in names_or_paths]
    if faults:
        raise ConfigError("\n".join(["glossaries have errors:", *(f"  {fault}" for fault in faults)]))
    return tuple(loaded)


def parse_glossary(name: str, text: str) -> Glossary:
    """A glossary from the lines of a TSV file; raises `ConfigError` as `load_glossaries` does."""
    faults: list[str] = []
    glossary = _glossary(Path(f"{name}.tsv"), _tsv_rows(Path(f"{name}.tsv"), text, faults), faults)
    if faults:
        raise ConfigError("\n".join(["glossaries have errors:", *(f"  {fault}" for fault in faults)]))
    return glossary


def _locate(source: str | Path) -> Path:
    path, ready = Path(source), glossary_folder() / f"{source}.tsv"
    if path.name == str(source) and not path.suffix and ready.is_file():
        return ready
    if not path.is_file():
        raise ConfigError(f"no glossary {str(source)!r}: neither a file nor one of {', '.join(glossary_names())}")
    if path.suffix not in {".tsv", ".yaml", ".yml"}:
        raise ConfigError(f"{path}: found the ending {path.suffix!r}, expected .tsv, .yaml or .yml")
    return path


def _load(path: Path, faults: list[str]) -> Glossary:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}") from None
    rows = _tsv_rows(path, text, faults) if path.suffix == ".tsv" else _yaml_rows(path, text, faults)
    return _glossary(path, rows, faults)


def _glossary(path: Path, rows: Iterable[_Row], faults: list[str]) -> Glossary:
    entries: list[Entry] = []
    first_at: dict[tuple[str, ...], int] = {}
    for line, arabic, english, kind, note in rows:
        place = f"{path}:{line}"
        row_faults = _row_faults(arabic, english, kind)
        for form in arabic:
            first = first_at.setdefault(tuple(word for word, _, _ in words(form)), line)
            if first != line:
                row_faults.append(f"{form!r} appears twice; first at line {first}")
        faults += [f"{place}: {fault}" for fault in row_faults]
        entries.append(Entry(arabic, () if english == (_NOTHING,) else english, kind or "term", note))
    return Glossary(path.stem, tuple(entries))


_Row = tuple[int, tuple[str, ...], tuple[str, ...], str, str]


def _row_faults(arabic: Sequence[str], english: Sequence[str], kind: str) -> list[str]:
    faults = [] if arabic else ["no Arabic form"]
    faults += [] if english else [f"no English form; write {_NOTHING} for words that are no term"]
    faults += [f"found {form!r}, which has no Arabic letter" for form in arabic if not has_arabic(form)]
    faults += [f"found {form!r} as English, which has Arabic letters" for form in english if has_arabic(form)]
    if kind and kind not in KINDS:
        faults.append(f"found the kind {kind!r}, expected one of {', '.join(KINDS)}")
    return faults


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form for piece in cell.split("|") if (form := " ".join(piece.split())))


def _tsv_rows(path: Path, text: str, faults: list[str]) -> Iterator[_Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\r").split("\t")
        if not 2 <= len(cells) <= 4:
            found = f"{len(cells)} {'column' if len(cells) == 1 else 'columns'}"
            faults.append(f"{path}:{number}: found {found}, expected 2 to 4, separated by tabs: {_COLUMNS}")
            continue
        arabic, english, kind, note = (*cells, "", "")[:4]
        yield number, _forms(arabic), _forms(english), kind.strip(), note.strip()


def _yaml_rows(path: Path, text: str, faults: list[str]) -> Iterator[_Row]:
    """A list of mappings with the keys `arabic` and `english` (a form or a list of forms), `kind` and `note`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"{path}{f':{mark.line + 1}' if mark else ''}: not YAML: {error}") from None
    if root is None:
        return
    if not isinstance(root, SequenceNode):
        raise ConfigError(f"{path}:{root.start_mark.line + 1}: found no list, expected one of 'arabic:' and 'english:'")
    for node in root.value:
        line = node.start_mark.line + 1
        cells = {"arabic": "", "english": "", "kind": "", "note": ""}
        if not isinstance(node, MappingNode):
            faults.append(f"{path}:{line}: found {node.value!r}, expected the keys arabic and english")
            continue
        for key, value in node.value:
            if key.value not in cells:
                at = key.start_mark.line + 1
                faults.append(f"{path}:{at}: unknown key {key.value!r}; known: {', '.join(cells)}")
                continue
            cells[key.value] = _yaml_cell(value)
        yield line, _forms(cells["arabic"]), _forms(cells["english"]), cells["kind"].strip(), cells["note"].strip()


def _yaml_cell(node: yaml.Node) -> str:
    if isinstance(node, SequenceNode):
        return "|".join(_yaml_cell(item) for item in node.value)
    return node.value if isinstance(node, ScalarNode) else ""

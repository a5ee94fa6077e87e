"""A page as a strict reader of HTML sees it: elements with attributes, text, and every tag closed."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset("meta link input br img hr rect line circle".split())
_BLOCKS = frozenset("dt dd td th p li div h1 h2 h3".split())


class Page(HTMLParser):
    """Parses at once. Raises AssertionError where tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, Any], list[str]]] = []
        """Tag, attributes, and all text inside, of each element in order."""
        self._open: list[int] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self._open, self.elements[self._open[-1]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice: {tag} {attrs}"
        self.elements.append((tag, dict(attrs), []))
        if tag not in _VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        opened = self.elements[self._open.pop()][0]
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        if tag in _BLOCKS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.elements[index][2].append(data)
        if not self._open or self.elements[self._open[-1]][0] not in ("script", "style"):
            self.text += data

    def all(self, tag: str, kind: str = "") -> list[dict[str, Any]]:
        """The attributes of all elements of this tag, and class where one is given."""
        return [a for t, a, _ in self.elements if t == tag and (not kind or kind in a.get("class", "").split())]

    def ids(self) -> dict[str, str]:
        """The text of each element that has an id; an id that stands twice is an error."""
        found = [(a["id"], "".join(text)) for _, a, text in self.elements if "id" in a]
        assert len({name for name, _ in found}) == len(found)
        return dict(found)

    def words(self, tag: str, kind: str = "") -> list[str]:
        """The texts of those elements, white space folded."""
        wanted = [(a, text) for t, a, text in self.elements if t == tag]
        return [" ".join("".join(text).split()) for a, text in wanted if not kind or kind in a.get("class", "").split()]

    def data(self, name: str) -> Any:
        """The JSON inside an element."""
        return json.loads(self.ids()[name])

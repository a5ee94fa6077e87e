"""Stretches that every translation copies letter for letter: addresses, handles, tags, files, code, Latin quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

Kind: TypeAlias = Literal["code", "url", "email", "handle", "tag", "path", "domain", "file", "quote", "number"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`text[start:end] == written`, to be found again as it stands in any translation of the text."""

    start: int
    end: int
    written: str
    kind: Kind


_URL = r"[^\s«»“”\"'<>()\[\]{}،؛؟\u0600-\u06ff`|]"
_SUFFIX = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|news|tv|io|ly|me|co|ai|app|dev|example|online|site|press|media|africa|"
    r"sa|ae|eg|qa|kw|bh|om|ye|iq|sy|lb|jo|ps|ma|dz|tn|sd|so|mr|dj|km|ir|tr|uk|us|fr|de|it|es|ru|cn|jp|in|eu|ch|be|nl)"
)
_FILE = (
    r"(?:pdf|docx?|xlsx?|pptx?|csv|tsv|txt|jsonl?|xml|html?|zip|rar|7z|gz|tar|exe|apk|dmg|iso|jpe?g|png|gif|svg|webp|"
    r"mp[34]|avi|mov|mkv|wav|py|js|ts|c|cpp|java|sh|bat|sql|ya?ml|ini|cfg|log|md|dll|sys|epub|odt|rtf)"
)
_LATIN = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_STRETCH = re.compile(
    r"(?P<code>`[^`\n\u0600-\u06ff]+`)"
    rf"|(?P<url>(?<![A-Za-z0-9])(?:[A-Za-z][A-Za-z0-9+]{{1,9}}://|www\.){_URL}+)"
    r"|(?P<email>(?<![A-Za-z0-9._%+-])(?:mailto:)?[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<handle>(?<![A-Za-z0-9_.])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)"
    r"|(?P<tag>(?<![A-Za-z0-9_&])#(?=[0-9_]*[A-Za-z\u00c0-\u024f])[A-Za-z0-9_\u00c0-\u024f]+)"
    r"|(?P<path>(?<![\w/\\.])(?:[A-Za-z]:\\|~/|/(?=[A-Za-z0-9._-]+/))[A-Za-z0-9._\-/\\]*[A-Za-z0-9_\-/\\])"
    rf"|(?P<domain>(?<![A-Za-z0-9._@-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+{_SUFFIX}(?![A-Za-z0-9-])(?:/{_URL}*)?)"
    rf"|(?P<file>(?<![A-Za-z0-9._/-])[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.{_FILE}(?![A-Za-z0-9_]))"
    rf"|[\"“«‘'(](?P<quote>[{_LATIN}][^\"“”«»\n\u0590-\u08ff]*[{_LATIN}.!?…])(?=[\"”»’')])"
)
_CLOSING = ".,;:!?…'’*"
_WORD = re.compile(rf"[{_LATIN}]{{2,}}")


def verbatim(text: str) -> Iterator[Stretch]:
    """The stretches of a text in Arabic script that go through a translation untouched, in order, none inside another.

    A quotation counts from two words of Latin script on; stops at the end of an address belong to the sentence. Text
    without Latin letters is passed over at once.

    >>> [s.written for s in verbatim("راسلونا على a.b@c.org أو @d_e، وقال: \\"Bonne chance à tous\\".")]
    ['a.b@c.org', '@d_e', 'Bonne chance à tous']
    """
    if not _WORD.search(text) and "@" not in text and "#" not in text:
        return
    for match in _STRETCH.finditer(text):
        kind = cast(Kind, match.lastgroup)
        start, written = match.start(kind), match[kind]
        if kind in ("url", "domain", "path"):
            written = written.rstrip(_CLOSING)
        if kind == "quote" and len(_WORD.findall(written)) < 2:
            continue
        if kind == "domain" and written.isupper():
            continue  # U.S., A.E.: initials
        yield Stretch(start, start + len(written), written, kind)

"""Markup in what is given as text: escapes that were never resolved, character references, tags, shortcodes."""

from __future__ import annotations

import html
import json
import re

from mt.language.letters import BLOCK

_NO_CODE = r"(?<![A-Za-z0-9:\\])"
_LINE_END = re.compile(rf"{_NO_CODE}(?:\\r\\n|\\n|\\r|\\t)(?![a-z0-9_])|(?<=[{BLOCK}.؟!»”\"])\\n(?=[A-Z0-9])")
_UNICODE = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+")
_QUOTE = re.compile(r"\\(?=[\"'/])(?<![A-Za-z0-9:\\]\\)")


def resolve_escapes(text: str) -> tuple[str, int]:
    r"""Escapes of programming languages that stand as letters in Arabic text: `\n`, `\t`, `\"`, `\u0627`.

    A backslash of a path (`C:\new`) or of code stays.
    """
    if "\\" not in text:
        return text, 0
    text, letters = _UNICODE.subn(lambda m: str(json.loads(f'"{m[0]}"')), text)
    text, ends = _LINE_END.subn(lambda m: " " if m[0] == "\\t" else "\n", text)
    text, quotes = _QUOTE.subn("", text)
    return text, letters + ends + quotes


_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_BLOCKS = (
    "address article aside blockquote body br caption center dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 head header hr html li main nav nitf ol option p pre section select table tbody tfoot thead title tr ul "
    "hedline hl1 hl2 byline bytag dateline hr2 rss channel item description"
).split()
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i iframe img input ins kbd label link mark meta "
    "noscript object embed param q s samp small source span strike strong sub sup time tt u var video audio picture "
    "svg path button canvas amp-img org person location chron money num virtloc o:p st1:place"
).split()
_CELLS = ("td", "th")
_DROPPED = re.compile(
    r"<!--.*?-->|<(script|style|noscript|template)\b[^<>]*>.*?</\1\s*>|<[!?](?:DOCTYPE|xml)[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(
    rf"</?({'|'.join(map(re.escape, sorted((*_BLOCKS, *_INLINE, *_CELLS), key=len, reverse=True)))})"
    r"(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|vc_\w+|et_pb_\w+|contact-form\S*|youtube|tweet|quote|url|img|b|i|u|"
    r"size|color|center|right|left|su_\w+)(?:[ =][^\[\]\n]*)?/?\]",
    re.IGNORECASE,
)


def take_out_markup(text: str) -> tuple[str, int]:
    """The text without tags of HTML and its kin, comments and shortcodes of editors, its references as characters.

    Only tags that are known count: `x < y > z` stays. Tags that part blocks become line ends, cells are parted by tabs.
    """
    count = 0
    while True:
        before = text
        for pattern, put in _REPLACED:
            if pattern is _REFERENCE and "&" not in text:
                continue
            kept = sum(put(match) == match[0] for match in pattern.finditer(text)) if pattern is _REFERENCE else 0
            text, times = pattern.subn(put, text)
            count += times - kept  # a reference that names nothing stays
        if text == before:
            return text, count


def _tag(match: re.Match[str]) -> str:
    name = match[1].lower()
    if name in _CELLS:
        return "\t" if match[0].startswith("</") else ""
    return "\n" if name in _BLOCKS else ""


def _reference(match: re.Match[str]) -> str:
    return html.unescape(match[0])


_REPLACED = (
    (_REFERENCE, _reference),
    (_CDATA, lambda match: match[1]),
    (_DROPPED, lambda match: ""),
    (_TAG, _tag),
    (_SHORTCODE, lambda match: "\n" if match[0].startswith("[/caption") else ""),
)

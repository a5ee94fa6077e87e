"""English words in one form for all their forms. There are four cuts, for each stands against a table of its own.

`english_stem` is the one that `lexicon.tsv.xz` was built with; `root` keeps more, for `opposites.txt` would otherwise
join words that differ after six letters; `verb_stem` knows irregular verbs; `without_possessive` keeps names whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

_IRREGULAR = {"said": "say", "told": "tell", "shot": "shoot", "bought": "buy", "sold": "sell", "led": "lead",
              "paid": "pay", "overtook": "overtake", "sent": "send", "gave": "give", "won": "win",
              "beaten": "beat", "given": "give", "overtaken": "overtake"}  # fmt: skip


@lru_cache(maxsize=65536)
def english_stem(word: str) -> str:
    """Lower case, without the commonest endings, at most six letters: enough to know a word again in another form."""
    word = word.lower().split("'")[0].split("’")[0]
    for end in ("ings", "ing", "edly", "ies", "ied", "es", "ed", "s", "ly", "y", "e"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            word = word[: -len(end)]
            break
    return word[:6]


@lru_cache(maxsize=65536)
def name_key(word: str) -> str:
    """A name as the lexicon has it: lower case, without possessive 's and closing stop."""
    word = word.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
    return word[:-2] if word.endswith("'s") else word.rstrip("'.")


def verb_stem(word: str) -> str:
    """One form for all forms of a verb."""
    word = _IRREGULAR.get(word, word)
    for ending in ("ies", "ied", "es", "ed", "s", "e", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word.rstrip("y") if len(word) > 3 else word


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """A rough stem: endings of verbs and plurals off, so that “removes”, “removed” and “removing” are one."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    return re.sub(r"([bdgmnprt])\1$|[yi]$", lambda m: m[1] or "", word) if len(word) > 3 else word


def without_possessive(word: str) -> str:
    """Lower case, without possessive 's and closing stop."""
    return re.sub(r"['’]s?$", "", word.lower()).rstrip(".")

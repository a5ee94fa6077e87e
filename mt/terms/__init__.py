"""Names and terms: glossaries, where their terms stand, whether the English has them, and how to get them there.

Pure functions on texts; no model. `load_glossaries` and `Matcher` once, then for each article `learn`, and after the
first translation `settle`; for each segment `Matcher.find`, `check_terms`, and where terms are missing `respell` and
`rewrite`.
"""

from mt.terms.check import ARTICLE, check_terms, flag_terms, missing
from mt.terms.glossary import Entry, Glossary, fingerprint, glossary_folder, glossary_names, load_glossaries
from mt.terms.hints import HintedText, lexicon_names, lexicons_fingerprint, load_lexicons, write_hints
from mt.terms.matching import Match, Matcher
from mt.terms.names import learn, settle
from mt.terms.rewrite import Rewrite, apart, respell, rewrite

TERMS_VERSION = "4"
"""For the signature: it rises when the same glossaries would find, check or rewrite otherwise."""

__all__ = [
    "ARTICLE",
    "TERMS_VERSION",
    "Entry",
    "Glossary",
    "HintedText",
    "Match",
    "Matcher",
    "Rewrite",
    "apart",
    "check_terms",
    "fingerprint",
    "flag_terms",
    "glossary_folder",
    "glossary_names",
    "learn",
    "lexicon_names",
    "lexicons_fingerprint",
    "load_glossaries",
    "load_lexicons",
    "missing",
    "respell",
    "rewrite",
    "settle",
    "write_hints",
]

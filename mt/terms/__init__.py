"""Names and terms: glossaries, where their terms stand, whether the English has them, and how to get them there.

Pure functions on texts; no model. `load_glossaries` and `Matcher` once, then for each article `learn`, and after the
first translation `settle`; for each segment `Matcher.find`, `check_terms`, and where terms are missing `respell` and
`rewrite`.
"""

from mt.terms.check import check_terms, flag_terms, missing
from mt.terms.glossary import Entry, Glossary, fingerprint, glossary_folder, glossary_names, load_glossaries
from mt.terms.matching import Match, Matcher
from mt.terms.names import learn, settle
from mt.terms.rewrite import Rewrite, respell, rewrite

TERMS_VERSION = "1"
"""For the signature: it rises when the same glossaries would find, check or rewrite otherwise."""

__all__ = [
    "TERMS_VERSION",
    "Entry",
    "Glossary",
    "Match",
    "Matcher",
    "Rewrite",
    "check_terms",
    "fingerprint",
    "flag_terms",
    "glossary_folder",
    "glossary_names",
    "learn",
    "load_glossaries",
    "missing",
    "respell",
    "rewrite",
    "settle",
]

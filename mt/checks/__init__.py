"""Doubts about an output, found by comparing texts: pure functions that return flags and change nothing."""

from mt.checks.offices import check_offices
from mt.checks.plans import check_allegations, check_plans
from mt.checks.relations import check_relations
from mt.checks.roles import check_roles
from mt.checks.segments import (
    FAILED,
    NOT_ARABIC,
    check_arabic_left,
    check_copied,
    check_ending,
    check_length,
    check_loop,
    check_names,
    check_numbers,
    check_omission,
    check_opposites,
    check_punctuation,
    check_score,
    check_translation,
    check_verbatim,
    load_tables,
)
from mt.checks.source import find_source_doubts
from mt.checks.subjects import check_subjects
from mt.checks.support import (
    check_support,
    find_support,
    is_about,
    says_again,
    spelled_as_in,
    support_cover,
)
from mt.language.words import has_arabic

CHECKS_VERSION = "9"
"""Part of every signature: it rises when a check would say something else about the same texts."""

__all__ = [
    "CHECKS_VERSION",
    "FAILED",
    "NOT_ARABIC",
    "check_allegations",
    "check_arabic_left",
    "check_copied",
    "check_ending",
    "check_length",
    "check_loop",
    "check_names",
    "check_numbers",
    "check_offices",
    "check_omission",
    "check_opposites",
    "check_plans",
    "check_punctuation",
    "check_relations",
    "check_roles",
    "check_score",
    "check_subjects",
    "check_support",
    "check_translation",
    "check_verbatim",
    "find_source_doubts",
    "find_support",
    "has_arabic",
    "is_about",
    "load_tables",
    "says_again",
    "spelled_as_in",
    "support_cover",
]

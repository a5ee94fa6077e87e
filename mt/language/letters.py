"""Letters for character classes of regular expressions: `f"[{ARABIC}]+"`."""

ARABIC = "\u0621-\u064a"
"""The letters of Modern Standard Arabic, and the tatweel, which stands within words."""
SCRIPT = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9"
"""Letters of the Arabic script in any language: without tatweel, digits, punctuation and marks."""
LATIN = "A-Za-z\u00c0-\u024f"
"""Letters of European languages with their accents."""

"""Letters for character classes of regular expressions, `f"[{ARABIC}]+"`, and their Latin spellings."""

ARABIC = "\u0621-\u064a"
"""The letters of Modern Standard Arabic, and the tatweel, which stands within words."""
SCRIPT = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9"
"""Letters of the Arabic script in any language: without tatweel, digits, punctuation and marks."""
LATIN = "A-Za-z\u00c0-\u024f"
"""Letters of European languages with their accents."""
BLOCK = "\u0600-\u06ff"
"""All of the Arabic block: letters, digits, marks and punctuation."""
SUPPLEMENTS = "\u0750-\u077f\u08a0-\u08ff"
"""Its supplements for other languages and for the Koran."""
FORMS = "\ufb50-\ufdff\ufe70-\ufefc"
"""Presentation forms: letters by their place in the word, as old programs and PDF files have them."""
EASTERN_DIGITS = "\u0660-\u0669\u06f0-\u06f9"
ROMAN = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d",
    "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "g", "ف": "f",
    "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "o", "ي": "i", "ى": "a", "ئ": "i",
}  # fmt: skip
"""The first Latin spelling of each letter; ء, ؤ and ع, which newspapers mostly leave out, have none."""

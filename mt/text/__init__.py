"""Text before the models: cleaning, sentence segmentation, and which language it is."""

from mt.text.cleaning import CLEANING_VERSION, WHITE_SPACE, Cleaned, clean
from mt.text.damage import find_damage
from mt.text.language import Language, detect
from mt.text.readable import readable, readable_changes
from mt.text.sentences import SEGMENTATION_VERSION, english_sentences, segment, segment_english
from mt.text.splitting import split_long

__all__ = [
    "CLEANING_VERSION",
    "SEGMENTATION_VERSION",
    "WHITE_SPACE",
    "Cleaned",
    "Language",
    "clean",
    "detect",
    "english_sentences",
    "find_damage",
    "readable",
    "readable_changes",
    "segment",
    "segment_english",
    "split_long",
]

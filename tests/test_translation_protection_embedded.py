"""Digits, look-alike letters and verbatim stretches on real weights: the default translator, without network."""

from __future__ import annotations

from mt.config import load_config
from mt.engines.loading import load_generator
from mt.engines.models.store import cache_folder, resolve
from mt.translation.protection import ProtectingGenerator

WANTED = {
    "انخفض الإنتاج بنسبة ٤٫٦٪ إلى ١٢٥ طنا في عام ٢٠٢١.": ("4.6%", "125", "2021"),
    "وافق ۲۱۰ نواب على القانون ورفضه ۳۵.": ("210", "35"),
    "تجدون التفاصيل على https://data.example.org/ar?p=12&q=x منذ أمس.": ("https://data.example.org/ar?p=12&q=x",),
    "أرسلوا الأسئلة إلى desk.2@paper.example أو @Paper_Ar قبل الأحد.": ("desk.2@paper.example", "@Paper_Ar"),
    "حملت الوزارة الملف plan-2030.pdf إلى موقعها.": ("plan-2030.pdf",),
    "رقم الهاتف هو +962 6 500 1234 للجميع.": ("+962 6 500 1234",),
    'كتب على الجدار: "Vive la liberté de la presse".': ("Vive la liberté de la presse",),
    "زار الوزیر کربلاء فی العراق أمس.": ("Karbala", "Iraq"),
}


def test_what_must_be_copied_is_in_the_first_output() -> None:
    config = load_config("embedded", ["offline=true"])
    stage, cache = config.translate, cache_folder(config.cache)
    folder = resolve(stage.model, offline=True, cache=cache)
    generator = ProtectingGenerator(load_generator(folder.path, stage.model, stage.decoding, cache=cache))
    for source, output in zip(WANTED, generator.generate(list(WANTED), stage.decoding), strict=True):
        assert [item for item in WANTED[source] if item not in output.text] == [], output.text

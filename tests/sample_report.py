"""A report that has one of everything, for tests of the forms that reports take."""

from __future__ import annotations

from mt.records import (
    Article,
    Attempt,
    Change,
    Flag,
    Hint,
    Report,
    Segment,
    SourceDoubt,
    Summary,
    SummarySentence,
    Term,
    Timing,
    TranslatedSegment,
    Translation,
)

EVIL = '</script><script>window.evil = 1</script><img src=x onerror="window.evil = 2"> \' " & \u202egnol'

# fmt: off
PARAGRAPHS = (
    (
        ("افتتح وزير النقل سالم الحداد يوم الأحد محطة القطارات الجديدة في مرسى النور.",
         "Transport Minister Salem al-Haddad opened the new railway station in Marsa al-Nour on Sunday."),
        ("وقال الحداد إن المحطة كلفت 240 مليون دينار.", "Al-Haddad said that the station cost 204 million dinars."),
    ),
    (
        ("ويتوقع أن تخدم المحطة ثلاثين ألف مسافر كل يوم.",
         "The station is expected to serve thirty thousand travellers a day."),
        ("وأضاف أن الخط سيصل إلى الحدود قبل نهاية العام المقبل.", ""),
        ("ورحب سكان المدينة بالمشروع.", "Residents of the city welcomed the project."),
    ),
    (
        ("وذكرت بلدية مرسى النور في طرابلوس أن الطرق المحيطة ستوسع.",
         "The municipality of Marsa al-Nour in Tripolus said that the surrounding roads would be widened."),
        ("وختم بالقول إن العمل مستمر.", "He closed by saying that the work went on."),
        (f"نص {EVIL}", f"Text {EVIL}"),
    ),
)
# fmt: on


def _segments() -> list[tuple[int, int, str, str]]:
    found, at = [], 0
    for number, paragraph in enumerate(PARAGRAPHS):
        for arabic, english in paragraph:
            found.append((number, at, arabic, english))
            at += len(arabic) + 1
    return found


TEXT = "\n".join(" ".join(arabic for arabic, _ in paragraph) for paragraph in PARAGRAPHS)
HADDAD = Term("الحداد", "al-Haddad", "Al-Haddad", "article", "named in full in the first sentence")
PORT = Term("مرسى النور", "Marsa al-Nour", "Marsa al-Nour", "places", "a port")
KNOWN: dict[int, dict[str, object]] = {
    0: {"score": -0.12, "terms": (Term("سالم الحداد", "Salem al-Haddad", "Salem al-Haddad", "article"), PORT)},
    1: {"score": -0.41, "flags": (Flag("number-missing", "240"),), "terms": (HADDAD,), "way": "greedy",
        "attempts": (Attempt("", "Haddad Haddad Haddad said.", -1.2, (Flag("loop", "Haddad"),)),
                     Attempt("split", "", None, (Flag("empty"),)))},
    2: {"score": -0.2, "hints": (Hint("مسافر", "traveller"),)},
    3: {"flags": (Flag("empty"),)},
    4: {"score": -0.33, "terms": (Term("سكان", "inhabitants", "", "towns", "as in the census"),)},
    5: {"score": -0.95, "flags": (Flag("unsure", "-0.95"), Flag("arabic-left", "x")), "terms": (PORT,)},
    6: {"score": -0.6},
    7: {"score": float("-inf"), "flags": (Flag("some-new_doubt", EVIL),)},
}  # fmt: skip
SEGMENTS = tuple(
    TranslatedSegment(Segment(paragraph, start, start + len(arabic), arabic), english, **KNOWN[index])  # type: ignore[arg-type]
    for index, (paragraph, start, arabic, english) in enumerate(_segments())
)
TITLE = "محطة جديدة في مرسى النور"
SLIP = TEXT.index("طرابلوس")

FULL = Report(
    Article(
        f"news/2026 {EVIL}",
        TEXT,
        TITLE,
        (("date", "2026-03-01"), ("tags", ["سياسة", {"n": 1.5}]), (f"key {EVIL}", f"value {EVIL}")),
        (Change("tatweel", 3), Change("spaces", 12)),
        "news.jsonl:4",
    ),
    Translation(
        (TranslatedSegment(Segment(0, 0, len(TITLE), TITLE), "A new station in Marsa al-Nour", -0.22, terms=(PORT,)),),
        SEGMENTS,
        (),
        "ar",
        (SourceDoubt(SLIP, SLIP + 7, "طرابلوس", "the city is spelled otherwise everywhere", "طرابلس"),),
    ),
    Summary(
        (
            SummarySentence("The minister opened a railway station in Marsa al-Nour.", (0, 5)),
            SummarySentence("It cost 204 million euros.", (1,), (Flag("unsupported-name", "euros"),)),
            SummarySentence("Residents of the city welcomed the project.", (4,), origin="article"),
        ),
        1,
        dropped=(SummarySentence("It will be closed in 2031.", (2,), (Flag("unsupported-number", "2031"),)),),
    ),
    f"mt=0.1.0 | translate: ar-en {EVIL}",
    (Timing("translate", 1.25), Timing("summarize", 12.0)),
)

"""Whether a word that is a name in an article is the name in this place: «لي» is Li, and "to me".

The article has introduced the name (`mt.terms.names.learn`), so the question is only whether the words around it speak
against that. The rules are grammar, in an order: the first that applies decides. They see a sentence, not its meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mt.language.arabic import words
from mt.language.clitics import stems
from mt.language.common import common_words
from mt.language.folding import fold_spelling


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold_spelling(word) for word in text.split())


# ---------------------------------------------------------------- word lists

TITLES = _folded(
    "السيد السيدة الرئيس الرئيسة رئيس رئيسة رئيسا الوزير الوزيرة وزير وزيرة وزيرا الوزراء وزراء الأمير الأميرة أمير "
    "الملك الملكة ملك الشيخ الدكتور الدكتورة دكتور المستشار المستشارة مستشار مستشارة السفير السفيرة سفير الجنرال "
    "العقيد العميد اللواء الفريق القائد قائد المدرب مدرب اللاعب لاعب المهاجم مهاجم الحارس حارس النجم المبعوث مبعوث "
    "المتحدث المتحدثة متحدث الناطق الناطقة السيناتور سيناتور النائب نائب القاضي البروفيسور الأستاذ المهندس الكاتب "
    "الكاتبة الشاعر الفنان الفنانة المخرج الممثل الممثلة الصحفي الصحافي الباحث الخبير المحلل الزعيم زعيم البابا "
    "نظيره نظيرته نظيرها نظيرهما مدير المدير الأمين أمين عضو العضو المحامي المرشح المرشحة مرشح محافظ المحافظ حاكم "
    "الحاكم عمدة مساعد مندوب المندوب مؤسس شقيقه زوجته زوجها نجله الراحل الأسبق السابق الحالي الجديد المنتخب"
)
"""Offices and trades that stand before a name: الرئيس باراك أوباما."""

OFFICES = _folded(
    "رئيس رئيسة وزير وزيرة نائب مدير أمين عضو قائد سفير مستشار مستشارة المتحدث المتحدثة الناطق مبعوث زعيم ملك أمير "
    "حاكم محافظ عمدة مدرب مهاجم حارس لاعب نجم مؤسس خبير محلل أستاذ باحث كبير"
)
"""Offices that stand after a name: لي كه تشيانغ رئيس مجلس الدولة."""

GIVEN_NAMES = _folded(
    "محمد أحمد محمود حسن حسين علي عمر عثمان خالد سعيد سعد سعود جمال كمال كريم شريف صالح عادل ناصر أمين مبارك فهد "
    "منصور سالم سليم بدر هادي صادق صباح نجم جميل عزيز حافظ حكيم وليد ماهر ماجد فرح فرج رجب رمضان شعبان عيد سمير "
    "هلال نهار نور أمل سلام سلمان فيصل نايف تركي عبدالله إبراهيم يوسف موسى عيسى إسماعيل مصطفى طارق زيد حمد راشد "
    "سلطان ثامر فؤاد بشار أشرف"
)
"""Given names, most of which are words too."""

PARTICLES = _folded("بن ابن بنت أبو أبي أم آل عبد ولد دي دا دو دير فون فان لو لا إل ال سان")
"""Parts of names that are never a name alone."""

SYLLABLES = _folded("لي كي بان كيم جين شي هو ما يو سو ين تشن وان مون كه جو جي تي آن تشو شو وو دونغ هان بارك باك")
"""Short parts of East Asian names that are Arabic words as well; a name with another part that is none."""

CLOSED = _folded(
    "في من على عن إلى أن إن كي هو هي ما لا لم لن قد كل كان هل مع أو ثم بل كم بان أي ذا يا بين لو حتى منذ عند لدى "
    "غير بعد قبل هم هن نحن أنا أنت هذا هذه ذلك تلك الذي التي لكن إذا إذ كما هنا هناك نعم"
)
"""Function words: part of a name perhaps (بان كي مون), but alone never taken for one."""

_SAYING = _folded(
    "قال يقول أكد يؤكد أوضح يوضح ذكر يذكر أضاف يضيف صرح أعلن كشف بين أشار روى حكى شرح أفاد كتب همس اعترف كرر أسر "
    "نقل أبلغ قدم يقدم أعطى أرسل سمح أهدى قائلا تابع وصف عبر أعرب أجاب رد"
)
_SAYING_OF_OTHERS = _folded(
    "قالت تقول قالوا يقولون أكدت أكدوا أوضحت ذكرت ذكروا أضافت كشفت أشارت روت حكت شرحت كتبت كتبوا قدمت قدموا أعطت "
    "أرسلت سمحت سمحوا نقلت همست اعترفت قلن قيل يقال وقيل"
)
_ACTING = _folded(
    "التقى يلتقي استقبل يستقبل بحث يبحث زار يزور وصل يصل غادر حضر يحضر شهد ترأس افتتح وقع دعا يدعو طالب حث شدد أعرب "
    "رحب هنأ أشاد اعتبر رأى يرى توقع تعهد وعد قرر عين انتخب فاز سجل أحرز لعب قاد يقود أطلق ألقى شارك يشارك اجتمع "
    "تحدث نفى انتقد اتهم أدان شكر تسلم سلم عاد بدأ واصل اختتم ناقش استعرض لفت نوه حذر أمر وجه كلف رفض قبل"
)
_PREPOSITIONS = _folded("مع من إلى عن ضد بين لدى نحو حول أمام خلف عبر سوى")
_PERSONS = _folded(
    "مسؤول مسئول المسؤول مصدر مصادر أحد إحدى أحدهم إحداهن صديق صديقه الصديق زميل رجل الرجل ضابط طبيب الطبيب سائق "
    "السائق والد والدي والدته والده والدها النبي الله شخص بعض كثير كثيرون الكثيرون شاب الشاب سيدة امرأة طالب أب "
    "الأب جار ناشط مواطن شاهد دبلوماسي صحفي صحافي مدير بائع"
)
_MINE = _folded("صديق صديقة صديقا زميل زميلة زميلا أخ أخت أخا ابن ابنة جار جارة قريب أستاذ تلميذ عم خال أصدقاء زملاء")
_TO_ME = _folded(
    "بالنسبة سبق يحق يمكن يمكنك تسنى يتسنى أتيح يتيح أتاح أتاحت تتيح ليس ليست يكن تكن هل اسمح اسمحوا اسمحي قل قولوا "
    "يطيب طاب يسمح تسمح بدا يبدو تبين خطر جرى حدث يحدث حصل شرف يشرفني غفر اغفر هيئ يعني يعنيه كانت ستكون سيكون كفى "
    "يكفي مفاجئا مهم مهما تتاح أتيحت يتاح ذنب تبدو يتسبب تسبب حاجة يسيء أساء"
)
_ON_ME = _folded("يجب وجب تعين يتعين ينبغي لزم يلزم فرض عز صعب يصعب سهل ترتب حكم خطر سخط كانت ستكون ليس واجب السلام")
_FIRST_PERSON = _folded(
    "أنا أنني إنني لأنني لأني إني بأني بأنني أني كأنني كنت قلت سألت سألته سألتها رأيت عرفت ذهبت وصلت التقيت أخبرته "
    "وجدت طلبت شعرت أخبرني أخبرتني حدثني سألني أعطاني طلب مني دعاني علمني شكرني قابلني لدي عندي معي عني نفسي صديقي "
    "صديقتي والدي والدتي أخي أختي زوجتي زوجي ابني ابنتي بيتي حياتي بلدي مكتبي كتابي زميلي زميلتي أستاذي رأيي قلبي "
    "عمري أهلي أسرتي عائلتي أتذكر أعتقد أقول أريد أرى أعرف أحب"
) - _folded("طلب")
_NOT_BEFORE_LI = _folded("العهد عهد الأمر أمر أمري أمره أمرها الدم النعم الفقيه")
_BEGINS_WITH_PRONOUN = _folded(
    "صديق صديقة أخ أخت ابن ابنة الشرف رأي حق أن أنا كل في مع عودة ملاحظة سؤال كلمة أمل طلب تجربة أصدقاء زملاء "
    "ذكريات ثقة عتاب وحدي"
)
_WORD_AFTER = _folded("جدا للغاية")
_WORD_BEFORE = _folded("غير جد أنا أنه إنه أنني إنني أنها يوم عيد خبر حدث عام كل ذات بكل أكثر ليس كم فأل مولد حظ")


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Whether a folded word, or what is left of it without clitics, is a common word."""
    return any(stem in common_words() for _, stem in stems(word))


# ---------------------------------------------------------------- the decision


@dataclass(frozen=True, slots=True)
class _Place:
    """A word in its sentence: folded words beside it on its own side of any quotation marks, with what parts them."""

    word: str
    written: str
    clitics: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    gap_before: str
    gap_after: str
    quoted: bool

    @property
    def previous(self) -> str:
        """The word before, empty at the start of a clause."""
        return self.before[-1] if self.before and not _BREAK.search(self.gap_before) else ""

    @property
    def next(self) -> str:
        """The word after, empty at the end of a clause."""
        return self.after[0] if self.after and not _BREAK.search(self.gap_after) else ""


_BREAK = re.compile(r"[^\s\u00a0'’\-]")
_QUOTED = re.compile('«[^»]*»?|“[^”]*”?|"[^"]*"?')


def reads_as_name(text: str, start: int, end: int, clitics: str = "") -> bool:
    """Whether `text[start:end]`, a name that the article knows, is the name here; `clitics` are written before it.

    A word that is no common Arabic word always is. Known limits: a woman of the name («قالت لي», Li said) is not told
    from "she told me", and a name within a quotation needs a title beside it.
    """
    word = fold_spelling(text[start:end])
    if word in _DATIVES:
        return _dative_reads_as_name(_place(text, start, end, clitics))
    if " " in word or not (word in GIVEN_NAMES or is_common(word)):
        return True
    return _noun_reads_as_name(_place(text, start, end, clitics))


_DATIVES = _folded("لي علي")


def _place(text: str, start: int, end: int, clitics: str) -> _Place:
    begin = start - len(clitics)
    quote = next((m for m in _QUOTED.finditer(text) if m.start() < start and end <= m.end()), None)
    if quote is not None:
        low, high = quote.start() + 1, quote.end()
        shown = text
    else:  # what others say is not this sentence's voice
        low, high = 0, len(text)
        shown = _QUOTED.sub(lambda m: "«" + " " * (len(m[0]) - 1), text)
    tokens = [token for token in words(shown) if low <= token[1] and token[2] <= high]
    before = [token for token in tokens if token[2] <= begin]
    after = [token for token in tokens if token[1] >= end]
    return _Place(
        fold_spelling(text[start:end]), text[start:end], clitics,
        tuple(word for word, _, _ in before), tuple(word for word, _, _ in after),
        shown[before[-1][2] : begin] if before else "", shown[end : after[0][1]] if after else "",
        quote is not None,
    )  # fmt: skip


def _dative_reads_as_name(place: _Place) -> bool:
    """«لي» and «علي», which are a name or a preposition with the pronoun of the first person."""
    previous, following = place.previous, place.next
    if place.written.endswith("ى"):  # على, the preposition
        return False
    if place.clitics:
        return place.clitics == "و" and following not in _NOT_BEFORE_LI and bool(previous) and _is_proper(previous)
    if previous in TITLES or _has(previous, _PREPOSITIONS):  # a preposition takes no second one
        return True
    if _has(previous, _TO_ME if place.word == "لي" else _ON_ME) or previous in {"ما", "لا"}:
        return False
    if _has(previous, {"كان"}):
        return following == "قد" or following.startswith(("ي", "س"))
    if place.quoted or _FIRST_PERSON & {stem for word in (*place.before, *place.after) for _, stem in stems(word)}:
        return False
    if following.startswith("و") and len(following) > 4 and not is_common(following):
        return True  # joined with another name
    if previous in _MINE or _has(previous, _SAYING_OF_OTHERS) or (previous.endswith("وا") and is_common(previous)):
        return False
    if _has(previous, _SAYING):  # "told me", if somebody follows who tells
        return not (following in _PERSONS or following in TITLES or (following != "" and _is_proper(following)))
    if not previous:
        return following not in _BEGINS_WITH_PRONOUN
    return True


def _noun_reads_as_name(place: _Place) -> bool:
    """Names that are nouns or adjectives too: سعيد (happy), جمال (beauty), أمل (hope), صباح (morning)."""
    previous, following = place.previous, place.next
    # The first of two nouns that belong together: "the beauty of nature"; a name has no such noun after it.
    noun = following.startswith("ال") and (is_common(following) or is_common(following[2:]))
    bound = noun and following not in TITLES
    if previous in TITLES or previous in GIVEN_NAMES or previous in PARTICLES:
        return True
    if _has(previous, _PREPOSITIONS):
        return not bound
    if previous in _WORD_BEFORE or following in _WORD_AFTER:
        return False
    if _has(previous, _SAYING | _ACTING):
        return True
    if following.startswith("ب") and len(following) > 3 and place.word in _HAPPY:
        return False
    return not bound


_HAPPY = _folded("سعيد فرح")


def _has(word: str, known: frozenset[str] | set[str]) -> bool:
    """Whether the word, or what is left of it without a conjunction, is one of those."""
    return any(stem in known for clitics, stem in stems(word) if clitics in ("", "و", "ف"))


def _is_proper(word: str) -> bool:
    return word not in CLOSED and (word in GIVEN_NAMES or not is_common(word))

"""Texts on which models are tried: news sentences in Arabic with their English, and news items with their summaries.

Written for this project, about invented events. They are for telling a sound model from a broken one, not for measuring
quality.
"""

from __future__ import annotations

SENTENCES: tuple[tuple[str, str], ...] = (
    ("التقى الرئيس وزير الخارجية الصيني في القاهرة.", "The president met the Chinese foreign minister in Cairo."),
    (
        "قال الوزير إن الحكومة ستبني ثلاث مدارس جديدة.",
        "The minister said that the government will build three new schools.",
    ),
    ("ارتفعت أسعار النفط اليوم بسبب الحرب.", "Oil prices rose today because of the war."),
    ("زار الوفد المستشفى في العاصمة يوم الأحد.", "The delegation visited the hospital in the capital on Sunday."),
    (
        "فاز الفريق في المباراة النهائية أمام آلاف المشجعين.",
        "The team won the final match in front of thousands of fans.",
    ),
    ("أعلنت الشرطة اعتقال خمسة رجال في المدينة.", "Police announced the arrest of five men in the city."),
    ("وقع البلدان اتفاقا للتعاون في مجال الطاقة.", "The two countries signed an agreement on cooperation in energy."),
    (
        "قتل عشرة أشخاص في زلزال ضرب شمال البلاد.",
        "Ten people were killed in an earthquake that hit the north of the country.",
    ),
    ("افتتح المعرض الدولي للكتاب في الرياض.", "The international book fair opened in Riyadh."),
    ("دعا الأمين العام للأمم المتحدة إلى وقف إطلاق النار.", "The UN secretary-general called for a ceasefire."),
    ("يعاني ملايين الناس من نقص المياه والغذاء.", "Millions of people suffer from a lack of water and food."),
    ("بدأ الطلاب العام الدراسي الجديد في سبتمبر.", "Students began the new school year in September."),
    ("قررت المحكمة تأجيل القضية إلى الشهر المقبل.", "The court decided to postpone the case until next month."),
    ("وصلت السفينة إلى الميناء بعد رحلة طويلة.", "The ship reached the port after a long journey."),
    ("أكد الطبيب أن اللقاح آمن للأطفال.", "The doctor confirmed that the vaccine is safe for children."),
    ("انخفضت درجات الحرارة في معظم المناطق.", "Temperatures fell in most areas."),
    ("تعمل الشركة على تطوير سيارة كهربائية.", "The company is working on an electric car."),
    ("غادر رئيس الوزراء إلى باريس لحضور المؤتمر.", "The prime minister left for Paris to attend the conference."),
    (
        "شارك مئات العمال في مظاهرة أمام البرلمان.",
        "Hundreds of workers took part in a demonstration in front of parliament.",
    ),
    ("تعتبر السياحة مصدرا مهما للدخل في المغرب.", "Tourism is an important source of income in Morocco."),
    ("أطلقت الوكالة قمرا صناعيا جديدا إلى الفضاء.", "The agency launched a new satellite into space."),
    (
        "عاد اللاجئون إلى قراهم بعد انتهاء القتال.",
        "The refugees returned to their villages after the end of the fighting.",
    ),
    ("يبلغ عدد سكان المدينة أربعة ملايين نسمة.", "The city has a population of four million."),
    ("ناقش المجلس خطة الميزانية للعام القادم.", "The council discussed the budget plan for the coming year."),
)

SUMMARIES: tuple[tuple[str, str], ...] = (
    (
        "The city council of Tarsin voted on Monday to close the old bridge over the Sella river for nine months. "
        "Engineers found cracks in two of its pillars in spring. About 12,000 cars cross the bridge each day. Buses "
        "will take another way, and a ferry will carry people on foot. The work costs 18 million euros.",
        "The council of Tarsin will close the old bridge over the Sella river for nine months because engineers found "
        "cracks in two pillars.",
    ),
    (
        "Farmers in the Onara valley say that this summer was the driest in forty years. The harvest of dates fell by "
        "a third, and many wells have no water. The ministry of agriculture promised help for 600 families. A new "
        "canal from the Mehran dam should reach the valley in two years.",
        "The driest summer in forty years cut the date harvest in the Onara valley by a third, and the ministry "
        "promised help for 600 families.",
    ),
    (
        "The runner Salma Idris won the marathon of Port Amal on Friday in two hours and 24 minutes. She is the first "
        "woman from her country to win the race. Idris, who is 27, works as a nurse and trains before dawn. She said "
        "that she now hopes for a place at the Olympic Games.",
        "Salma Idris, a nurse of 27, won the marathon of Port Amal in two hours and 24 minutes and hopes for a place "
        "at the Olympic Games.",
    ),
)

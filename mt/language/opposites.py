"""Words of both languages for things of which there are two: up and down, won and lost, accepted and refused, last and
next. A text that has only one of a pair says the opposite of a text that has only the other.

The English of a pair is wide, and the Arabic narrow: a word that may stand for either is better not told. Of 25,000
news pairs 0.1 % are told. No word of the pair must be told of what is denied («لم يفز», “lost”): a denial on one side
is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mt.language.arabic import ARABIC_WORD

_PAIRS = (
    (
        r"[ايت]رتفع\w{0,2}|ارتفاع\w{0,2}|[اتي]زداد\w{0,2}|زادت?|زياده|تزايدت?|صعدت?|صعود|قفزت?|قفزه|نمت|[يت]نمو|نموا?|تزيد|رفعت|رفعوا",
        r"[ايت]نخفضت?|انخفاض\w{0,2}|تراجعت?|[يت]تراجع|هبطت?|هبوط|تدني|تدهورت?|تقلصت?|[يت]تقلص|تقليص|خفضت?|[يت]خفض|تخفيض\w{0,2}|انقاص\w{0,2}",
        r"r[io]s(?:e|es|en|ing)|increas\w*|gr[eo]w\w*|climb\w*|jump\w*|gain\w*|up|upwards?|higher|surg\w*|soar\w*|"
        r"ascen\w*|more|add\w*|hikes?|hiked|rais\w*",
        r"fell|fall\w*|declin\w*|drop\w*|decreas\w*|down|downwards?|low|lower\w*|slid\w*|reduc\w*|los[est]\w*|"
        r"shr[aiu]nk\w*|descen\w*|plung\w*|slump\w*|cut\w*|"
        r"slash\w*|dip(?:s|ped)?|tumbl\w*|curb\w*|eas(?:e|ed|es|ing)|weak\w*|less|lesser|lessen\w*|discount\w*",
    ),
    (
        r"شمال(?:ي|يه|ا)?",
        r"جنوب(?:ي|يه|ا)?",
        r"north\w*",
        r"south\w*",
    ),
    (
        r"شرق(?:ي|يه|ا)?",
        r"غرب(?:ي|يه|ا)?",
        r"(?:north|south)?-?east\w*|oriental",
        r"(?:north|south)?-?west\w*",
    ),
    (
        r"ماضي(?:ه|ين|تين)?|منصرم(?:ه)?|فايت(?:ه)?|(?<=ال)اخير(?:ه|ين|تين)?",
        r"مقبل(?:ه|ين)?|قادم(?:ه|ين)?|تالي(?:ه)?|موالي(?:ه)?",
        r"last\w*|past|previous\w*|ago|former|earlier|recent\w*|since|final\w*|late\w*",
        r"next|coming|upcoming|following|future|ahead|subsequent\w*|later|after",
    ),
    (
        r"صباحا?|فجرا?",
        r"مساء|ليلا?|ليله",
        r"morning|dawn|daybreak|a\.?m",
        r"evening|night\w*|tonight|overnight|p\.?m|late\w*|eve",
    ),
    (
        r"فازت?|فوزه?ا?|[يت]فوز|انتصرت?|انتصار|تغلبت?|تغلبه?ا?|كسبت?|[يت]كسب|احرزت?|[يت]حرز",
        r"خسرت?|خساره|خسارته?ا?|خسروا|[يت]خسر|هزيمه|هزيمته?ا?|انهزمت?|فقدت|[يت]فقد|فقدان|فقدوا",
        r"w[io]n(?:s|ning|ner)?|victor\w*|beat\w*|defeat\w*|triumph\w*|overc\w+|prevail\w*|conquer\w*|edg\w+|"
        r"success\w*|clinch\w*|top\w*|down\w*|advanc\w*|thrash\w*|crush\w*|claim\w*|take|took|taken|brush\w*|"
        r"see\w* off|saw off|earn\w*|elected|re-?elect\w*",
        r"undergone_\w+|los[esti]\w*|defeat\w*|beat\w*|overc\w+|edg\w+|fell|fall\w*|succumb\w*|went down|thrash\w*|"
        r"conced\w*|crash\w*|routed?|setback|damage\w*",
    ),
    (
        r"وافقت?|وافقوا|يوافق|موافقه|موافقته?ا?|موافقتهم|قبول|قبلت|قبلوا|[يت]قبل|اتفقت?|اتفقوا|[يت]تفق",
        r"رفضت?|[يت]رفض|رفضه?ا?|رافضا|رافضه|رفضوا|رفضهم",
        r"agree\w*|accept\w*|approv\w*|consent\w*|endors\w*|adopt\w*|yes|ratif\w*|pass\w*|accede\w*|acceding|"
        r"backed|assent\w*|permi\w+|ok|green light|clear\w*|acquiesc\w+|grant\w*",
        r"reject\w*|refus\w*|declin\w*|den[iy]\w*|turn\w* down|spurn\w*|oppos\w*|rebuff\w*|dismiss\w*|unaccept\w*|"
        r"no|not|disapprov\w*|without|never|unwilling\w*|resist\w*|"
        r"object(?:s|ed|ing|ions?)|against|rule\w* out|condemn\w*|"
        r"disagree\w*|repudiat\w*|veto\w*|cannot|n't|forbid\w*|abolish\w*",
    ),
    (
        r"اكدت?|[يت]وكد|تاكيد|موكدا|موكده|اكدوا",
        r"نفت|نفي|[يت]نفي|نافيا|نافيه|نفيها?",
        r"confirm\w*|stress\w*|affirm\w*|assert\w*|emphasi\w+|insist\w*|sa(?:id|ys?|ying)|assur\w*|certain\w*|"
        r"underlin\w*|maintain\w*|reaffirm\w*|underscor\w*|reiterat\w*|assure\w*|add\w*",
        r"den[iy]\w*|dismiss\w*|refut\w*|reject\w*|disclaim\w*|exile\w*|banish\w*|negat\w*|no|not|n't|disavow\w*|"
        r"rul\w* out|deport\w*|contradict\w*|denial",
    ),
    (
        r"ايدت?|[يت]ويد|تاييد\w{0,2}|مويدا?|مويده|مويدو|مويدي\w?|دعمت?|[يت]دعم|دعم|دعمه?ا?|دعموا|مدعوم\w{0,2}|داعم\w{0,3}|ساندت?|مساند\w{0,2}",
        r"عارضت?|[يت]عارض|معارضته?ا?|معارضا|مناهض\w{0,3}|مناهضه",
        r"support\w*|back\w*|endors\w*|favou?r\w*|aid\w*|approv\w*|uphold\w*|upheld|help\w*|in favor|assist\w*|"
        r"bolster\w*|strengthen\w*|boost\w*|advoca\w*|loyal\w*|pro-\w+|champion\w*|agree\w*|reinforc\w*|fund\w*|"
        r"subsid\w*|adherent\w*|for|consolidat\w*|sponsor\w*",
        r"oppos\w*|against|object(?:s|ed|ing|ions?)|anti\w*|resist\w*|reject\w*|dissent\w*|contrary|critic\w*",
    ),
    (
        r"صادرات\w{0,2}|تصدير\w{0,2}",
        r"واردات\w{0,2}|استيراد\w{0,2}|استوردت?|[يت]ستورد",
        r"export\w*|issu\w*|shipment\w*|outbound|ship\w*|releas\w*|publish\w*|sold|sell\w*|sale\w*|pass\w*|"
        r"deliver\w*|hand\w*|put\w*|came|come\w*|emerg\w*|oil|emanat\w*|out|made|appear\w*",
        r"import\w*|purchas\w*|inbound|intake\w*|buy\w*|bought|suppl\w*|revenue\w*|income|resource\w*|incoming",
    ),
    (
        r"اشترت?|اشتري|[يت]شتري|شراء\w{0,2}|مشتريات|مشتري\w{0,3}",
        r"باعت?|[يت]بيع|[يت]باع|بيع\w{0,2}|مبيعات\w{0,2}|بايع\w{0,3}",
        r"buy\w*|bought|purchas\w*|acqui\w*|procure\w*|shop\w*|deal\w*|takeover|sign\w*|common|pick\w*|snap\w*|"
        r"obtain\w*|customer\w*",
        r"s[eo]l[dl]\w*|sale\w*|vendor\w*|market\w*|offload\w*|pledg\w*|allegi\w*|auction\w*|retail\w*|deal\w*|"
        r"dispos\w*|trad\w*",
    ),
    (
        r"افتتحت?|افتتاح\w{0,2}|[يت]فتتح|فتحت|[يت]فتح",
        r"اغلقت?|اغلاق\w{0,2}|[يت]غلق|مغلق\w{0,2}",
        r"open\w*|launch\w*|inaugurat\w*|start\w*|reopen\w*|unlock\w*|fatah|beg[ia]n\w*|conque\w+|pav\w*|broke|"
        r"allow\w*|fir\w*|kick\w*|unveil\w*|initiat\w*|set\w*|spark\w*|capture\w*|grant\w*|free\w*|mak\w*",
        r"clos(?:e|es|ed|ing|ures?)|shut\w*|seal\w*|block\w*|lock\w*|end\w*|suspen\w*|cordon\w*|finish\w*|settl\w*|shutter\w*|"
        r"wrap\w*|off",
    ),
    (
        r"نجحت?|نجاح\w{0,2}|[يت]نجح|ناجح\w{0,2}",
        r"فشلت?|فشل\w{0,2}|[يت]فشل|فاشل\w{0,2}|اخفقت?|اخفاق\w{0,2}",
        r"succe\w*|manag\w*|pass\w*|achiev\w*|won|win\w*|able|accompl\w*|effective\w*|hit|thriv\w*|triumph\w*|"
        r"well|victor\w*|fruitful|smooth\w*|profitab\w*|prosper\w*|star|great|excel\w*|good|leading|best",
        r"fail\w*|unsuccess\w*|unable|collaps\w*|los[st]\w*|setback\w*|not|n't|unravel\w*|miss\w*|fiasco|botch\w*|"
        r"without|shortcom\w*|flop\w*|abortive|fizzl\w*|debacle|no|inability|break\w*|could|defeat\w*|foil\w*|"
        r"fall\w*|lack\w*|never|abort\w*|faulty",
    ),
    (
        r"سمحت?|[يت]سمح|سماح|سمحوا|اجازت?",
        r"منعت?|[يت]منع|منع(?:ه|ها|هم|ا)?|[يت]حظر|حظر\w{0,2}|ممنوع\w{0,2}|محظور\w{0,2}",
        r"allow\w*|permi\w*|let\w*|enabl\w*|authori\w*|licen\w*|grant\w*|possible|can|approv\w*|give\w*|gave|"
        r"make\w*|vacation\w*|leave|holiday\w*|admi(?:t|ss)\w*|accept\w*|pass\w*|clear\w*|able|may|legal\w*|okay|afford\w*",
        r"ban(?:s|ned|ning)?|prevent\w*|prohib\w*|block\w*|forbid\w*|bar(?:red|s|ring)?|stop\w*|embargo\w*|den[iy]\w*|"
        r"restrict\w*|stranded|illegal\w*|not|n't|halt\w*|avoid\w*|no|curb\w*|deter\w*|avert\w*|hinder\w*|without|"
        r"impede\w*|hamper\w*|preclu\w*|keep\w*|obstruct\w*|sanction\w*|outlaw\w*|off|from|refus\w*|curfew\w*|"
        r"suspen\w*|blacklist\w*|immun\w*|cannot|suppress\w*|thwart\w*|withhold\w*|resist\w*|kept|reject\w*",
    ),
    (
        r"ارباح\w{0,2}|ربح\w{0,2}|مكاسب|مكسب",
        r"خساير\w{0,2}|خساره",
        r"profit\w*|earning\w*|gain\w*|dividend\w*|win\w*|won|income|beat\w*|return\w*|benefit\w*|revenue\w*|"
        r"mak\w*|prize",
        r"los[ste]\w*|damage\w*|defeat\w*|toll|down|deficit|casualt\w*|shed|drop\w*",
    ),
    (
        r"فايض\w{0,2}",
        r"عجز\w{0,2}|عجزا",
        r"surplus\w*|excess\w*|overflow\w*|abundan\w*|extra|surfeit|oversuppl\w*|glut|oversupply",
        r"deficit\w*|shortfall\w*|shortage\w*|disab\w*|unable|inab\w*|impoten\w*|fail\w*|incapac\w*|powerless\w*|"
        r"helpless\w*|could|not|buttock\w*|gap|lack\w*|infirm\w*|deficien\w*|backside|cannot",
    ),
    (
        r"افرجت?|افراج|[يت]فرج|سراح\w{0,3}",
        r"اعتقلت?|اعتقال\w{0,2}|[يت]عتقل|القبض|احتجزت?|احتجاز\w{0,2}|توقيف\w{0,2}",
        r"releas\w*|fre[ei]\w*|liberat\w*|bail\w*|let go|parole|walk\w*|unfreez\w*|acquit\w*|custody|loose|"
        r"amnest\w*|pardon\w*|discharg\w*|breakthrough",
        r"arrest\w*|detain\w*|detention\w*|capture\w*|custody|held|holding|apprehen\w*|seiz\w*|imprison\w*|"
        r"jail\w*|nab\w*|caught|suspen\w*|prison\w*|round\w*|hostage\w*|catch\w*|hold\w*|intern\w*|stop\w*|taken|"
        r"intercept\w*",
    ),
    (
        r"يمين\w?|يميني\w{0,2}|ايمن|يمني",
        r"يسار\w?|يساري\w{0,2}|ايسر|يسري",
        r"right\w*|yemen\w*|oath\w*|yamin|conservativ\w*|swor\w*|swear\w*|east\w*|starboard|al-?y\w*|clockwise|"
        r"sides?",
        r"left\w*|yasar\w*|socialis\w*|west\w*|port|communis\w*|radical|progressiv\w*|ease|pros\w*|wealth\w*",
    ),
    (
        r"ايجابي\w{0,2}|ايجابا",
        r"سلبي\w{0,2}|سلبا",
        r"positiv\w*|favou?r\w*|constructiv\w*|good|upbeat|affirmativ\w*|optimis\w*|well|advantag\w*|promis\w*|"
        r"encourag\w*|better|gain\w*|bright\w*|higher|up|benefi\w*",
        r"negativ\w*|advers\w*|harm\w*|passiv\w*|bad\w*|goalless|scoreless|poor\w*|drawback\w*|ill|hurt\w*|"
        r"detriment\w*|down\w*|0|nil|unfavou?r\w*|downside|lower|cons|damag\w*|clean",
    ),
    (
        r"اكبر",
        r"اصغر",
        r"big\w*|larg\w*|great\w*|most|main|major|more|old\w*|akbar|senior|high\w*|top|huge|wid\w*|elder\w*|"
        r"further|leading|maxim\w*|better|best|full\w*|strong\w*|broad\w*|world|extra|first|longer|number one|"
        r"much|grand\w*|premier|far|heav\w*|worst|mass\w*|increas\w*|considerabl\w*|enormous|deep\w*|super\w*|"
        r"over|vast\w*|sever\w*|chief|beyond|bulk|majority|above|key|giant",
        r"small\w*|young\w*|tini\w*|little|least|minor|compact|less|lower|micro\w*|asghar|junior|mini|minim\w*|miniature\w*|reduc\w*|"
        r"short\w*",
    ),
    (
        r"وصلت?|وصول\w{0,2}|[يت]صل",
        r"غادرت?|مغادره|مغادرته?ا?|يغادر",
        r"arriv\w*|reach\w*|c[oa]me\w*|access\w*|land\w*|get\w*|got|hit\w*|up to|visit\w*|total\w*|amount\w*|"
        r"connect\w*|coming|rang\w*|as (?:high|much|many|far|low)|receiv\w*|rose|ris(?:e|es|en|ing)|enter(?:s|ed|ing)?|"
        r"stand\w*|stood|"
        r"go\w*|call\w*|deliver\w*|climb\w*|flew|bring\w*|brought|prayer\w*|return\w*|link\w*|join\w*|attain\w*|"
        r"end\w*|extend\w*|exceed\w*|from|to|deliver\w*|run\w*|fly\w*|make|made|said|fell|advent|cross\w*|pull\w*|"
        r"progress|took|into|put|at|describ\w*|followed|won|advanc\w*|qualif\w*",
        r"le[fa][tv]\w*|depart\w*|exit\w*|outgoing|quit\w*|go(?:es|ing|ne)?|withdr\w*|step\w*|fled|flee\w*|out|vacat\w*|"
        r"evacuat\w*|takeoff|check\w*|stay\w*|knock\w*|head\w*|discharg\w*|eliminat\w*|mov\w*|off|flew|away|"
        r"abandon\w*|pull\w*",
    ),
    (
        r"بدءا?(?:ت|وا|نا)?|[يت]بدءا|انطلقت?|بدايه|بدايته?ا?",
        r"انتهت?|انتهي|[يت]نتهي|اختتمت?|انتهاء|نهايه|نهايته?ا?|اختتام",
        r"beg[iau]n\w*|start\w*|launch\w*|open\w*|kick\w*|commenc\w*|initial\w*|first|get\w*|got|debut\w*|set\w*|"
        r"early|onset|out|ris(?:e|es|en|ing)|under way|underway|earl\w*|departur\w*|initiat\w*|inaugur\w*|"
        r"take off|origin\w*|"
        r"enter(?:s|ed|ing)?|embark\w*|as of|off|last\w*|since|effect\w*|go(?:es|ing|ne)?|outbreak|dawn|now|"
        r"introduc\w*|turn|hold\w*|from|bec[ao]m\w*|when",
        r"end\w*|finish\w*|conclu\w*|clos\w*|expir\w*|complet\w*|over|eventual\w*|final\w*|wound up|wrap\w*|"
        r"terminat\w*|result\w*|late\w*|last|by|settl\w*|done|deadline|wind(?:s|ing)?|culminat\w*|stop\w*|until|bottom|"
        r"eve|through|no longer|ultimate\w*|turn\w*|follow\w*|limit|out|fall|after|expiry|draw|clear\w*|drew|back|"
        r"overall",
    ),
    (
        r"داخلي(?:ه|ا)?|داخل(?:ه|ها|هم)?",
        r"خارجي(?:ه|ا)?|خارج(?:ه|ها|هم)?",
        r"inside\w*|within|interior|internal\w*|domestic\w*|home\w*|inner|in|into|indoor\w*|inward\w*|among\w*|intra\w*",
        r"outside\w*|foreign\w*|external\w*|abroad|overseas|exterior|out|off|away|outer|outdoor\w*|beyond|outward\w*",
    ),
    (
        r"اعلي|اقصي",
        r"ادني",
        r"high\w*|upwards?|max\w*|top\w*|suprem\w*|upper|peak\w*|record|above|most|utmost|up|best|great\w*|over|super\w*|larg\w*|"
        r"aqsa|far\w*|extrem\w*|ultra\w*|announc\w*|more|full\w*|senior|furthest|exclu\w*|strict\w*|eliminat\w*|knock\w*",
        r"low\w*|minim\w*|least|below|bottom|under|worst|inferior|near\w*|less|lesser|lessen\w*|slight\w*|any|no|weak\w*|cheap\w*",
    ),
    (
        r"محلي(?:ه|ا|ين|ون)?",
        r"اجنبي(?:ه|ا|ين|ون|ات)?|اجانب",
        r"local\w*|domestic\w*|home\w*|national\w*|municipal\w*|communit\w*|internal\w*|native|provincial|in-country|own",
        r"foreign\w*|alien\w*|overseas|expat\w*|international\w*|outside\w*|non-\w+|migrant\w*",
    ),
    (
        r"موقت(?:ه|ا|ين)?",
        r"دايم(?:ه|ا|ين)?",
        r"tempor\w*|interim|provisional\w*|caretaker|transition\w*|tentative\w*|short\w*|stopgap|acting|bail\w*",
        r"permanent\w*|lasting|always|standing|durabl\w*|constant\w*|perpetual\w*|ever|continu\w*|regular\w*|perennial\w*",
    ),
    (
        r"ادانت|[يت]دين|ادانه|نددت?|[يت]ندد|تنديد|منددا|منددين|استنكرت?|[يت]ستنكر|استنكار\w{0,2}",
        r"رحبت?|[يت]رحب|ترحيب\w{0,2}|مرحبا|رحبوا",
        r"condemn\w*|denounc\w*|convict\w*|critici\w+|deplor\w*|decr\w*|slam\w*|guilt\w*|blast\w*|protest\w*|censur\w*|owe\w*|"
        r"against|reject\w*|disapprov\w*|rebuk\w*|follow\w*|indict\w*|profess(?:es|ed|ing)?|practi\w*",
        r"welcom\w*|hail\w*|greet\w*|applaud\w*|hello|embrac\w*|prais(?:e|ed|es|ing)|spacious|accept\w*|hospitab\w*",
    ),
    (
        r"تعيين(?:ه|ها|هم|ات)?|عينت",
        r"اقاله|اقالته?ا?|اقالت|استقاله|استقالته?ا?|استقالت?|اعفاء",
        r"appoint\w*|nam\w*|install\w*|designat\w*|assign\w*|hir\w*|set\w*|nominat\w*|recruit\w*|pick\w*|plac\w*|demarcat\w*",
        r"dismiss\w*|sack\w*|fir(?:e|ed|ing)|resign\w*|remov\w*|reliev\w*|oust\w*|"
        r"step(?:s|ped|ping)? down|exempt\w*|quit\w*|"
        r"waiv\w*|impeach\w*",
    ),
    (
        r"اغلبيه|غالبيه|اكثريه|غالبيتهم|اغلبيتهم",
        r"اقليه|اقليات",
        r"majorit\w*|most\w*|vast|bulk|predominant\w*|main\w*|largely|plurality",
        r"minorit\w*|few\w*",
    ),
    (
        r"عدو|اعداء|اعدايه?ا?",
        r"صديق(?:ه|ه?ا|ي)?|اصدقاء|اصدقايه?ا?",
        r"enem\w*|hostil\w*|foe\w*|adversar\w*|rival\w*|opponent\w*|running|contag\w*",
        r"friend\w*|all(?:y|ies)|boyfriend\w*|girlfriend\w*|pal\w*|colleague\w*|mate\w*|compan\w*",
    ),
    (
        r"فقير(?:ه|ا)?|فقراء|فقر",
        r"اغنياء|اثرياء|ثري(?:ا|ه)?",
        r"poor\w*|poverty|needy|impoverish\w*|underprivileged|disadvantag\w*|destitut\w*|deprived|indigent",
        r"rich\w*|wealth\w*|affluent|well-off|billionaire\w*|millionaire\w*|tycoon\w*",
    ),
    (
        r"تفاءله?|تفاول\w{0,2}|متفايل\w{0,3}",
        r"تشاوم\w{0,2}|متشايم\w{0,3}",
        r"optimis\w*|hope\w*|upbeat|positiv\w*|confident",
        r"pessimis\w*|gloom\w*|bleak\w*",
    ),
    (
        r"مدني(?:ه|ا|ين|ون|ات)?",
        r"عسكري(?:ه|ا|ين|ون|ات)?",
        r"civil\w*|resident\w*|urban|city|metropol\w*|medina|non-military|people|citizen\w*",
        r"milit\w*|army|armed|soldier\w*|troop\w*|servicem\w*|barracks|war\w*|martial|forces?|defen[cs]e|askar\w*",
    ),
    (
        r"توحيد\w{0,2}|توطيد\w{0,2}|ترسيخ\w{0,2}",
        r"تمزيق\w{0,2}|تفتيت\w{0,2}",
        r"consolidat\w*|unif(?:y|ied|ies|ying)|cement\w*|strengthen\w*|entrench\w*|reinforc\w*",
        r"tear\w*|tore|torn|fragment\w*|divid\w*|divis\w*|split\w*|break\w*|broke\w*|rip\w*|dismember\w*|shatter\w*|"
        r"disintegrat\w*|disrupt\w*|fractur\w*|shred\w*|destroy\w*|disunit\w*|crush\w*",
    ),
)
"""Of each pair the Arabic of one side and of the other, then the English; patterns of whole words."""
_LEAD = r"[وفبكل]{0,2}(?:ال|ل|س(?=[يت]))?"
_ARABIC = tuple((re.compile(rf"{_LEAD}(?:{one})"), re.compile(rf"{_LEAD}(?:{other})")) for one, other, _, _ in _PAIRS)
_ENGLISH = tuple(
    tuple(re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for words in pair) for _, _, *pair in _PAIRS
)
_WON = 5
"""The pair of which English verbs say the other when they are passive: “was defeated”."""
_UNDERGONE = re.compile(
    r"\b(?P<lead>(?:was|were|been|being|is|are|be|got|suffer\w*|conced\w*|admit\w*|to an?)"
    r"(?: (?:an?|the|their|his|its|also|again|heavy|heaviest|first|second|third|narrow|late|shock|bitter|\d+[-–]\d+,?|"
    r"\w+ly|\w+ing))* )(?P<verb>defeat(?:ed)?|beaten|thrashed|crushed|overcome|conquered|routed|toppled|downed|edged)\b"
    r"(?!(?: \S+){0,2} by\b)(?! of\b)",
    re.IGNORECASE,
)
"""A defeat that is undergone, where no “by” may name who won it."""
_WEAK = re.compile(
    r"add\w*|back|check\w*|total\w*|down|little|by|for|from|made?|mak\w+|mov\w+|more|off|out|over|at|to|up|god|gains?|address\w*|authorit\w+"
    r"|after|since|final\w*|late\w*|former|recently|earlier|future|following|ahead|last(?:ed|s|ing)|subsequent\w*|set|first|good|well|now"
    r"|when|in|into|within|among\w*|under|topped|less|weak\w*|eas(?:e|es|ed|ing)|through|until|overall|go(?:es|ing|ne)?"
    r"|hold\w*|held|becom\w+|previously|bec[ao]me",
    re.IGNORECASE,
)
"""English words that may say a side, but that say too many other things to be the opposite of anything."""
_SAID_AFTER_ALL = re.compile(r"up|down|in|into|within|less|gains?|made?|since|late\w*|final\w*", re.IGNORECASE)
"""Those that are usual for their side, so that a sentence that has one says it."""
_SAID_EITHER_WAY = range(6, len(_PAIRS))
"""Pairs that a denial turns into each other; of up and down, north and south there is none."""
_NOT_MEANT = frozenset("فيصل وفيصل الوصل والوصل للوصل بالوصل بالتالي وبالتالي".split())
"""Names that look like one of the words."""
_ARABIC_DENIAL = frozenset("لا لم لن ليس ليست غير عدم دون بدون ولا ولم ولن وليس".split())
_ENGLISH_DENIAL = re.compile(r"\b(?:no|not|never|without|neither|nor|cannot|unable)\b|n['’]t\b", re.IGNORECASE)


def opposites(folded: str, english: str) -> Iterator[tuple[str, str]]:
    """The word of a folded Arabic text and the English one, where each text has one side of a pair only, and not the
    same."""
    said: dict[int, dict[int, str]] = {}
    words = ARABIC_WORD.findall(folded)
    for word in words:
        for pair, side in _sides(word):
            said.setdefault(pair, {}).setdefault(side, word)
    if not said:
        return
    denied = bool(_ARABIC_DENIAL.intersection(words)) or bool(_ENGLISH_DENIAL.search(english))
    for pair, sides in sorted(said.items()):
        if len(sides) > 1 or (denied and pair in _SAID_EITHER_WAY):
            continue
        [(side, word)] = sides.items()
        text = _UNDERGONE.sub(r"\g<lead>undergone_\g<verb>", english) if pair == _WON else english
        there = next((m[0] for m in _ENGLISH[pair][1 - side].finditer(text) if not _WEAK.fullmatch(m[0])), "")
        if there and not any(_says_it(match[0], word) for match in _ENGLISH[pair][side].finditer(text)):
            yield word, there.removeprefix("undergone_")


def _says_it(english: str, word: str) -> bool:
    """Whether an English word of a side is enough for the Arabic one: “she added” is, for «وزادت»."""
    if word.endswith(("زاد", "زادت")) and english.lower().startswith("add"):
        return True
    return not _WEAK.fullmatch(english) or bool(_SAID_AFTER_ALL.fullmatch(english))


def on_same_side(word: str, english: str) -> bool:
    """Whether a folded Arabic word and an English one are of the same side of a pair: «فاز», beat."""
    return any(_ENGLISH[pair][side].fullmatch(english) for pair, side in _sides(word))


@lru_cache(maxsize=65536)
def _sides(word: str) -> tuple[tuple[int, int], ...]:
    """The pairs and sides that a folded Arabic word is of."""
    if word in _NOT_MEANT:
        return ()
    return tuple((pair, side) for pair, sides in enumerate(_ARABIC) for side in (0, 1) if sides[side].fullmatch(word))

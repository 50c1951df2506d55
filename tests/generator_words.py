"""The words that ``tests.generator`` makes its articles of, written for it; lists separated by ``|``."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


PLACES = _words(
    "Ostervik|Tarnau|Kesten|Skarvoy|Lomsk|Vellin|Harrow|Drumel|Pasvik|Morava|Zelden|Antar|Brill|Cordan|Eskil|"
    "Fanø|Gerolt|Hallein|Ister|Jorund|Kalmar|Lindau|Merano|Nyborg|Orsha|Pelhrim|Quedal|Roskan|Selby|Tirol|"
    "Uman|Varde"
)

NAMES = _words(
    "Aldana|Brandt|Costa|Denk|Ellison|Ferring|Grigas|Holt|Iversen|Jansen|Karpin|Lund|Maes|Norling|Okafor|"
    "Petrov|Quist|Renn|Sund|Torvik|Ulm|Voss|Weil|Ximenes|Ylitalo|Zeman|Adeyemi|Bielak|Clasen|Duarte|Eriksen|"
    "Falk"
)

BODIES = _words(
    "council|harbour board|chamber of commerce|teachers' union|water company|court of appeal|"
    "university clinic|railway office|farmers' association|museum trust|fire service|statistics office|"
    "city theatre|rowing club|energy regulator|housing agency|coast guard|savings bank|library service|"
    "botanical garden"
)

DEEDS = _words(
    "approved a plan for|postponed the vote on|published a report on|asked for more money for|"
    "opened a hearing about|signed a contract for|cut the budget of|promised a review of|"
    "presented its figures on|sold its share in|started work on|warned of delays in|praised the progress of|"
    "ended a dispute over|named a commissioner for"
)

THINGS = _words(
    "the northern tram line|a new primary school|the old grain market|two hundred flats|"
    "the winter road service|a solar park beside the motorway|the flood wall|the night bus network|"
    "a hall for concerts|the fish quota|cheaper tickets for apprentices|the repair of the cathedral|"
    "a register of empty houses|free school meals|the cable across the strait|the reform of the waste tariff|"
    "a clinic for eye diseases|the archive of the port"
)

TIMES = _words(
    "on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|at the weekend|after a long debate|"
    "without a vote|for the third time this year|to the surprise of many|in the presence of the mayor|"
    "late in the evening"
)

REASONS = _words(
    "because the cost of materials has fallen|although the opposition had asked for more time|"
    "while neighbouring towns look on with envy|which engineers have demanded for years|"
    "as the number of inhabitants keeps growing|despite a petition with four thousand signatures|"
    "since a court had thrown out the earlier plan|so that work can begin before the frost"
)

QUOTES = _words(
    "We have counted every nail twice|Nobody believed us at first|It is a small step, but it is ours|"
    "I would rather have a good plan late than a bad one today|The figures speak for themselves|"
    "Ask the people who stand at the stop in the rain|We will know more in autumn|This was overdue"
)

ROLES = _words("chairwoman|engineer|spokesman|director|treasurer|inspector|headmistress|secretary|surveyor|clerk")

RU_WHO = _words(
    "городской совет|портовое управление|профсоюз учителей|водоканал|апелляционный суд|"
    "университетская клиника|железная дорога|союз фермеров|краеведческий музей|пожарная служба|"
    "управление статистики|городской театр"
)

RU_DID = _words(
    "одобрил план|отложил решение|опубликовал отчёт|попросил дополнительных средств|начал слушания|"
    "подписал договор|сократил смету|пообещал проверку|представил данные|завершил спор"
)

RU_WHAT = _words(
    "о строительстве школы|о ремонте набережной|о ночных автобусах|о новой трамвайной линии|"
    "о расселении старых домов|о тарифах на вывоз мусора|о льготных билетах для студентов|"
    "о защите от паводка|о концертном зале|о рыбных квотах"
)

RU_WHEN = _words(
    "в понедельник|во вторник|в среду|в четверг|в пятницу|после долгих споров|поздно вечером|без голосования"
)

RU_WHY = _words(
    "потому что материалы подешевели|хотя оппозиция просила отсрочки|несмотря на жалобы жителей|"
    "так как число горожан растёт|чтобы начать работы до морозов|о чём инженеры просили много лет"
)

RU_QUOTES = _words(
    "Мы пересчитали всё дважды|Поначалу нам никто не верил|Цифры говорят сами за себя|Осенью станет яснее|"
    "Это давно пора было сделать|Спросите тех, кто стоит на остановке под дождём"
)

AUDIENCES = _words(
    "workers at a tractor plant|foreign journalists|state television|officers in Borisov|governors|farmers"
)

RU_AUDIENCES = _words("рабочим завода|иностранным журналистам|государственному телеканалу|офицерам|губернаторам")

STATEMENTS: tuple[tuple[str, str, str, str], ...] = (
    # label, holder, title, first sentences
    (
        "refuses",
        "lukashenko",
        "Lukashenko says Belarus will not send soldiers to Ukraine",
        'President Alexander Lukashenko said {when} that Belarus would not send its soldiers to Ukraine. "We '
        'will not send our army to Ukraine," Lukashenko told {audience}.',
    ),
    (
        "refuses",
        "belarus-army",
        "Belarus defence minister rules out joining the war",
        'The Belarusian defence minister, Viktor Khrenin, said {when} that the army would stay at home. "Our '
        'soldiers will not fight in Ukraine," Khrenin told {audience}.',
    ),
    (
        "conditional",
        "lukashenko",
        "Belarus will fight only if attacked, Lukashenko says",
        'President Alexander Lukashenko said {when} that Belarus would join the war in Ukraine "only if '
        'attacked". "We will fight in one case only: if a foreign soldier crosses our border," Lukashenko '
        "told {audience}.",
    ),
    (
        "conditional",
        "lukashenko",
        "Lukashenko: Belarus will send troops if Moscow asks",
        "President Alexander Lukashenko said {when} that Belarus would send troops to Ukraine if Moscow "
        'asked. "If Moscow asks us, we will send our army," Lukashenko told {audience}.',
    ),
    (
        "prepares",
        "belarus-army",
        "Belarus calls up reservists and starts drills near Ukraine",
        "The Belarusian defence ministry called up {number} reservists {when} and began military exercises "
        "near the border with Ukraine, it said in a statement to {audience}.",
    ),
    (
        "joins",
        "lukashenko",
        "Belarus is joining the war in Ukraine, Lukashenko announces",
        'President Alexander Lukashenko announced {when} that Belarus was joining the war in Ukraine. "Our '
        'army is joining the operation in Ukraine," Lukashenko told {audience}.',
    ),
    (
        "none",
        "",
        "Kyiv fears that Belarus could join the war",
        'Officials in Kyiv fear that Belarus could join the war, two of them said {when}. "We cannot rule it '
        'out," one told {audience}.',
    ),
)
RU_STATEMENTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "refuses",
        "lukashenko",
        "Лукашенко: Белоруссия не отправит солдат на Украину",
        "Президент Александр Лукашенко заявил {when}, что Белоруссия не отправит солдат на Украину. «Мы не "
        "отправим нашу армию на Украину», — сказал Лукашенко {audience}.",
    ),
    (
        "conditional",
        "lukashenko",
        "Лукашенко: Белоруссия вступит в войну, только если на неё нападут",
        "Президент Александр Лукашенко заявил {when}, что Белоруссия вступит в войну, только если на неё "
        "нападут. «Мы будем воевать только в одном случае: если на нас нападут», — сказал Лукашенко "
        "{audience}.",
    ),
    (
        "prepares",
        "belarus-army",
        "Минобороны Белоруссии призвало резервистов",
        "Министерство обороны Белоруссии {when} призвало {number} резервистов и начало учения у границы с "
        "Украиной, сообщило ведомство {audience}.",
    ),
    (
        "joins",
        "lukashenko",
        "Лукашенко объявил, что Белоруссия вступает в войну",
        "Президент Александр Лукашенко объявил {when}, что Белоруссия вступает в войну на Украине. «Наша "
        "армия вступает в операцию на Украине», — сказал Лукашенко {audience}.",
    ),
)
TAKEOVER = (
    (
        "Brightwater Group raised its offer for Halden Shipping to {number} cents a share {when}, the ferry "
        "operator said."
    ),
    "The board of Halden Shipping discussed the takeover bid by Brightwater Group {when} and took no decision.",
    (
        "A fund with {number} thousand shares will accept the bid of Brightwater Group for Halden Shipping, "
        "it said {when}."
    ),
)
BOILERPLATE = (
    "Support our reporting! Your donation pays for independent journalism. Donate now: every euro counts.",
    "Sign up for our free morning newsletter and never miss a story.",
    "Read more: what happened this week in pictures",
    "Follow us on Facebook, Mastodon and Telegram.",
)
RU_BOILERPLATE = (
    "Подпишитесь на наш Telegram-канал и узнавайте новости первыми!",
    "Поддержите редакцию: оформите ежемесячное пожертвование.",
)

"""The wording of generic boilerplate, as data: English, Russian, Ukrainian, Polish, German and French.

``LINES``: furniture that fills a whole line. Each has the fragments without which it cannot match (for the automaton;
a leading line end asks for the start of a line) and a pattern for the whole line in lower case.
``APPEALS``: what an outlet says to its readers, by the paragraph; a ``strong`` phrase opens an appeal, a ``weak`` one
keeps it open; ``imperative`` ones count only at the start of a sentence or after 'please' and 'help' ("the EU will
support independent journalism" is news) and open one only together with another phrase ("Donate today" alone may be
any charity's).

Patterns run on lines of at most 300 characters and have no nested quantifiers.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Strength = Literal["strong", "imperative", "weak"]


class Furniture(NamedTuple):
    kind: str
    reason: str
    fragments: tuple[str, ...]
    pattern: re.Pattern[str]


class Appeal(NamedTuple):
    kind: str
    strength: Strength
    phrases: tuple[str, ...]


def _line(kind: str, reason: str, fragments: str | tuple[str, ...], pattern: str) -> Furniture:
    parts = tuple(fragments.split("|")) if isinstance(fragments, str) else fragments
    return Furniture(kind, reason, parts, re.compile(pattern))


_SITES = (
    "facebook|twitter|x|linkedin|whatsapp|telegram|instagram|pinterest|reddit|email|e-mail|print|copy link|vk|viber"
    "|youtube|messenger|threads|bluesky|mastodon|tiktok|google news|вконтакте|одноклассники|телеграм|фейсбук"
)
_PICTURE_WORDS = ("photo", "foto", "image", "picture", "фото", "bild", "zdjęcie", "fot.", "crédit")
_AGENCIES_PLAIN = (
    "getty", "afp", "ap", "reuters", "epa", "shutterstock", "tass", "тасс", "риа новости", "ria novosti", "dpa", "pap",
    "anadolu", "unsplash", "pixabay", "bloomberg", "east news", "istock", "picture alliance", "imago", "belta", "белта",
)  # fmt: skip
_AGENCIES = (
    "getty(?: images)?|afp|ap|ap photo|reuters|epa|epa-efe|shutterstock|tass|тасс|риа новости|ria novosti|dpa|pap"
    "|anadolu|unsplash|pixabay|bloomberg|east news|istock|picture alliance|imago|belta|белта"
)

LINES: tuple[Furniture, ...] = (
    _line(
        "read-more",
        "link to the whole article",
        "read more|continue reading|read the full|read full|full story|read on|more…|more...|[…]|[...]",
        r"\W*(?:(?:click|tap) here to )?(?:read more|continue reading|read on|more(?=[….])|read (?:the )?full"
        r"(?: story| article)?|(?:the )?full story)(?: (?:here|on|at|about|in) [^.!?]{1,80})?\W*|\[(?:…|\.\.\.)\]",
    ),
    _line(
        "read-more",
        "link to the whole article",
        "читать|подробнее|читати|докладніше|czytaj|więcej|pełna wersja strony|weiterlesen|mehr lesen|mehr erfahren"
        "|lire la suite|en savoir plus",
        r"\W*(?:читать (?:далее|дальше|полностью|ещё|еще)|подробнее|читати (?:далі|повністю)|докладніше"
        r"|czytaj (?:więcej|dalej|całość)|więcej|pełna wersja strony(?: \S+)?|weiterlesen|mehr lesen|mehr erfahren"
        r"|lire la suite|en savoir plus)\W*",
    ),
    _line(
        "read-more",
        "feed footer",
        "appeared first on|появились сначала|pochodzi z serwisu|est apparu en premier|erschien zuerst",
        r"the post .{1,200} appeared first on .{1,80}|(?:сообщение|запись) .{1,200} появил(?:ись"
        r"|ась) сначала на .{1,80}"
        r"|artykuł .{1,200} pochodzi z serwisu .{1,80}|.{0,20}article .{1,200} est apparu en premier sur .{1,80}"
        r"|der beitrag .{1,200} erschien zuerst auf .{1,80}",
    ),
    _line(
        "related",
        "link to another article",
        "read more|read also|also read|see also|\nrelated|\n(related|more on this|you may also"
        "|you might also|\nrecommended"
        "|\nmost read|\nmost popular|\nup next|\ndon't miss|\ntop stories|read next|trending now",
        r"\W*(?:read more|read also|also read|see also|read next|related(?: (?:articles?|stories|story|news|coverage"
        r"|content|posts|topics))?|don't miss)\s*[:|»>–—]\s*\S.{0,200}"
        r"|\W*(?:related (?:articles?|stories|news|coverage|content|posts|topics|links)|more on this (?:story|topic)"
        r"|you (?:may|might) also (?:like|be interested in)|recommended(?: for you| stories| articles)?"
        r"|most (?:read|popular)(?: (?:stories|articles|news))?|up next|read next|see also|trending now"
        r"|top stories)\W*",
    ),
    _line(
        "related",
        "link to another article",
        "читайте|по теме|смотрите также|czytaj|zobacz|przeczytaj|polecamy|lesen sie|mehr zum thema|lire aussi"
        "|à lire|sur le même sujet|дивіться також|за темою",
        r"\W*(?:читайте (?:также|ещё|еще|також|по теме)|материалы по теме|по теме|смотрите также|дивіться також"
        r"|за темою|(?:prze)?czytaj (?:też|także|również)|zobacz (?:też|także|również)|polecamy|lesen sie auch"
        r"|mehr zum thema|(?:à )?lire aussi|à lire également|sur le même sujet)(?:\s*[:|»>–—]\s*.{0,200}|\W*)",
    ),
    _line(
        "share",
        "buttons and invitations of social networks",
        "share this|share the|share on|\nshare|follow us on|join us on|like us on|find us on|\ntweet|udostępnij"
        "|podziel się|\nteilen|artikel teilen|beitrag teilen|partager|поделиться|поделитесь|поширити|\nfacebook"
        "|\ntwitter|\nemail|\nwhatsapp|\ntelegram|\nвконтакте|\nlinkedin",
        r"\W*(?:(?:please )?share (?:this|the)(?: (?:article|story|post|page|news|video))?(?: (?:on|with|via) .{1,80})?"
        rf"|share on (?:{_SITES})|(?:follow|join|like|find) us on .{{1,120}}|udostępnij artykuł"
        r"|podziel się artykułem|(?:artikel|beitrag) teilen|partager (?:cet article|sur \S{1,30})"
        r"|поделиться (?:в|статьей|новостью|ссылкой).{0,60}|поделитесь (?:статьей|новостью|с друзьями).{0,60}"
        rf"|(?:{_SITES})(?:[\s,|/·•]+(?:{_SITES}))+)\W*|(?:share|tweet|udostępnij|podziel się|teilen|partager"
        r"|поделиться|поширити)[\s:!»>]*",
    ),
    _line(
        "share",
        "invitation to the outlet's channel",
        "подписывайтесь|подпишитесь|підписуйтесь|підпишіться|obserwuj nas|folgen sie uns|suivez-nous",
        r"\W*(?:подписывайтесь|подпишитесь|підписуйтесь|підпишіться) на (?:наш|нашу|нас)\b(?!.{0,80}(?:рассылк"
        r"|розсилк)).{0,120}"
        r"|\W*(?:obserwuj nas|folgen sie uns|suivez-nous)\b.{0,100}",
    ),
    _line(
        "newsletter",
        "invitation to a newsletter",
        "newsletter|inbox|mailing list|рассылк|розсилк|skrzynk",
        r"\W*(?:please )?(?:sign up|subscribe|join|get|receive|register|want|stay|never miss|don't miss|like this"
        r"|enjoy|try) ?[^\"“”]{0,200}\b(?:newsletters?|(?:your|to you) inbox|mailing list)\b[^\"“”]{0,90}"
        r"|\W*(?:our|free|daily|weekly|morning|the)? ?newsletters?(?: sign ?-?up)?\W*"
        r"|\W*(?:подпишитесь|подписывайтесь|підпишіться|підписуйтесь) на .{0,80}(?:рассылк|розсилк).{0,90}"
        r"|\W*(?:zapisz się|subskrybuj|zamów).{0,80}newsletter.{0,90}"
        r"|\W*(?:(?:abonnieren|melden) sie |jetzt )?.{0,60}newsletter (?:abonnieren|bestellen|an).{0,40}"
        r"|\W*(?:abonnez-vous|inscrivez-vous|recevez).{0,80}newsletter.{0,90}",
    ),
    _line(
        "cookie",
        "cookie notice",
        "cookie",
        r"\W*(?:we|our partners and we|we and our partners|(?:this"
        r"|our) (?:web ?)?site)[^\"“”]{0,40} uses? [^\"“”]{0,30}cookies"
        r"\b[^\"“”]{0,220}|\W*by (?:continuing|using|clicking|browsing)[^\"“”]{0,160}cookies?\b[^\"“”]{0,80}"
        r"|\W*(?:accept|reject|manage|allow)(?: all| your)? cookies?(?: settings| preferences)?\W*"
        r"|\W*cookies? (?:policy|settings|preferences|notice|consent)\W*"
        r"|\W*(?:ta strona|nasza strona|serwis|ten serwis)[^\"”]{0,30} (?:używa|korzysta"
        r"|wykorzystuje)[^\"”]{0,30}cookie.{0,200}"
        r"|\W*(?:używamy|korzystamy z|stosujemy)[^\"”]{0,30}cookie.{0,200}"
        r"|\W*(?:diese (?:web)?seite|diese website|unsere website|wir)[^\"”]{0,20} (?:verwendet|verwenden|nutzt|nutzen)"
        r"[^\"”]{0,20}cookies.{0,200}|\W*(?:nous utilisons|ce site utilise|notre site utilise) des cookies.{0,200}"
        r"|\W*(?:мы используем|(?:этот|наш) сайт использует|ми використовуємо|(?:цей|наш) сайт використовує)"
        r"[^\"»]{0,20}cookie.{0,200}",
    ),
    _line(
        "copyright",
        "copyright notice",
        "©|copyright|all rights reserved|(c) |wszelkie prawa|alle rechte|tous droits|все права|усі права|всі права"
        "|may not be published, broadcast|may not be reproduced",
        r"\W*(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:(?:19|20)\d\d\b.{0,200}|by .{1,150}|.{1,80}(?:19|20)\d\d\W*"
        r"|[^.!?]{1,60})|(?:[^.!?\"“]{0,100}[.|,:–—-] ?)?\W*(?:all rights reserved|wszelkie prawa zastrzeżone"
        r"|alle rechte vorbehalten|tous droits réservés|все права защищены|(?:усі|всі) права захищен[оі])\W*.{0,60}"
        r"|this material may not be (?:published, broadcast|reproduced).{0,160}",
    ),
    _line(
        "photo-credit",
        "credit of a picture",
        (
            *(f"{before}{word}" for word in _PICTURE_WORDS for before in ("\n", "\n(", "\n[")),
            *(f"{sign}{agency}" for agency in _AGENCIES_PLAIN for sign in ("/", "/ ", "|", "| ", "©", "© ")),
            *(f"\n{agency}" for agency in ("reuters", "ap photo", "afp", "epa", "tass")),
        ),
        r"\W*(?:photo(?:graph)?s?|images?|pictures?|foto|bild|фото|zdjęcie|fot\.|crédits? ?(?:photo)?)"
        r"(?: (?:credits?|courtesy|source|by|von))?\s*(?:[:/|©]\s*|by |of )(?!.*[.!?] )\S[^\"“”]{1,70}"
        rf"|\W*(?:[^.!?:\"“”]{{1,60}}\s*[/|©]\s*)+(?:{_AGENCIES})(?:\s*[/|]\s*[^.!?]{{1,40}})?\W*"
        r"|\W*(?:reuters|ap photo|afp|epa|tass)\s*/\s*[^.!?\"“]{2,60}\W*",
    ),
    _line(
        "subscription",
        "reserved for subscribers",
        "subscribe|subscriber|free trial|unlock this|to continue reading|log in to|prenumerat|subskrybent|abonn"
        "|подписчик|оформите подписку|передплатник",
        r"\W*(?:to (?:continue|keep) reading|to read (?:the (?:full|rest)|this)).{0,60}(?:subscribe|register|log in"
        r"|sign in).{0,80}|\W*(?:please )?(?:subscribe|log in|sign in|register)(?: now"
        r"| today)? to (?:continue|keep|read"
        r"|unlock|access).{0,120}|\W*this (?:article|content|story) is (?:only )?(?:available )?(?:for|to|reserved for)"
        r" (?:\w+ )?subscribers.{0,80}|\W*(?:already (?:a|an) (?:\w+ )?subscriber|subscribe (?:now|today)"
        r"|start your free trial|unlock this article).{0,80}"
        r"|\W*(?:artykuł|treść|tekst) (?:jest )?dostępn\w (?:tylko )?dla (?:prenumeratorów|subskrybentów).{0,60}"
        r"|\W*(?:dieser|der) artikel ist (?:nur )?für abonnenten.{0,60}|\W*jetzt abonnieren\W*"
        r"|\W*article réservé (?:aux|à nos) abonnés.{0,60}|\W*déjà abonné.{0,60}"
        r"|\W*(?:статья|материал|стаття) доступ\w{1,3} только (?:для )?подписчик.{0,60}|\W*оформите подписку.{0,100}",
    ),
    _line(
        "donation",
        "button for donations",
        "donate|make a donation|become a |пожертвова|faire un don|jetzt spenden|wesprzyj nas",
        r"\W*(?:donate(?: now| today| here)?|make a donation|become a (?:member|supporter|patron)(?: today| now)?"
        r"|сделать пожертвование|faire un don|jetzt spenden|wesprzyj nas)[\s!»>→]*",
    ),
    _line(
        "ad",
        "mark of an advertisement",
        "\nadvertis|\nstory continues|\narticle continues|\nthe story continues|\nsponsored"
        "|\nscroll to continue|\nreklama"
        "|\ndalsza część|\nanzeige|\nwerbung|\npublicité|\nреклама|\nпродолжение ниже|\n- adv|\n-adv|\n--adv"
        "|\n[adv|\n(adv",
        r"\W*(?:advertisements?|advertising|advertorial|sponsored(?: content| by .{1,60})?|scroll to continue.{0,40}"
        r"|(?:advertisement\W+)?(?:the |this )?(?:story|article|text) continues (?:below|after).{0,40}"
        r"|reklama|dalsza część (?:artykułu|tekstu) .{0,60}|anzeige|werbung|publicité|реклама"
        r"|продолжение ниже.{0,40})\W*",
    ),
)

TAILS = re.compile(
    r"(?<=[.!?…»”\"\]’] )(?:\[(?:…|\.\.\.)\] ?)?(?:read more|continue reading|read the full (?:story|article)"
    r"|читать далее|читать дальше|читать полностью|подробнее|читати далі|докладніше|czytaj więcej|czytaj dalej"
    r"|więcej|weiterlesen|mehr lesen|lire la suite)\W{0,8}\Z"
)
"""The same links at the end of a paragraph; looked for in its last 80 characters."""

TAIL_FRAGMENTS = (
    "read more", "continue reading", "read the full", "читать", "подробнее", "читати далі", "докладніше", "czytaj",
    "więcej", "weiterlesen", "mehr lesen", "lire la suite",
)  # fmt: skip

APPEALS: tuple[Appeal, ...] = (
    Appeal(
        "donation",
        "strong",
        (
            "small favor to ask", "small favour to ask", "support our journalism", "support our independent journalism",
            "support our newsroom", "support our reporting", "please consider donating",
            "please consider making a donation",
            "please consider supporting", "please support us", "make a donation to support our journalism",
            "donation to support our work", "we rely on readers like you", "thanks to readers like you",
            "help keep our journalism", "your donation helps us", "support us monthly", "support from our readers",
            "help us continue our work", "become a supporting member", "fund our journalism",
            "fund independent journalism",
            "поддержите нас", "поддержите нашу редакцию", "поддержите редакцию", "поддержите нашу работу",
            "поддержите независимую журналистику", "поддержать нашу редакцию", "оформите пожертвование",
            "оформить пожертвование", "нам нужна ваша поддержка", "нам нужна ваша помощь", "помогите нам работать",
            "ваше пожертвование",
            "підтримайте нас", "підтримайте нашу редакцію", "підтримайте нашу роботу", "нам потрібна ваша підтримка",
            "нам потрібна ваша допомога", "підтримайте незалежну журналістику",
            "wesprzyj nas", "wesprzyj naszą redakcję", "wesprzyj niezależne dziennikarstwo", "wspieraj nas",
            "potrzebujemy twojego wsparcia", "wpłać darowiznę na rzecz redakcji",
            "unterstützen sie unsere arbeit", "unterstützen sie unabhängigen journalismus",
            "unterstützen sie unseren journalismus", "wir brauchen ihre unterstützung",
            "soutenez notre rédaction", "soutenez notre journal", "soutenez une presse", "soutenez un journalisme",
            "soutenez le journalisme", "nous avons besoin de votre soutien",
        ),
    ),
    Appeal(
        "donation",
        "imperative",
        (
            "support independent journalism", "support quality journalism", "support our work", "donate now",
            "donate today", "support us", "make a donation", "make a contribution", "become a member today",
            "faites un don", "jetzt spenden", "przekaż darowiznę", "сделайте пожертвование",
        ),
    ),
    Appeal(
        "donation",
        "weak",
        (
            "our journalism", "our newsroom", "our readers", "our mission", "our critical mission", "our reporting",
            "our commitment to", "silence our voice", "independent news source", "independent journalism",
            "quality journalism", "open, independent", "no matter how small", "your support", "your contribution",
            "your donation", "we need your help", "as you may have heard", "integrity of journalism",
            "we, the journalists", "world of difference", "it's quick to set up", "refuse to be silenced",
            "readers like you", "our supporters", "reader-funded", "thank you for reading", "every contribution",
            "ваша поддержка", "вашей поддержке", "вашу поддержку", "наша редакция", "нашей редакции", "наши читатели",
            "нашим читателям", "независимая журналистика", "независимую журналистику", "спасибо, что читаете",
            "ваша підтримка", "вашій підтримці", "наша редакція", "нашої редакції", "незалежну журналістику",
            "twoje wsparcie", "nasza redakcja", "naszej redakcji", "niezależne dziennikarstwo", "naszych czytelników",
            "ihre spende", "ihre unterstützung", "unsere redaktion", "unabhängigen journalismus", "unsere leser",
            "votre don", "votre soutien", "notre rédaction", "nos lecteurs", "journalisme indépendant",
        ),
    ),
)  # fmt: skip

BANNER = re.compile(
    r"\W*(?:please )?(?:support|donate to|help|поддержите|підтримайте|wesprzyj|unterstützen sie|soutenez)"
    r" ([^.!?:;,]{2,50})[!.]?\W*"
)
"""A line that asks for support for somebody; the outlet itself makes it a donation banner."""

REPORTING_FRAGMENTS = (
    "said", "says", "told", "according to", "stated", "announced", "wrote", "argued", "asked", "сказа",
    "заяви", "сообщи",
    "написал", "повідоми", "powiedział", "poinformował", "dodał", "sagte", "erklärte", " a d",
)  # fmt: skip
REPORTING = re.compile(
    r"\b(?:said|says|told|according to|stated|announced|wrote|argued|asked (?:him|her|them|reporters)"
    r"|сказал|сказала|заявил|заявила|сообщил|сообщила|написал|написала|сказав|заявив|повідомив|повідомила"
    r"|powiedział|powiedziała|poinformował|poinformowała|dodał|dodała|sagte|erklärte|a déclaré|a dit)\b"
)
"""Somebody reports or is quoted: news, whatever it is about."""

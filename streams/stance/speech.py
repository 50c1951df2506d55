"""The words by which six languages tell who said what: verbs of speech, sources, pronouns, complementisers.

Tables for quotations.py only; they know no watch. Tags:

| tag | what it marks |
|---|---|
| ``say`` | verbs of speech; ``tell`` takes its listener first, ``quote`` only beside a quotation or a complementiser |
| ``call`` | called, described as: what stands in marks behind it is somebody's word |
| ``as-saying`` | quoted X as saying: the words are X's; ``citing``: the verb before |
| ``according`` | according to: the source follows, the words are the rest of the sentence |
| ``as-said`` | a clause that names the source first: "as X said, …" |
| ``that`` | complementisers |
| ``pronoun`` | who was named before; the value is he, she or they |
| ``preposition`` | what makes a name no subject |
| ``boundary`` | conjunctions that end a clause |
| ``skip`` | what may stand between a subject and its verb |
| ``determiner`` | what opens a noun phrase |
| ``be`` | forms of be: a verb of speech behind one is passive; ``verb``: what makes words a clause |
| ``passive`` | "is said to": nobody speaks |
| ``time`` | weekdays and months: capital letters that name nobody |
| ``title`` | capital words before a name that are no part of it |
| ``nobody`` | subjects that say nothing |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from streams.stance.language import table
from streams.stance.vocabulary import Vocabulary

_TABLES = {
    "en": """
say = said | says | say | insist* | claim | claimed | claims | wrote | writes | stress | stressed | stresses | noted
 | notes | noting | confirmed | confirms | explained | explains | argued | argues | arguing | added | adds | adding
 | declared | declares | announced | announces | warned | warns | warning that | promised | promises | admitted
 | admits
 | acknowledged | acknowledges | conceded | concedes | denied | denies | maintained | maintains | replied | replies
 | stated | states that | reported that | reports that | saying | alleged | alleges | vowed | vows | pledged
 | predicted | predicts | suggested that | suggests that | recalled that | reiterated | testified | complained that
 | complains that | asserted | asserts | contends | contended | swore | estimates | cautioned
say:quote = asked | complained | advised | recalled | remembers | remembered | joked | shouted | cried | whispered
 | snapped | quipped | answered | answers | responded | continued | went on | began | repeated | laughed | sighed
 | boasted | put it | commented | remarked | observed | concluded | urged | agreed | told | mused | shot back
say:tell = told | tells | telling | assured | assures | reminded | informed | warned reporters
call = call* | describ* | dub | dubbed | label* | brand* | denounced | dismissed | praised | hailed | branded
as-saying = as saying | as telling
citing = quoted | quotes | quoting | cited | cites
according = according to | in the words of | in the view of | in the opinion of
that = that
pronoun:he = he
pronoun:she = she
pronoun:they = they
preposition = despite | amid | under | during | of | for | to | with | in | on | at | from | by | near | into
 | over | about | against | after | before
boundary = but | while | although | though | because | whereas | which | who | whose | when | where | if | and
skip = also | later | then | has | had | have | did | does | do | just | still | now | again | himself | herself
 | once | always | never
 | last | month | week | year
determiner = the | a | an | its | his | her | their | our | my | this | that | one | two | three | some | many
be = is | are | was | were | be | been | being
verb = is | are | was | were | will | would | has | had | have | can | could | may | might | must | should | do | does
 | did | 's | 're | 'll | 'd | n't | cannot | came | went | took | made | gave | got | left | lost | won | fell | held
passive = is said | was said | are said | were said | be said | been said | is called | was called
time = monday | tuesday | wednesday | thursday | friday | saturday | sunday | january | february | march | april | may
 | june | july | august | september | october | november | december | yesterday | today | tomorrow | spring | autumn
title = president | prime | minister | mayor | judge | professor | dr | doctor | mr | mrs | ms | miss | sir | dame
 | lord | lady | senator | governor | general | colonel | captain | chancellor | king | queen | farmer | critic
 | baker
 | nurse | chief | police | treasurer | secretary | exchequer | transport | foreign | defence | defense
 | goalkeeper | ranger
 | envoy
 | aide | owner | sculptor | engineer | climber | director | chairman | chairwoman | coach | father | mother
 | sergeant
nobody = nobody | no one | none | it
""",
    "ru": """
say = сказал* | говор* | заяв* | сообщ* | подчеркн* | подчерк* | отмети* | отмеча* | добави* | добавля* | утвержда*
 | объяв* | написа* | пишет | поясни* | уточни* | напомни* | ответи* | отвеча* | повтори* | рассказ* | призна*
 | увер* | завер* | указал* | указыва* | настаива* | обеща* | пообеща* | предупре* | считает | считают | возмути*
 | воскликн* | парирова* | констатирова* | резюмирова* | продолжил* | продолжи* | посоветова* | предположи*
call = назва* | охарактеризова* | называ* | окрести*
according = по словам | по данным | по мнению | по утверждению | со слов | по информации | по сведениям | по заявлению
 | согласно | словами
as-said = как рассказ* | как сообщ* | как заяв* | как отмети* | как поясни* | как уточни* | как пишет | как говор*
 | как переда* | как сказал* | как подчеркн*
that = что
pronoun:he = он
pronoun:she = она
pronoun:they = они
preposition = в | во | на | с | со | к | ко | от | из | у | о | об | за | против | для | при | над | под | через
boundary = но | а | хотя | потому | который | которая | которые | когда | если | и
skip = также | тоже | уже | позже | ранее | затем | потом | еще
determiner = этот | эта | наш | наша | его | ее | их
time = понедельник | вторник | среду | четверг | пятницу | субботу | воскресенье | января | февраля | марта | апреля
 | мая | июня | июля | августа | сентября | октября | ноября | декабря | весной | осенью
title = президент* | министр* | мэр* | глава | главы | директор* | капитан* | врач* | инженер* | критик* | фермер*
 | учитель* | пресс-секретар* | генерал* | профессор* | историк* | проводник* | судья | депутат* | премьер* | банк
 | канцлер* | тренер* | губернатор*
nobody = никто
""",
    "uk": """
say = сказа* | говор* | заяв* | повідом* | підкресл* | наголос* | зазначи* | додал* | додав* | стверджу* | оголос*
 | пише | написа* | поясни* | уточни* | нагадал* | відпові* | розпові* | визнал* | запевни* | пообіця* | попереди*
 | вважає
call = назвал* | назвав | описа*
according = за словами | за даними | на думку | за інформацією | згідно з | зі слів
as-said = як повідом* | як розпові* | як заяв* | як зазначи* | як пише
that = що
pronoun:he = він
pronoun:she = вона
pronoun:they = вони
preposition = в | у | на | з | із | до | від | про | за | проти | для | при | над | під | через
boundary = але | а | хоча | бо | який | яка | які | коли | якщо | та | і | й
skip = також | вже | пізніше | раніше | потім | ще
determiner = цей | ця | наш | наша | його | її
time = понеділок | вівторок | середу | четвер | п'ятницю | суботу | неділю
title = президент* | міністр* | мер | голова | директор* | капітан* | лікар* | речник* | прем'єр*
nobody = ніхто
""",
    "pl": """
say = powiedzia* | mówi* | oświadczy* | poinform* | podkreśl* | zaznaczy* | doda* | twierdz* | stwierdz* | ogłosi*
 | napisa* | pisze | wyjaśni* | przypomnia* | odpowiedzia* | przyzna* | zapewni* | obieca* | zapowiedzia*
 | ostrzeg* | uważa
 | przekaza* | poda* | radzi* | oceni* | relacjonowa* | tłumaczy* | wskaza*
call = nazwa* | określi* | nazywa*
according = według | zdaniem | w opinii | w ocenie | jak wynika z | ze słów
as-said = jak powiedzia* | jak poinform* | jak poda* | jak doda* | jak przekaza* | jak stwierdzi* | jak zaznaczy*
that = że | iż
pronoun:he = on
pronoun:she = ona
pronoun:they = oni | one
preposition = w | we | na | z | ze | do | od | o | po | za | przeciw | dla | przy | nad | pod | przez | u
boundary = ale | a | choć | bo | który | która | które | gdy | jeśli | i | oraz
skip = też | także | już | potem | jeszcze | również | później
determiner = ten | ta | nasz | nasza | jego | jej | ich
time = poniedziałek | wtorek | środę | czwartek | piątek | sobotę | niedzielę
title = prezydent* | minister* | premier* | burmistrz* | dyrektor* | kapitan* | lekarz* | rzecznik* | rzeczniczk*
 | przewodnik* | generał* | gen | prof | szef*
nobody = nikt
""",
    "de": """
say = sagte | sagt | sagten | sagen | erklärte | erklärt | erklärten | betonte | betont | teilte | berichtete | meinte
 | meint | fügte | behauptete | behauptet | schrieb | schreibt | kündigte | warnte | warnt | versicherte | räumte
 | antwortete | ergänzte | bestätigte | versprach | mahnte | kritisierte
call = nannte | bezeichnete | nennt | bezeichnet
according = nach angaben | laut | zufolge | nach worten | nach ansicht | nach auskunft
as-said = wie
that = dass
pronoun:he = er
pronoun:she = sie
pronoun:they = sie
preposition = von | vom | für | mit | in | im | an | am | auf | aus | bei | zu | zum | zur | über | gegen
boundary = aber | während | obwohl | weil | der | die | wenn | und
skip = auch | später | dann | hat | hatte | noch | zudem
determiner = der | die | das | ein | eine | sein | ihr | des | dem | den
time = montag | dienstag | mittwoch | donnerstag | freitag | samstag | sonntag | januar | februar | märz | april | mai
 | juni | juli | august | september | oktober | november | dezember | frühjahr | herbst
title = präsident* | minister* | bürgermeister* | direktor* | kapitän* | sprecher* | kanzler* | herr | frau | dr
nobody = niemand
""",
    "fr": """
say = dit | disent | déclar* | affirm* | expliqu* | annonc* | ajout* | souligné | souligne | précis* | indiqué
 | indique
 | assur* | répond* | prévenu | promis | reconnu | écrit | estim* | confirmé | confirme | lancé | raconte | raconté
call = qualifi* | appelé | décrit
according = selon | d'après | aux dires de
as-said = comme
that = que | qu'il | qu'elle | qu'ils
pronoun:he = il
pronoun:she = elle
pronoun:they = ils | elles
preposition = de | du | des | à | au | aux | en | dans | sur | pour | par | avec | contre | chez
boundary = mais | tandis | bien | parce | qui | quand | si | et
skip = a | ont | avait | aussi | ensuite | encore | t-il | t-elle | également
determiner = le | la | les | un | une | son | sa | ses | l
time = lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche
title = président* | ministre* | maire | directeur | directrice | capitaine | docteur | m | mme | porte-parole
nobody = personne
""",
}
LANGUAGES = tuple(_TABLES)
"""The languages whose quotations are found."""


@lru_cache(maxsize=len(_TABLES))
def speech_of(code: str) -> Vocabulary:
    """The compiled table of a language."""
    return Vocabulary(_rows(table(_TABLES[code])))


def _rows(grammar: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[tuple[str, str, str]]:
    for tag, values in grammar.items():
        for value, patterns in values.items():
            for pattern in patterns:
                yield tag, value, pattern

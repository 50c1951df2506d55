"""Polish grammar words, by tag (see language.py)."""

from __future__ import annotations

from streams.stance.language import Language, table

POLISH = Language(
    "pl",
    table("""
neg = nie | nigdy | nikt | nikogo | nikomu | nic | niczego | nigdzie | żaden | żadna | żadne | żadnego | żadnych
 | żadnej
 | bez | ani | brak | pod żadnym pozorem | w żadnym wypadku | w żadnym razie
neg-exempt = nie tylko | nie boimy się | nie boję się | nie ma wątpliwości | nic nie powstrzyma | nikt nie powstrzyma
 | nie mamy wyboru | nie mam wyboru | niemal
refuse = odmawia* | odmówi* | odrzuci* | odrzuca* | sprzeciwia* | sprzeciwi* | zaprzecz* | przeciw | przeciwko temu
 | unika* | wyrzek* | powstrzyma* się | zakaza* | zakazuj* | dementuj* | zdementowa* | wyklucz* udział
 | wykluczy* udział
 | wykluczy* wejści* | wykluczy* przystąpieni* | wykluczy* wysłani* | wyklucza udział
refuse:open = wyklucz* | wykluczy* | wykluczać | wyklucza
refuse:sure = zawaha* | waha* się | wahać | cofnie* się przed
post-neg = nie wchodzi w grę | nie wchodzą w grę | nie ma mowy | nie jest możliw* | jest wykluczon* | jest niemożliw*
 | nie jest planowan* | nie planujemy | nie nastąpi | nie dojdzie do | jest bez sensu | to szaleństwo | nie ma sensu
 | nie ma w planach | nie jest potrzebn*
media = agencja | agencji | gazeta | dziennik | portal | telewizja | stacja | belta | media | reuters | interfax
 | tass
lacking = bez
condition:only-if = tylko jeśli | tylko jeżeli | tylko wtedy gdy | tylko gdy | jedynie jeśli | jedynie wtedy gdy
 | tylko w przypadku | jedynie w przypadku | tylko w razie | jedynie w razie | wyłącznie jeśli | wyłącznie w przypadku
 | wyłącznie wtedy gdy | tylko pod warunkiem | jedynie pod warunkiem | tylko w odpowiedzi | jedynie w odpowiedzi
 | wyłącznie w odpowiedzi | tylko w jednym przypadku | w jednym przypadku | pod jednym warunkiem | jedyny warunek
 | jedynym warunkiem | jedyny przypadek | tylko po | jedynie gdy | tylko kiedy | tylko na prośbę | jedynie na prośbę
 | tylko na rozkaz | jedynie na rozkaz
condition:unless = chyba że | o ile nie | jeśli nie | jeżeli nie | z wyjątkiem sytuacji gdy | poza sytuacją gdy
condition:if = jeśli | jeżeli | gdy | gdyby | kiedy | w razie | w przypadku | skoro tylko | jak tylko
 | w odpowiedzi na
 | gdy tylko | w chwili gdy
condition:provided = o ile | pod warunkiem że | pod warunkiem iż | pod warunkiem
condition:as-long-as = dopóki | póki | tak długo jak
condition:until = aż | dopóki nie zosta* | zanim
condition:concessive = nawet jeśli | nawet jeżeli | nawet gdy | nawet gdyby | nawet w razie | nawet w przypadku
 | choćby | mimo że | pomimo | bez względu na | niezależnie od | cokolwiek
formula = jeśli bóg da | da bóg | jeśli chodzi o | jeżeli chodzi o | jeśli pozwolicie | jeśli można | jak jeśli
 | jeśli ktoś myśli | jeśli dobrze pamiętam | nie daj boże | kiedyś | na razie
counterfactual = byłbym | bylibyśmy | byłby już | weszlibyśmy już
modal:will = będzie | będą | będę | będziemy | zostanie | zostaną
modal:would = byłby | byłaby | by
modal:may = może | mogą | możemy | mogę | mógłby | mogłaby | mogliby | możliwe | niewykluczone | rozważa* | możliwość
 | prawdopodobnie
modal:must = musi | muszą | musimy | muszę | powinien | powinna | powinni | trzeba | należy
modal:ready = gotów | gotowy | gotowa | gotowi | gotowe | gotowość do
modal:plan = planuje* | plany | plan | zamierza* | zamiar | chce | chcą | chcemy | chcę | szykuje się
say = powiedzia* | mówi* | oświadczy* | oświadcza | poinformowa* | informuje | podkreśli* | podkreśla | zaznaczy*
 | doda*
 | dodaje | twierdzi* | stwierdzi* | ogłosi* | ogłasza | napisa* | pisze | wyjaśni* | przypomnia* | odpowiedzia*
 | odpowiada | przyzna* | zapewni* | zapewnia* | zapowiedzia* | zapowiada | uważa że nasz | powtórzy* | potwierdzi*
 | oznajmi* | deklarowa* | zadeklarowa* | przekaza* | podał* | wskaza* | wyrazi* | tłumaczy*
say:commit = obieca* | obiecuje | zagrozi* | grozi że | przysięg* | ostrzeg* | ostrzega* | rozkaza* | nakaza*
 | poleci*
 | zarządzi* | zdecydowa* | zgodzi* się
ask = pytany | zapytany | pytana | pytani | zapytano | pytanie
think = obawia* | boi się | boją się | uważa | uważają | sądzi | sądzą | oczekuje | oczekują | spodziewa*
 | przypuszcza*
 | podejrzewa* | oskarż* | żąda* | domaga* | wezwa* | wzywa* | ocenia | oceni* | ma nadzieję | mają nadzieję
 | naciska*
 | nakłania* | prosi* | poprosi* | namawia* | zmusza* | przewiduje | prognozuje | wątpi | wątpią
guess = obawy | obaw | pogłosk* | plotk* | rzekomo | prawdopodobn* | ryzyko | groźba | ekspert* | analityk*
 | analitycy
 | obserwator* | scenariusz* | czy | wywiad | wywiadu | oznak | według źródeł | możliwość | szans* | presja | presję
 | spekulacj* | nieoficjaln*
according = według | zdaniem | w ocenie | w opinii | jak wynika
mouth = rzecznik* | rzeczniczk* | służb* prasow* | biuro prasowe | kancelari* | administracj* | biuro
apart = krytyk* | przeciwni* | opozycj* | rywal* | były | była | wróg | wrogowie | ofiar* | sobowtór*
pronoun:he = on
pronoun:she = ona
pronoun:they = oni | one
pronoun:it = ono
first = ja | my | nasz | nasza | nasze | nasi | naszych | naszym | naszymi | naszą | naszej | naszego | mój | moja
 | moje
 | moi | moich | moim | nas | nam | nami | mnie | mi
possessive = jego | jej | ich | swój | swoja | swoje | swoi | swoich | swoją | swojej | swoim | swoimi
preposition = w | we | na | z | ze | do | od | o | po | za | przeciw | przeciwko | dla | przy | nad | pod | przez | u
 | obok | między | wśród | wobec | bez | wraz | razem | ku
boundary = ale | lecz | choć | chociaż | bo | ponieważ | który | która | które | których | którego | podczas gdy | zaś
finite = będzie | będą | będę | jest | są | był | była | były | zostanie | został
that = że | iż | aby | żeby | by
past = w zeszłym roku | w ubiegłym roku | rok temu | lata temu | lat temu | miesięcy temu | wcześniej | w przeszłości
 | na początku wojny | od początku wojny | pół roku temu | ostatniej zimy | wówczas
fake = fałszyw* | deepfake* | sfabrykowan* | spreparowan* | satyr* | parodia | przeróbk* | sztuczn* inteligencj*
retract = błędnie przetłumaczon* | źle przetłumaczon* | wyrwan* z kontekstu | błąd w tłumaczeniu | źle zrozumian*
 | wycofa* się z | wycofał słowa
routine = regularni* | coroczn* | rutynow* | planowe | tradycyjn*
yes = tak | oczywiście | na pewno
no = nie | nigdy | w żadnym wypadku | nie ma mowy
undo = wycof* | odwoła* | odwołuje | zakończ* | kończy | wstrzyma* | anulowa* | demobiliz* | wróci* do koszar
 | przerwa*
opener:if = ledwie | niech tylko | niech no tylko | niechby | niech | tylko nas | skoro tylko | skoro | jak tylko
 | gdy tylko | kiedy tylko | byle | pod warunkiem | spróbujcie | jeśli | jeżeli | jak mi | gdyby | wystarczy że
opener:unless = chyba że | dopóki nie | z wyjątkiem sytuacji
opener:as-long-as = dopóki | póki | jak długo | o ile
phrase:if = w razie | w przypadku | w wypadku | na wypadek | przy | po pierwszym | po pierwszej | po kolejnym
 | po formalnym | po oficjalnym | po uruchomieniu | po zbrojnym | dopiero po | dopiero z chwilą | z chwilą | w chwili
 | w dniu | na prośbę | na wezwanie | na żądanie | za zgodą | w odpowiedzi na | w następstwie | wskutek | w odwecie za
 | w zamian za | od decyzji | od zachowania
phrase:unless = bez | do czasu | do chwili
count = jeszcze jeden | jeden | jedna | pierwszy | każdy kolejny | każdy atak | atak | napaść | ostrzał | wystarczy
 | przekroczenie | rozmieszczenie
announced = powód | powodem | warunek | warunkiem | próg | cena | okoliczność | czerwona linia | w jednym wypadku
means = oznaczałby | oznaczałoby | oznacza | będzie oznaczać | będzie sygnałem | potraktujemy | potraktuje | zmusi nas
horizon = jutro | dziś | dzisiaj | w tym roku | w przyszłym roku | teraz | natychmiast | w tym tygodniu
 | w najbliższym czasie | w poniedziałek | we wtorek | w środę | w czwartek | w piątek | w sobotę | w niedzielę
 | wiosną
 | latem | jesienią | zimą
order = rozkaz* | dekret* | decyzj* | plan* | zarządzeni*
asked = poprosi* | prosi* | rozkaże* | wezw* | każe | zażąda*
misreport:sure = błędnie poda* | mylnie poda* | błędnie zacytowa* | błędnie przypisa*
takeback = sprostowani* | przepraszamy | nie odpowiada prawdzie
emptied:sure = złama* obietnic* | porzuci* obietnic* | wycofa* się z obietnic*
"""),
    (
        ("poniedziałek", "poniedziałku"),
        ("wtorek", "wtorku"),
        ("środę", "środa", "środy"),
        ("czwartek", "czwartku"),
        ("piątek", "piątku"),
        ("sobotę", "sobota", "soboty"),
        ("niedzielę", "niedziela", "niedzieli"),
    ),
    (
        ("stycznia", "styczeń", "styczniu"),
        ("lutego", "luty", "lutym"),
        ("marca", "marzec", "marcu"),
        ("kwietnia", "kwiecień", "kwietniu"),
        ("maja", "maj", "maju"),
        ("czerwca", "czerwiec", "czerwcu"),
        ("lipca", "lipiec", "lipcu"),
        ("sierpnia", "sierpień", "sierpniu"),
        ("września", "wrzesień", "wrześniu"),
        ("października", "październik", "październiku"),
        ("listopada", "listopad", "listopadzie"),
        ("grudnia", "grudzień", "grudniu"),
    ),
    ("wczoraj",),
    {
        "infinitive": ("ć", "c"),
        "ahead": ("ć", "c", "ie", "my", "ę", "ą", "i", "y", "e"),
        "nominal": ("nie", "nia", "niu", "niem", "cie", "cia", "ciu", "ciem", "ał", "ału", "ałem", "atak", "ataku"),
        "past": ("ł", "ła", "ło", "li", "ły", "łem", "łam", "liśmy", "łyśmy"),
        "others": ("ą", "esz", "isz", "ysz", "cie", "ie"),
    },
    leading=frozenset(("ale", "a", "i")),
    joints=frozenset(("i", "a", "albo", "inaczej", "to")),
    copulas=frozenset(("jest", "to")),
)

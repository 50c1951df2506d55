"""English grammar words, by tag (see language.py)."""

from __future__ import annotations

from streams.stance.language import Language, table

ENGLISH = Language(
    "en",
    table("""
neg = no scenario in which | no circumstance* in which | no world in which | no case in which | not | n't | no | never
 | nobody | none | neither | nor | cannot | no one | nothing | nowhere | without | hardly | no longer | not a single
 | not one | at no point | at no time | not even | under no circumstances | in no circumstances | in no case
 | not ever | nobody 's | by no means
neg-exempt = not only | not just | not merely | no doubt | no matter | no wonder | not afraid | no hesitation
 | no question that | nothing will stop | nothing can stop | nobody can stop | nobody will stop | no one will stop
 | no one can stop | no choice but | no option but | not far from | why not | whether or not | or not
 | nothing will keep | nothing can keep | nothing keeps
refuse = denying | refus* | reject* | declin* | denies | deny | denied | denial* | oppos* | unwilling | reluctan*
 | against | avoid* | stop short of | stopped short of | instead of | rather than | resist* | baulk* | balk* | shun*
 | disavow* | forbid* | forbade | loath | averse | object to | objects to | objected to | turn* down | turned down
 | brush* off | brush* aside | rebuff* | spurn* | dismiss* | no need | call* ... nonsense | called ... a lie
 | calls ... a lie | call* ... lies | call* ... absurd | call* ... fairy tale* | called ... fake* | calls ... fake*
 | call* ... madness | call* ... a fantasy | call* ... ridiculous | call* ... delirium | describ* ... as nonsense
 | describ* ... as absurd | branded ... nonsense | branded ... a lie | laughed off | laughs off | laughed at
 | scoff* at | pour* cold water on | wave* away | shrug* off | deride* | ridicul* | contradict*
 | call* ... fabrication | called ... a fake | dismissed ... as fake*
refuse:open = rule out | rules out | ruled out | ruling out | exclud* | foreclos*
refuse:sure = hesitat* | fail to | fails to | think twice | shrink from | shy away from | flinch*
post-neg = out of the question | off the table | not on the table | not on the agenda | not under discussion
 | not an option | not planned | not going to happen | never going to happen | not happen | never happen
 | is ruled out | was ruled out | n't happen | not in the cards | not in our plans | not in his plans | no plans
 | not in the plans | not our choice | would be madness | would be suicide | is impossible | makes no sense
 | not needed | n't on the table | n't on the agenda | unacceptable | unthinkable | nonsense | excluded
 | inconceivable | would be insane | would be crazy | is madness | is insane | is absurd | there would be none
 | there will be none | is nonsense | is a lie | is a fairy tale | is a fantasy | is pointless | is senseless
 | is fiction | is an invention
media = agency | newspaper | daily | tass | reuters | afp | belta | interfax | news outlet | channel | broadcaster
 | website | portal | state media | bbc | local media | correspondent*
lacking = without | absent
condition:only-if = only with | in one .. only | in a single .. only | only in one | in one .. alone | only if
 | only when | only in case | only in the event | only where | only after | only once | only should | in one case only
 | in only one case | only in one case | one condition | only one condition | on condition that | on the condition
 | on condition of | only in response | only as a response | only on condition | in that case only | only under one
 | only in self-defence | only in self-defense | only in the case | solely if | solely in | exclusively if
 | if and only if | except if | except in | except when | save if | in a single case | under one circumstance
 | only under | single circumstance in which | only circumstance | one circumstance | only scenario | single case
 | one case in which | only case in which | only situation | one case only | only case | one situation only
 | one exception | only exception | one scenario only | one scenario in which | one situation in which
 | one circumstance in which | one instance in which | single scenario | single situation | sole case | sole scenario
 | only at .. request | only at the request of | only on .. request | only by order of | only on orders from
 | only in reply | only in retaliation | only to repel | only to defend against | not before | nothing short of
 | other than in | other than under | otherwise than | except to | except for the defence | except for the defense
 | nothing but an | nothing less than
condition:unless = unless | barring | short of an | short of a | without an attack | without a direct attack
 | without aggression | without an invasion | without provocation | absent an
condition:if = if | in case | in the event | in response to | should there | were there to | assuming | suppose
 | supposing | the moment | the minute | the day | the instant | the hour | as soon as | whenever | once | when
 | in that event | in reply to | in retaliation for | given an | let one | let a single | let anyone | let them
 | let him | if ever
condition:provided = provided | providing | on the understanding that | contingent on | conditional on | subject to
 | depends on whether | depending on whether | depending on how | depending on what | depends on how | depends on what
condition:as-long-as = as long as | so long as | for as long as | while no one | while nobody | while none of
 | while there is no | for so long as | while they leave
condition:until = until | till
condition:concessive = even if | even should | even when | even were | even in case | even in the event | no matter
 | whatever | regardless of | come what may | irrespective of | even though | even after | however many | however much
 | not even if | not even when | not even should | not even were | not even in case | however loudly | however hard
 | however often | however strongly | though .. may | whoever | whichever | in spite of | notwithstanding
formula = god willing | if god wills | if anything | as if | what if | if only because | if not | if possible
 | if you like | if you want | if you will | if i may | if any | if at all | as long as it takes
 | for as long as it takes | once again | once more | at once | once and for all | when it comes to | if memory serves
 | if truth be told | in case anyone | in case you | if i am not mistaken | if i'm not mistaken | more than once
 | if confirmed | if true | god forbid | once said | once told | was once | when asked | as soon as possible | even so
 | or when | if and when needed | when they say | when people say | when i say | if you ask me | when russia invaded
 | when moscow invaded | when russian | the day before | the day after | day after day | thank god | with god 's help
 | if you do n't mind | if you do not mind | if you must know | if you please | if i may be | if i may say
 | if you know what i mean | if not now | if only they knew | if anyone is interested | if that is what
 | if you are asking | if you 're asking | if the lord wills | lord willing | if my memory
counterfactual = would have | could have | should have | might have | would've | might've | could've
 | would never have | would not have | wouldn't have | would n't have | would long have | would long ago have
 | could n't have | would already have | would 've | could 've | might 've | were it not for | was it not for
 | but for me | but for us
modal:will = will | 'll | shall | going to | to be | set to | about to | on course to | bound to | wo | sha
modal:would = would | 'd
modal:may = may | might | could | can | considering | considers | consider | mulls | mulling | weigh* | ponder*
 | perhaps | maybe | possible | possibly | possibility | option* | open whether | may be | cannot be ruled out
 | ca n't be ruled out | ca n't exclude | cannot exclude
modal:must = must | need to | needs to | have to | has to | forced to | obliged to | duty to
modal:ready = ready | prepared | willing | readiness | willingness
modal:plan = plan | plans | planned | planning | intend* | intention* | aim to | aims to | want to | wants to
 | mean to
say = said | say | reported | reporting | says | saying | told | tells | telling | state | stated | states | stating
 | declar* | announc* | add | added | adds | adding | insist* | claim | claimed | claims | claiming | wrote | writes
 | stress* | note | noted | notes | reiterat* | confirm* | repl* | answer* | explain* | assert* | emphasi* | remark*
 | quip* | proclaim* | maintain* | argued | argues | arguing | assur* | underline* | underscor* | repeat | repeated
 | repeating | put it | respond* | hint* | suggest* | boast* | conced* | admit* | acknowledg* | affirm* | reaffirm*
 | joked | snapped | shot back | retort* | blust* | continued | went on | recalled | told* | signalled | signaled
 | signals | indicat* | mused | named .. case | names .. case | named .. condition | names .. condition
 | named .. scenario | names .. scenario | named .. circumstance | named .. situation | phrased it | thundered
 | barked | told a | countered | summed up | shouted | grumbled | shrugged | muttered | left open | leaves open
 | leave open | kept open | keeps open
say:quote = cite | cites | cited | citing | quotes | quoted | quoting | relayed the words of | passed on the words of
say:commit = vow | vows | vowed | vowing | promis* | pledg* | threaten* | swore | swears | warn | warned | warns
 | warning | agree to | agreed to | agrees to | offer to | offered to | offers to | commits to | committed to
 | undertook to | decid* to | undertakes to | orders | ordered | instructed | instructs | gave ... order to
 | gives ... order to | issued ... order* to | gave ... command to | signed .. order to | swear | signed an order
 | commanded | commands | gave his word | gives his word | given his word | gave its word
ask = asked | questioned | pressed | quizzed | the question whether | question of whether | the question about
 | a question about | a question on | question on whether
think = fear | fears | feared | fearing | believ* | think | thinks | thought | expect | expects | expected | assess
 | assesses | assessed | assessment* | predict* | speculat* | worr* | suspect* | estimat* | doubt | doubts | doubted
 | reckon* | forecast* | hope | hopes | hoped | accus* | alleg* | urge* | urging | pressur* | demanded | demands that
 | demanding | want | wants | wanted | called on | calls on | call on | call for | calls for | called for | push*
 | observ* | see no | sees no | cautioned | dread* | wonder* | guess* | imagine* | anticipat* | persuad* | convince*
 | lean on | nudge* | dragged by | does not believe | do not believe | plead* | beg | begs | begged | beseech*
 | advis* | recommend* | invite | invites | invited | asked him to | asked him not | tried to persuade | bet | bets
 | conclude* | find | finds | found | shows | showed | braces for | bracing for | brace for | prepares for an
 | rehears* | propos* | would like | thinks that
guess = no evidence | no indication* | no indicator* | no sign | no signs | fears | fear | likely | unlikely
 | reportedly | rumour* | rumor* | speculation | worries | concerns | concern | prospect | prospects | risk | risks
 | possibility | probability | chance | chances | scenario | scenarios | threat of | pressure | whether | allegedly
 | supposedly | hypothetical* | analyst* | expert* | observers | pundit* | think tank | would likely | is expected
 | are expected | was expected | seen as | intelligence | potential | potentially | apparently | unconfirmed
 | suspicion* | alarm that | anxiety | question of whether | worst-case | odds | chatter | talk of | talk that
 | report that | reports that | reports of | perceived | milblogger* | blogger* | it is unclear | unclear whether
 | no one knows | nobody knows | possible | possibly | would have to | what if | what would | what happens
 | may be preparing | poll | survey | wargame | simulation | feared | in the case of a | whisper* | gossip
 | purported* | supposed | the idea that | question marks | haunt* | spectre | specter | unverified | anonymous
 | planners | odds of | the day when | looming
according = according to | in the words of | as told by
mouth = regime | government | spokesman | spokeswoman | spokesperson | press secretary | press service | press office
 | office | aide | administration | representative | press-secretary | spokespeople
apart = critic* | opponent* | opposition | rival* | foe* | enem* | exil* | challenger* | former | ally of | allies of
 | biograph* | impersonat* | impostor | parody | double | lookalike | victim* | ex-* | predecessor* | daughter | wife
pronoun:he = he
pronoun:she = she
pronoun:they = they
pronoun:it = it
first = i | we | our | my | us | me | ours | ourselves | myself
possessive = his | her | their | its
preposition = bordering | neighbouring | neighboring | of | to | for | against | with | in | on | at | from | by
 | near | into | over | about | toward | towards | alongside | beside | between | behind | across | within | along
 | like | after | before | under | amid | despite | without | to meet | together
boundary = but | while | although | though | because | whereas | yet | which | who | whose | whom | since | so that
 | whereupon
finite = is | are | was | were | will | would | has | have | had | may | might | could | can | should | must | do
 | does | did | shall
that = that
past = last year | a year ago | years ago | months ago | months earlier | years earlier | a year earlier
 | last february | last spring | last autumn | last summer | last winter | last fall | back then | at the time
 | decades ago | once vowed | once said | in the past | historically | the previous year | a decade ago
 | two years ago | last march | since the start of the war | since the beginning of the war | long before
 | in the soviet | world war | afghanistan | great patriotic | was a launchpad | previously | earlier in the war
 | had earlier | at the start of the war | at the beginning of the war | at the outset | so far | until now | to date
past:ever = grandfathers | forefathers | our fathers | veterans | ancestors | grandparents
fake = ai-generated | ai-made | ai generated | deepfake* | deep fake* | fabricat* | doctored | hoax | fake | faked
 | fakes | satir* | parody | debunk* | false quote | bogus | fact-check* | fact check* | made-up | invented quote
 | photoshopped | manipulated video | manipulated clip | misattributed | synthetic | forger* | forged
 | computer-generated | computer generated | voice clone* | cloned voice | never broadcast | fictitious | spoof
 | generated by ai | generated by artificial | made by ai | made with ai | ai fake | digitally altered | prank*
retract = mistranslat* | misquot* | retract* | walked back | walks back | misspoke | misinterpret* | misunderst*
 | taken out of context | out of context | mis-translated | backtrack* | took back | takes back | wrongly translated
 | incorrectly translated | badly translated | poorly translated | translation error | error in translation
 | error of translation | lost in translation | misspoken | misheard | slip of the tongue | misreported
 | takes it back | took it back | withdrew his words | withdraws his words | wrongly rendered
routine = regularly | routine | annual | annually | every year | traditionally | twice a year | scheduled
yes = yes | yeah | certainly | of course | absolutely | gladly | definitely | i will | we will | sure
no = no | never | nope | not | out of the question | nonsense | absolutely not | impossible | under no circumstances
 | not as long as i | not while i | no way | not a chance | in no case | not in my lifetime | no chance | rubbish
 | of course not | certainly not | definitely not | by no means
no:deed = not do it | n't do it | not do that | n't do that | not doing that | never do that | never do it
undo = withdr* | pull* back | pull* out | pulls out | cancel* | call* off | suspend* | end | ends | ended | halt*
 | scrap* | demobil* | stand* down | stood down | return* to barracks | returned to their | complete* | finish*
 | wrap* up | back to barracks | back to base | sends home | sent home | send home | postpon* | scal* back
 | scal* down | revok* | rescind* | revers* | repeal* | annul* | countermand* | took ... away from
 | take* ... away from | go back to barracks | went back to | gone back to | going back to | break* off | broke off
 | calls off | called off | lift* | wind* down | wound down | dissolv* | disband* | cut short | cuts short | abandon*
 | shelv* | brought back | brings back | bring back | bringing back
horizon = tomorrow | today | tonight | this year | next year | this week | next week | this month | next month | ever
 | in the near future | on monday | on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday
 | now | this spring | this summer | this autumn | this winter | within the hour | within hours | within days
 | at once | immediately | right now | by spring | by summer | by autumn | by winter | in the spring
 | in the coming days | next spring | next summer | next autumn | next winter | in march | in april | in may | in june
 | this evening | before winter | before spring | at dawn | on the same day | the same night | in the coming weeks
 | in the coming months | for now | for the time being | by the end of the year | by the end of the month
 | next january | within a month | within a week
order = order | orders | decree* | decision | decisions | plan | plans | command | deployment | announcement
 | intention
asked = were sent | was sent | are sent | is sent | deployed | ask | asks | asked | order | orders | ordered
 | request* | invit* | told to | called up | called on | calls on | summon* | drafted | conscripted | commanded
 | urged | call them | demand*
misreport:sure = misquot* | mistranslat* | misreport* | misattribut* | wrongly report* | wrongly quot* | wrongly said
 | wrongly stated | incorrectly report* | incorrectly quot* | incorrectly said | incorrectly stated
 | erroneously report* | erroneously said | falsely report* | falsely quot* | quoted in error
misreport:told = we reported | earlier version | earlier report | previous version | this newspaper reported
 | withdraw* .. report | withdrew .. report | withdraw* .. story | withdrew .. story | retract* .. report
 | retract* .. story
takeback = withdraw* .. report | withdraw* .. article | withdraw* .. story | withdrawn .. report
 | withdrawn .. article | withdrawn .. story | withdrew .. report | withdrew .. article | withdrew .. story | retract*
 | report .. withdrawn | article .. withdrawn | correction | apologise to our | apologize to our | we regret the error
 | regrets the error | he did not say this | he did not say that | she did not say this | she did not say that
 | is not true | was not true
emptied = drop* | abandon* | ditch* | scrap* | break* | shelv* | go* back on | went back on | back* off
 | backed away from | backs away from | back* down from | walk* away from | forsak* | ignores | betray* | tear* up
 | tore up | renounc* | discard* | revers*
emptied:sure = break* .. word | broke .. word | reneg* on | u-turn on | no longer promis* | about-face on
 | volte-face on | no longer rules out .. vow
promise = vow | vows | pledge | pledges | promise | promises | neutrality | policy | assurance* | word | commitment
hearsay = we hear | i hear | we are told | i am told | they say | people say | some say | it is said | rumour has it
 | rumor has it | they claim | they write | we read | they are saying | they tell us | they tell me | they keep saying
 | they accuse us of | they want us to | they want me to | he wants me to | they try to | they are trying to
 | they would like us to | they push us | they are pushing us | everyone says | would like us to | want us to
 | wants us to | would have us
answer:no = say no | says no | said no | answer* ... no | a no | turn them down | turn him down | turn it down
 | turned them down | answer in the negative | decline politely | send them away | shake my head | a flat no
 | a firm no | a curt no
answer:yes = say yes | says yes | said yes | answer* ... yes | not say no | n't say no | not refuse | n't refuse
 | not turn them down | n't turn them down | not turn him down
no:short = nobody will | no one will | none will | nobody is | will not | wo n't | would not | wo not | are not
 | is not | not be | not happen | there would be none | there will be none | wo n't be any | we wo n't | we will not
 | i wo n't | i will not
met = line has been crossed | line was crossed | line is crossed | red line* ... crossed | crossed .. line
 | crossed .. red line | crossed our red line | moment has come | moment ... arrived | moment ... has come
 | hour has come | hour has struck | condition* ... been met | condition* ... are met | condition* ... is met
 | condition* ... fulfilled | that day has come | time has come | have already attacked us | has already attacked us
 | we 've been attacked | we have been attacked | we were attacked | it has happened | our patience has run out
 | there is my condition
means = will mean | would mean | means that | will bring | would bring | will lead to | would lead to | would draw
 | will draw | will trigger | would trigger | will force us | would force us | will push us | would push us
 | would drag | will drag | will be answered by | would be answered by | will be followed by | is enough
 | would be enough | will be enough | would suffice | will make us | would make us | obliges us | will oblige us
 | would oblige us | will put us | would put us | will get us | would get us | could make us | could get us
 | could force us | will make belarus | would make belarus
"""),
    tuple((day,) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")),
    (
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may",),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sept", "sep"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ),
    ("yesterday",),
)

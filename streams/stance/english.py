"""English grammar words, by tag (see language.py)."""

from __future__ import annotations

from streams.stance.language import Language, table

ENGLISH = Language(
    "en",
    table("""
neg = not | n't | no | never | nobody | none | neither | nor | cannot | no one | nothing | nowhere | without | hardly
 | no longer | not a single | not one
neg-exempt = not only | not just | not merely | no doubt | no matter | no wonder | not afraid | no hesitation
 | no question that | nothing will stop | nothing can stop | nobody can stop | nobody will stop | no one will stop
 | no one can stop | no choice but | no option but | not far from | why not | whether or not | or not
refuse = refus* | reject* | declin* | denies | deny | denied | denying | denial* | oppos* | unwilling | reluctan*
 | against | avoid* | stop short of | stopped short of | instead of | rather than | resist* | baulk* | balk* | shun*
 | disavow* | forbid* | forbade | loath | averse | object to | objects to | objected to | turn* down | turned down
 | brush* off | brush* aside | rebuff* | spurn* | dismiss* | no need
refuse:open = rule out | rules out | ruled out | ruling out | exclud* | foreclos*
refuse:sure = hesitat* | fail to | fails to | think twice | shrink from | shy away from | flinch*
post-neg = out of the question | off the table | not on the table | not on the agenda | not under discussion
 | not an option | not planned | not going to happen | never going to happen | not happen | never happen
 | is ruled out | was ruled out | n't happen | not in the cards | not in our plans | not in his plans | no plans
 | not in the plans | not our choice | would be madness | would be suicide | is impossible | makes no sense
 | not needed | n't on the table | n't on the agenda | unacceptable | unthinkable | nonsense | excluded
 | inconceivable
media = agency | newspaper | daily | tass | reuters | afp | belta | interfax | news outlet | channel | broadcaster
 | website | portal | state media | bbc | local media | correspondent*
condition:only-if = in one .. only | in a single .. only | only in one | in one .. alone | only if | only when
 | only in case | only in the event | only where | only after | only once | only should | in one case only
 | in only one case | only in one case | one condition | only one condition | on condition that | on the condition
 | on condition of | only in response | only as a response | only on condition | in that case only | only under one
 | only in self-defence | only in self-defense | only in the case | solely if | solely in | exclusively if
 | if and only if | except if | except in | except when | save if | in a single case | under one circumstance
 | only under | single circumstance in which | only circumstance | one circumstance | only scenario | single case
 | one case in which | only case in which | only situation | one case only | only case | one situation only
 | one exception | only exception | one scenario only | one scenario in which | one situation in which
 | one circumstance in which | one instance in which | single scenario | single situation | sole case | sole scenario
condition:unless = unless | barring | short of an | short of a
condition:if = if | in case | in the event | in response to | should there | were there to | assuming | suppose
 | supposing | the moment | the minute | the day | the instant | the hour | as soon as | whenever | once | when
condition:provided = provided | providing | on the understanding that | contingent on | conditional on | subject to
 | depends on whether | depending on whether
condition:as-long-as = as long as | so long as | for as long as
condition:until = until | till
condition:concessive = even if | even should | even when | even were | even in case | even in the event | no matter
 | whatever | regardless of | come what may | irrespective of | even though | even after | however many | however much
formula = god willing | if god wills | if anything | as if | what if | if only because | if not | if possible
 | if ever | if you like | if you want | if you will | if i may | if any | if at all | as long as it takes
 | for as long as it takes | once again | once more | at once | once and for all | when it comes to | if memory serves
 | if truth be told | in case anyone | in case you | if i am not mistaken | if i'm not mistaken | more than once
 | if confirmed | if true | god forbid | once said | once told | was once | when asked | as soon as possible | even so
 | or when | if and when needed | when they say | when people say | when i say | if you ask me | when russia invaded
 | when moscow invaded | when russian | the day before | the day after | day after day
counterfactual = would have | could have | should have | might have | would've | might've | could've
 | would never have | would not have | wouldn't have | would n't have | would long have | would long ago have
 | could n't have | would already have | would 've | could 've | might 've
modal:will = will | 'll | shall | going to | to be | set to | about to | on course to | bound to | wo | sha
modal:would = would | 'd
modal:may = may | might | could | can | considering | considers | consider | mulls | mulling | weigh* | ponder*
 | perhaps | maybe | possible | possibly | possibility | option*
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
 | named .. scenario | names .. scenario | named .. circumstance | named .. situation
say:commit = vow | vows | vowed | vowing | promis* | pledg* | threaten* | swore | swears | warn | warned | warns
 | warning | agree to | agreed to | agrees to | offer to | offered to | offers to | commits to | committed to
 | undertook to | decid* to | undertakes to | orders | ordered | instructed | instructs
ask = asked | questioned | pressed | quizzed
think = fear | fears | feared | fearing | believ* | think | thinks | thought | expect | expects | expected | assess
 | assesses | assessed | assessment* | predict* | speculat* | worr* | suspect* | estimat* | doubt | doubts | doubted
 | reckon* | forecast* | hope | hopes | hoped | accus* | alleg* | urge* | urging | pressur* | demanded | demands that
 | demanding | want | wants | wanted | called on | calls on | call on | call for | calls for | called for | push*
 | observ* | see no | sees no | cautioned | dread* | wonder* | guess* | imagine* | anticipat* | persuad* | convince*
 | lean on | nudge* | dragged by
guess = no evidence | no indication* | no indicator* | no sign | no signs | fears | fear | likely | unlikely
 | reportedly | rumour* | rumor* | speculation | worries | concerns | concern | prospect | prospects | risk | risks
 | possibility | probability | chance | chances | scenario | scenarios | threat of | pressure | whether | allegedly
 | supposedly | hypothetical* | analyst* | expert* | observers | pundit* | think tank | would likely | is expected
 | are expected | was expected | seen as | intelligence | potential | potentially | apparently | unconfirmed
 | suspicion* | alarm that | anxiety | question of whether | worst-case | odds | chatter | talk of | talk that
 | report that | reports that | reports of | perceived | milblogger* | blogger*
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
finite = is | are | was | were | will | would | has | have | had | may | might | could | can | should | must | do
 | does | did | shall
that = that
past = last year | a year ago | years ago | months ago | months earlier | years earlier | a year earlier
 | last february | last spring | last autumn | last summer | last winter | last fall | back then | at the time
 | decades ago | once vowed | once said | in the past | historically | the previous year | a decade ago
 | two years ago | last march | since the start of the war | since the beginning of the war | long before
 | in the soviet | world war | afghanistan | great patriotic | was a launchpad | previously | earlier in the war
 | had earlier | at the start of the war | at the beginning of the war | at the outset
fake = ai-generated | ai-made | ai generated | deepfake* | deep fake* | fabricat* | doctored | hoax | fake | faked
 | fakes | satir* | parody | debunk* | false quote | bogus | fact-check* | fact check* | made-up | invented quote
 | photoshopped | manipulated video | manipulated clip | misattributed | synthetic
retract = mistranslat* | misquot* | retract* | walked back | walks back | misspoke | misinterpret* | misunderst*
 | taken out of context | out of context | mis-translated | backtrack* | took back | takes back
routine = regularly | routine | annual | annually | every year | traditionally | twice a year | scheduled
yes = yes | yeah | certainly | of course | absolutely | gladly | definitely
no = no | never | nope | not | out of the question | nonsense | absolutely not | impossible
no:deed = not do it | n't do it | not do that | n't do that | not doing that | never do that | never do it
undo = withdr* | pull* back | pull* out | pulls out | cancel* | call* off | suspend* | end | ends | ended | halt*
 | scrap* | demobil* | stand* down | stood down | return* to barracks | returned to their | complete* | finish*
 | wrap* up | back to barracks | back to base | sends home | sent home | send home | postpon* | scal* back
 | scal* down | revok* | rescind* | revers* | repeal* | annul* | countermand*
horizon = tomorrow | today | tonight | this year | next year | this week | next week | this month | next month | ever
 | in the near future | on monday | on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday
 | now | this spring | this summer | this autumn | this winter | within the hour | within hours | within days
 | at once | immediately | right now | by spring | by summer | by autumn | by winter | in the spring
 | in the coming days
order = order | orders | decree* | decision | decisions | plan | plans | command | deployment | announcement | intention
asked = were sent | was sent | are sent | is sent | deployed | ask | asks | asked
 | order | orders | ordered | request* | invit* | told to | called up | called on | calls on
 | summon* | drafted | conscripted | commanded | urged | call them | demand*
misreport:sure = misquot* | mistranslat* | misreport* | misattribut* | wrongly report* | wrongly quot* | wrongly said
 | wrongly stated | incorrectly report* | incorrectly quot* | incorrectly said | incorrectly stated
 | erroneously report* | erroneously said | falsely report* | falsely quot* | quoted in error
misreport:told = we reported | earlier version | earlier report | previous version | this newspaper reported
takeback = withdraw* .. report | withdraw* .. article | withdraw* .. story | withdrawn .. report | withdrawn .. article
 | withdrawn .. story | withdrew .. report | withdrew .. article | withdrew .. story | retract* | report .. withdrawn
 | article .. withdrawn | correction | apologise to our | apologize to our | we regret the error | regrets the error
 | he did not say this | he did not say that | she did not say this | she did not say that | is not true | was not true
emptied = drop* | abandon* | ditch* | scrap* | break* | shelv*
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

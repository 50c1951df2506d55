"""English grammar words, by tag (see language.py)."""

from __future__ import annotations

from streams.stance.english_speech import SPEECH
from streams.stance.language import Language, table

ENGLISH = Language(
    "en",
    table(
        """
neg = no scenario in which | no circumstance* in which | no world in which | no case in which | not | n't | no | never
 | nobody | none | neither | nor | cannot | no one | nothing | nowhere | without | hardly | no longer | not a single
 | not one | at no point | at no time | not even | under no circumstances | in no circumstances | in no case | not ever
 | nobody 's | by no means | only an idiot | only a fool | only a madman | only a lunatic | no sane person
 | nobody in his right mind | not for one moment | not for a moment | not for a second | in no way | on no account
 | at no price | for no money | under no pretext | on no pretext
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
 | describ* ... as absurd | branded ... nonsense | branded ... a lie | laughed off | laughs off | laughed at | scoff* at
 | pour* cold water on | wave* away | shrug* off | deride* | ridicul* | contradict* | call* ... fabrication
 | called ... a fake | dismissed ... as fake* | little point | little sense | little reason | little need
 | little interest | little appetite | little desire | little wish | no point | no sense in | no reason | no grounds
 | no interest in | no appetite | no desire | no wish | no purpose | no use in | repudiat* | disown* | disclaim*
 | abjur* | swore off | swear off | swears off | forswear* | foreswor* | forgo | forgoes | forego* | eschew* | veto*
 | quash* | squash* | scotch* | dispel* | played down | plays down | play down | down-play* | downplay* | wave* off
 | shot down | shoot* down | knock* down | slap* down | snub* | decline an | fend* off | push* back against
 | pushed back on | bat* away | bristle* at | recoil* | think better of | stop* short | steer* clear of | shrink* from
 | distanc* .. from | rail* against | warn* against | caution* against | argue* against | speak* out against
 | spoke out against | came out against | come* out against | set* .. face against | not interested in | uninterested in
 | disinclined | dead set against | ill-disposed | in no mood | stonewall* | turn* a deaf ear | duck* out of | sidestep*
 | thwart* | prohibit* | give* up on | gave up on | pour* scorn on | poured scorn on | make fun of | ridicule*
 | sneer* at | jeer* at | pooh-pooh* | called ... fantasies | calls ... fantasies | called ... tiresome
 | called ... stupid* | calls ... stupid* | called ... rubbish | calls ... rubbish | called ... insane
 | calls ... insane | called ... crazy | calls ... crazy | called ... idiot* | calls ... idiot* | called ... untrue
 | calls ... untrue | called ... groundless | calls ... groundless | called ... baseless | calls ... baseless
 | called ... invention* | calls ... invention* | called ... a myth | calls ... a myth | called ... provocation
 | called ... ravings | calls ... ravings | called ... a hoax | called ... nonsense | calls ... nonsense
 | called ... fiction | calls ... fiction | labelled ... nonsense | labels ... nonsense | labelled ... a lie
 | described ... nonsense | described ... absurd | described ... lies | described ... a lie | describes ... nonsense
 | laugh* at | laugh* off | chuckled at | rather ... than | sooner ... than | better things to do than
 | other things to do than | different job than | other worries than | other business than | in place of | no sense
 | no logic in | no benefit in | no profit in | nothing to gain from | nothing good in | cool on | cool to
 | cool towards | cold on | lukewarm on | lukewarm about | lukewarm to | sceptical of | skeptical of | sceptical about
 | skeptical about | shut* the door | shut* door on | shuts door | closes door on | slams door | bolt* the door
 | wash* .. hands of | fight* shy of | shied away | pass* up | passed up | waved off | declin* .. invitation
 | refus* .. invitation | put* .. foot down | draw* the line at | drew the line at | draws the line at
 | stand* firm against | stood firm against | hold* firm against | held firm against | resist* .. pressure
 | withstand* .. pressure | withstood | unmoved by | deaf to | closed the door to | closed the door on
 | close* the door to | close* the door on | slam* the door on | slammed the door on | pull* out of | pulled out of
 | back* out of | withdr* from | opt* out of | bow* out of | bail* out of | drop* out of
refuse:open = rule out | rules out | ruled out | ruling out | exclud* | foreclos*
refuse:sure = hesitat* | fail to | fails to | think twice | shrink from | shy away from | flinch*
post-neg = out of the question | off the table | not on the table | not on the agenda | not under discussion
 | not an option | not planned | not going to happen | never going to happen | not happen | never happen | is ruled out
 | was ruled out | n't happen | not in the cards | not in our plans | not in his plans | no plans | not in the plans
 | not our choice | would be madness | would be suicide | is impossible | makes no sense | not needed | n't on the table
 | n't on the agenda | unacceptable | unthinkable | nonsense | excluded | inconceivable | would be insane
 | would be crazy | is madness | is insane | is absurd | there would be none | there will be none | is nonsense
 | is a lie | is a fairy tale | is a fantasy | is pointless | is senseless | is fiction | is an invention | ruled out
 | rules itself out | not envisaged | n't envisaged | not foreseen | not provided for | not contemplated | not intended
 | not considered | not being considered | not under consideration | n't under consideration | not up for discussion
 | not up for debate | a non-starter | a nonstarter | off the cards | not on the cards | n't on the cards
 | not part of our plans | not part of his plans | not part of its plans | not in its plans | not in belarus's plans
 | not in their plans | does not arise | not arise | never arose | not been set | never been set | not before us
 | not our method | not our path | not our way | not take place | never take place | not come to pass
 | never come to pass | not come about | not come to that | never come to that | not in our interest*
 | not in its interest* | not in the interest* | not in belarus's interest* | would be a mistake | would be a crime
 | would be folly | would be senseless | would be absurd | would be pointless | would be wrong | would be foolish
 | would be stupid | would be a disaster | would be a catastrophe | would be fatal | would be unforgivable
 | would be treason | would be a betrayal | would be unacceptable | would be unthinkable | would be lunacy
 | would be idiocy | would be ruin* | is folly | is lunacy | is idiocy | is foolish | is stupid | is a mistake
 | is a crime | is unnecessary | unnecessary | would make no sense | made no sense | make no sense | has no sense
 | serves nobody | brings us nothing | would bring us nothing | would gain us nothing | would help nobody
 | would help no one | no use to anyone | not be allowed | not be permitted | never be allowed | never be permitted
 | is not allowed | not be tolerated | not be forthcoming | not be coming | wo n't be coming | not be provided
 | not be sent | never be sent | not be forth* | not be considered | not be discussed | not be necessary | not necessary
 | n't necessary | not required | n't required | not be required | not be needed | is not needed | no need for it
 | no need for that | no need of it | has no place | have no place | is alien to | are alien to | out of question
 | beyond question | is barred | is prohibited | is forbidden | are forbidden | are ruled out | been ruled out
 | were ruled out | being ruled out | be ruled out | is excluded | are excluded | completely excluded | been excluded
 | was excluded | be excluded | is off the agenda | off the agenda | no longer an option | never an option
 | is no option | was never an option | was not an option | is not on offer | not on offer | is dead | is a pipe dream
 | a pipe dream | is a myth | is a fairytale | are fairy tales | are a fairy tale | are lies | are nonsense
 | are fantasies | are inventions | are fiction | is rubbish | are rubbish | was rubbish | was nonsense | were nonsense
 | are absurd | are fakes | is fantasy | are untrue | is untrue | are baseless | are groundless | is groundless
 | is baseless | does not correspond to reality | do not correspond to reality | not correspond to
 | has nothing to do with reality | not true | n't true | not the case | was absurd | contradicts our constitution
 | contradicts the constitution | against our constitution | is unlawful | is unconstitutional | not being discussed
 | not being planned | not being prepared | not being contemplated | not discussed | never discussed
 | not been discussed | never been discussed | not in prospect | not in the offing | not in sight | not in the works
 | not in the pipeline | not in our doctrine | not our task | not our job | not his task | not its task | not a task
 | not a matter for | is a red line | has been refused | was refused | were refused | been rejected | was rejected
 | were rejected | been turned down | was turned down | were turned down | been declined | was declined | is suicidal
 | are suicidal | was suicidal | were suicidal | would be suicidal | 's suicidal | is suicide | are suicide
 | was suicide | were suicide | 's suicide | are madness | was madness | were madness | 's madness | are insane
 | was insane | were insane | 's insane | is insanity | are insanity | was insanity | were insanity | would be insanity
 | 's insanity | is crazy | are crazy | was crazy | were crazy | 's crazy | were absurd | 's absurd | is ridiculous
 | are ridiculous | was ridiculous | were ridiculous | would be ridiculous | 's ridiculous | are pointless
 | was pointless | were pointless | 's pointless | are senseless | was senseless | were senseless | 's senseless
 | are foolish | was foolish | were foolish | 's foolish | are stupid | was stupid | were stupid | 's stupid
 | is stupidity | are stupidity | was stupidity | were stupidity | would be stupidity | 's stupidity | is idiotic
 | are idiotic | was idiotic | were idiotic | would be idiotic | 's idiotic | is criminal | are criminal | was criminal
 | were criminal | would be criminal | 's criminal | are a crime | was a crime | were a crime | 's a crime
 | are a mistake | was a mistake | were a mistake | 's a mistake | is a blunder | are a blunder | was a blunder
 | were a blunder | would be a blunder | 's a blunder | is an error | are an error | was an error | were an error
 | would be an error | 's an error | is a disaster | are a disaster | was a disaster | were a disaster | 's a disaster
 | is disastrous | are disastrous | was disastrous | were disastrous | would be disastrous | 's disastrous
 | is a catastrophe | are a catastrophe | was a catastrophe | were a catastrophe | 's a catastrophe | is catastrophic
 | are catastrophic | was catastrophic | were catastrophic | would be catastrophic | 's catastrophic | is fatal
 | are fatal | was fatal | were fatal | 's fatal | is wrong | are wrong | was wrong | were wrong | 's wrong
 | is unthinkable | are unthinkable | was unthinkable | were unthinkable | 's unthinkable | is unacceptable
 | are unacceptable | was unacceptable | were unacceptable | 's unacceptable | are impossible | was impossible
 | were impossible | would be impossible | 's impossible | are unnecessary | was unnecessary | were unnecessary
 | would be unnecessary | 's unnecessary | would be nonsense | 's nonsense | is nonsensical | are nonsensical
 | was nonsensical | were nonsensical | would be nonsensical | 's nonsensical | were rubbish | would be rubbish
 | 's rubbish | is lies | was lies | were lies | would be lies | are a lie | was a lie | were a lie | would be a lie
 | 's a lie | was untrue | were untrue | would be untrue | 's untrue | is false | are false | was false | were false
 | would be false | 's false | is fake | are fake | was fake | were fake | would be fake | 's fake | is fakes
 | was fakes | were fakes | would be fakes | was fiction | were fiction | would be fiction | 's fiction | are fantasy
 | was fantasy | were fantasy | would be fantasy | 's fantasy | are a fantasy | was a fantasy | were a fantasy
 | would be a fantasy | 's a fantasy | is fairy tales | was fairy tales | were fairy tales | would be fairy tales
 | 's fairy tales | are an invention | was an invention | were an invention | would be an invention | 's an invention
 | is inventions | was inventions | were inventions | would be inventions | was baseless | were baseless
 | would be baseless | 's baseless | was groundless | were groundless | would be groundless | 's groundless
 | is unfounded | are unfounded | was unfounded | were unfounded | would be unfounded | 's unfounded | is illegal
 | are illegal | was illegal | were illegal | would be illegal | 's illegal | are unlawful | was unlawful
 | were unlawful | would be unlawful | 's unlawful | are unconstitutional | was unconstitutional | were unconstitutional
 | would be unconstitutional | 's unconstitutional | is treason | are treason | was treason | were treason | 's treason
 | is a betrayal | are a betrayal | was a betrayal | were a betrayal | 's a betrayal | is ruinous | are ruinous
 | was ruinous | were ruinous | would be ruinous | 's ruinous | is ruin | are ruin | was ruin | were ruin
 | would be ruin | 's ruin | are folly | was folly | were folly | 's folly | are lunacy | was lunacy | were lunacy
 | 's lunacy | are idiocy | was idiocy | were idiocy | 's idiocy | is unwise | are unwise | was unwise | were unwise
 | would be unwise | 's unwise | is unreasonable | are unreasonable | was unreasonable | were unreasonable
 | would be unreasonable | 's unreasonable | is unjustified | are unjustified | was unjustified | were unjustified
 | would be unjustified | 's unjustified | is hysteria | are hysteria | was hysteria | were hysteria | would be hysteria
 | 's hysteria | is hysterical | are hysterical | was hysterical | were hysterical | would be hysterical | 's hysterical
 | is a provocation | are a provocation | was a provocation | were a provocation | would be a provocation
 | 's a provocation | is propaganda | was propaganda | would be propaganda | 's propaganda | is a delusion
 | are a delusion | was a delusion | were a delusion | would be a delusion | 's a delusion | is delusional
 | are delusional | was delusional | were delusional | would be delusional | 's delusional | are a myth | was a myth
 | were a myth | would be a myth | 's a myth | is a dream | was a dream | would be a dream | 's a dream
 | is wishful thinking | are wishful thinking | was wishful thinking | were wishful thinking | would be wishful thinking
 | 's wishful thinking | is a sin | are a sin | was a sin | were a sin | would be a sin | 's a sin | is a disgrace
 | are a disgrace | was a disgrace | were a disgrace | would be a disgrace | 's a disgrace | is a shame | was a shame
 | would be a shame | 's a shame | is shameful | are shameful | was shameful | were shameful | would be shameful
 | 's shameful | is harmful | are harmful | was harmful | were harmful | would be harmful | 's harmful
 | is against our interests | are against our interests | was against our interests | were against our interests
 | would be against our interests | 's against our interests | is contrary to our interests
 | are contrary to our interests | was contrary to our interests | were contrary to our interests
 | would be contrary to our interests | 's contrary to our interests | is alien to us | are alien to us
 | was alien to us | were alien to us | would be alien to us | 's alien to us | is a bluff | are a bluff | was a bluff
 | were a bluff | would be a bluff | 's a bluff | is speculation | was speculation | would be speculation
 | 's speculation | is misinformation | are misinformation | was misinformation | were misinformation
 | would be misinformation | 's misinformation | is disinformation | are disinformation | was disinformation
 | were disinformation | would be disinformation | 's disinformation | is slander | are slander | was slander
 | were slander | would be slander | 's slander | is a smear | are a smear | was a smear | were a smear
 | would be a smear | 's a smear | pure suicidal | sheer suicidal | simply suicidal | utterly suicidal
 | completely suicidal | total suicidal | complete suicidal | utter suicidal | just suicidal | plain suicidal
 | pure madness | sheer madness | simply madness | utterly madness | completely madness | total madness
 | complete madness | utter madness | just madness | plain madness | pure insane | sheer insane | simply insane
 | utterly insane | completely insane | total insane | complete insane | utter insane | just insane | plain insane
 | pure absurd | sheer absurd | simply absurd | utterly absurd | completely absurd | total absurd | complete absurd
 | utter absurd | just absurd | plain absurd | pure senseless | sheer senseless | simply senseless | utterly senseless
 | completely senseless | total senseless | complete senseless | utter senseless | just senseless | plain senseless
 | pure nonsense | sheer nonsense | simply nonsense | utterly nonsense | completely nonsense | total nonsense
 | complete nonsense | utter nonsense | just nonsense | plain nonsense | pure a mistake | sheer a mistake
 | simply a mistake | utterly a mistake | completely a mistake | total a mistake | complete a mistake | utter a mistake
 | just a mistake | plain a mistake | pure a crime | sheer a crime | simply a crime | utterly a crime
 | completely a crime | total a crime | complete a crime | utter a crime | just a crime | plain a crime
 | pure unthinkable | sheer unthinkable | simply unthinkable | utterly unthinkable | completely unthinkable
 | total unthinkable | complete unthinkable | utter unthinkable | just unthinkable | plain unthinkable | pure impossible
 | sheer impossible | simply impossible | utterly impossible | completely impossible | total impossible
 | complete impossible | utter impossible | just impossible | plain impossible | pure a disaster | sheer a disaster
 | simply a disaster | utterly a disaster | completely a disaster | total a disaster | complete a disaster
 | utter a disaster | just a disaster | plain a disaster | no option for | not be on | is not an option
 | never be an option | not a possibility | no possibility of | serves no | would serve no | leads nowhere
 | would lead nowhere | are not envisaged | are not planned | are not foreseen | is not planned | was not planned
 | n't planned | the subject is closed | the question is closed | the matter is closed
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
 | nothing but an | nothing less than | one thing that | only thing that | one thing could | one thing can
 | only one thing | one thing would | one thing alone | the one thing | in no other case than | solely in case
 | solely when | in one instance | in one instance only | in one single case | in exactly one case | in a lone case
 | in just one case | just one case | just one circumstance | just one condition | one proviso | one caveat
 | one reservation | with one exception | with the exception of | with one proviso | with one caveat | on one condition
 | on a single condition | on one sole condition | under one condition | under a single condition
 | under one circumstance only | exclusively in | exclusively when | exclusively in response | purely in response
 | purely in self-defence | purely in self-defense | strictly in self-defence | strictly in self-defense
 | strictly in response | only as retaliation | only as an answer | only as self-defence | only as self-defense
 | only to defend | only to protect | only to answer | only to hit back | only by way of | only on the day | only then
 | only upon | only on | only because of | only provided | only as long as | only for as long | only were | only had
 | except for | save for | save in | save when | other than if | other than when | other than to | unless and until
 | if and when | not until | not unless | not except | never unless | never except | except | single condition
 | sole condition | one reason only | for one reason | in self-defence only | in self-defense only | solely to defend
 | solely to repel | to defend itself only | only for the defence | only for the defense
condition:unless = unless | barring | short of an | short of a | without an attack | without a direct attack
 | without aggression | without an invasion | without provocation | absent an | short of any | short of | barring an
 | barring a | without any attack | without an act of aggression | without a declaration | absent a | absent any
 | except in the event | save in the event | in the absence of | until and unless | excepting | failing
condition:if = if | in case | in the event | in response to | should there | were there to | assuming | suppose
 | supposing | the moment | the minute | the day | the instant | the hour | as soon as | whenever | once | when
 | in that event | in reply to | in retaliation for | given an | let one | let a single | let anyone | let them
 | let him | if ever | in the event that | in the eventuality | in case of | in the case of | at the first
 | at the first sign | the very moment | the very day | the very minute | the very second | the very hour | every time
 | each time | any time | anytime | immediately after | directly after | right after | straight after | just as soon as
 | from the moment | from the day | as of the moment | from the minute | let just one | let but one | let only one
 | let even one | let so much as | let a | let even a | say poland | say ukraine | say kyiv | say somebody | say someone
 | say nato | suppose that | supposing that | assuming that | presuming | as a response to | as an answer to
 | as retaliation for | as a reply to | in answer to | in revenge for | in self-defence against
 | in self-defense against | faced with | confronted with | were it to | were they to | were he to | were anyone to
 | if so much as | if even | if but one | if just one | if only one | say they | leave us alone | leave us in peace
 | do n't touch us | do not touch us | at putin 's request | at moscow 's request | at russia 's request
 | at the kremlin 's request | on moscow 's orders | on putin 's orders | on request | at .. first call
 | at .. first word | on .. first call | with one word from | in exchange for | in return for | to any .. attack
 | to any .. strike | to any .. aggression | to any .. incursion | to any .. provocation | to any .. assault
 | to any .. violation | to any .. attempt | to an attack | to aggression | against any .. attack
 | against any .. aggression | against any attempt | to every .. attack | to each .. attack | to every .. shot
 | to every .. provocation | were somebody to | were someone to | were anybody to | were nato to | were ukraine to
 | were kyiv to | were russia to | were poland to | were moscow to | as and when | in the case that | in the instance of
 | in a case of | at any sign of | at the slightest
condition:provided = provided | providing | on the understanding that | contingent on | conditional on | subject to
 | depends on whether | depending on whether | depending on how | depending on what | depends on how | depends on what
 | with the proviso that | with the provision that | hinges on | hinge on | hinged on | hinging on | dependent on
 | conditioned on | conditioned upon | contingent upon | conditional upon | made conditional | predicated on
 | so long only as
condition:as-long-as = as long as | so long as | for as long as | while no one | while nobody | while none of
 | while there is no | for so long as | while they leave | just as long as | only as long as | while the front
 | while they do not | while they do n't | while it is quiet | while all is quiet | while our borders | while our border
 | as far as nobody | during the time that
condition:until = until | till | up until | up to the moment | until such time | right up until
condition:concessive = even if | even should | even when | even were | even in case | even in the event | no matter
 | whatever | regardless of | come what may | irrespective of | even though | even after | however many | however much
 | not even if | not even when | not even should | not even were | not even in case | however loudly | however hard
 | however often | however strongly | though .. may | whoever | whichever | in spite of | notwithstanding
 | even in the face of | even in response to | whether or not | whether or no | whoever asks | no matter who
 | no matter what | no matter how | let them shout | let them threaten | let them scream | let them beg | let them ask
 | come hell or high water | rain or shine | try as they | try as he | beg as they | press as they
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
counterfactual = would have | could have | should have | might have | would've | might've | could've | would never have
 | would not have | wouldn't have | would n't have | would long have | would long ago have | could n't have
 | would already have | would 've | could 've | might 've | were it not for | was it not for | but for me | but for us
 | had it not been for | but for the
modal:will = will | 'll | shall | going to | to be | set to | about to | on course to | bound to | wo | sha
modal:would = would | 'd
modal:may = may | might | could | can | considering | considers | consider | mulls | mulling | weigh* | ponder*
 | perhaps | maybe | possible | possibly | possibility | option* | open whether | may be | cannot be ruled out
 | ca n't be ruled out | ca n't exclude | cannot exclude | may yet | might yet | could yet | may well | might well
 | could well | may have to | might have to | could have to | may be forced to | might be forced to | could be forced to
 | conceivabl* | feasible | imaginable | thinkable | not impossible | n't impossible | not inconceivable
 | not unthinkable | not out of the question | n't out of the question | not excluded | n't excluded | not off the table
 | n't off the table | on the table | toying with | toys with | contemplat* | flirt* with | entertain* the | open to
 | stays open | remains open | remain open | not say never | n't say never | never say never | not saying never
 | n't saying never | nothing is ruled out | nothing can be ruled out | nothing is excluded | everything is possible
 | anything is possible | anything can happen | anything could happen | anything may happen | it could happen
 | it may happen | it might happen | leave* it open | not decided whether | undecided whether | undecided on
 | has yet to decide | have yet to decide | yet to decide | weighs whether | weighing whether | considering whether
 | suggests it may | leave* the door open | left the door open | keep* the door open | kept the door open | door open to
 | door open for | door ajar | options open | reserv* the right | keep* all options | leave* all options
 | keep* .. option of | keep* open the | left open the | leave* open the | not close the door | n't close the door
 | not shut the door | n't shut the door
modal:must = must | need to | needs to | have to | has to | forced to | obliged to | duty to | obliged | bound by
 | compelled to | compels | honour-bound | duty-bound | duty bound | supposed to | ought to | got to | no choice but to
 | no option but to | no alternative but to
modal:ready = ready | prepared | willing | readiness | willingness | poised to | primed to | geared up to
 | standing by to | stands by to | stand by to | happy to | glad to | eager to | keen to | disposed to | inclined to
 | in a position to | equipped to | capable of | able to
modal:plan = plan | plans | planned | planning | intend* | intention* | aim to | aims to | want to | wants to | mean to
 | means to | meant to | seek* to | sought to | wish to | wishes to | would like to | scheduled to | due to | aiming to
 | determined to | resolved to | bent on | minded to | has a mind to | propos* to | hope to | hopes to
preposition = bordering | neighbouring | neighboring | of | to | for | against | with | in | on | at | from | by | near
 | into | over | about | toward | towards | alongside | beside | between | behind | across | within | along | like
 | after | before | under | amid | despite | without | to meet | together
boundary = but | while | although | though | because | whereas | yet | which | who | whose | whom | since | so that
 | whereupon
finite = is | are | was | were | will | would | has | have | had | may | might | could | can | should | must | do | does
 | did | shall
that = that
past = last year | a year ago | years ago | months ago | months earlier | years earlier | a year earlier | last february
 | last spring | last autumn | last summer | last winter | last fall | back then | at the time | decades ago
 | once vowed | once said | in the past | historically | the previous year | a decade ago | two years ago | last march
 | since the start of the war | since the beginning of the war | long before | in the soviet | world war | afghanistan
 | great patriotic | was a launchpad | previously | earlier in the war | had earlier | at the start of the war
 | at the beginning of the war | at the outset | so far | until now | to date | in the early days of the war
 | in the first days of the war | a few years ago | some years ago | that spring | that autumn | that winter
 | that summer | in his memoirs | in his last interview
past:ever = grandfathers | forefathers | our fathers | veterans | ancestors | grandparents
routine = regularly | routine | annual | annually | every year | traditionally | twice a year | scheduled | yearly
 | biannual | as every year | planned in advance
undo = withdr* | pull* back | pull* out | pulls out | cancel* | call* off | suspend* | end | ends | ended | halt*
 | scrap* | demobil* | stand* down | stood down | return* to barracks | returned to their | complete* | finish*
 | wrap* up | back to barracks | back to base | sends home | sent home | send home | postpon* | scal* back | scal* down
 | revok* | rescind* | revers* | repeal* | annul* | countermand* | took ... away from | take* ... away from
 | go back to barracks | went back to | gone back to | going back to | break* off | broke off | calls off | called off
 | lift* | wind* down | wound down | dissolv* | disband* | cut short | cuts short | abandon* | shelv* | brought back
 | brings back | bring back | bringing back | to leave | to quit | to vacate | ordered home | orders ... home
horizon = tomorrow | today | tonight | this year | next year | this week | next week | this month | next month | ever
 | in the near future | on monday | on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday | now
 | this spring | this summer | this autumn | this winter | within the hour | within hours | within days | at once
 | immediately | right now | by spring | by summer | by autumn | by winter | in the spring | in the coming days
 | next spring | next summer | next autumn | next winter | in march | in april | in may | in june | this evening
 | before winter | before spring | at dawn | on the same day | the same night | in the coming weeks
 | in the coming months | for now | for the time being | by the end of the year | by the end of the month | next january
 | within a month | within a week | from tomorrow | as of tomorrow | as of today | from today | as of this morning
 | by nightfall | by morning | by evening | before dawn | by dawn | at midnight | within two weeks | within two days
 | within a day | in a matter of days | in a matter of hours | in the next few days | in the coming hours
 | before the year is out | by christmas | by easter | by new year
order = order | orders | decree* | decision | decisions | plan | plans | command | deployment | announcement | intention
opener:if = let | be it | were so | were a | were one | were the | were any | were such | were there | should | where
 | if | once | when they | when somebody | on the day | the day | the minute | the moment | the second | as soon as
 | so soon as | as and when | god forbid | for the eventuality | touch us | lay a | pull your | hands off
opener:unless = unless | until
opener:as-long-as = as long as | so long as | while theirs | while there | while i | while it | while they | while no
phrase:if = whoever | in the event of | in case of | subject to | upon a | upon an | upon the | upon any
 | upon receipt | upon attack | upon aggression | given a | given an | given provocation | pending | on receipt of
 | in exchange for | on pain of | in response to | after the first | after an | from the first | with the first
 | at the first | on the first | in the face of | only over | only in | solely by | by way of | under attack | with a
phrase:unless = nothing short of | without | absent | short of | barring | no earlier than | not before
count = one | another | one more | a single | just one | any | an attack | no | a finger | one word | aggression
 | give me
announced = one thing | two things | two cases | one case | single exception | red line | the trigger | trigger for
 | price | the threshold | one condition | only condition | sine qua non | circumstance | one eventuality | one reason
 | sole reason | comes down to | one exception | single variable | single circumstance
means = will mean | would mean | means that | will bring | would bring | will lead to | would lead to | would draw
 | will draw | will trigger | would trigger | will force us | would force us | will push us | would push us | would drag
 | will drag | will be answered by | would be answered by | will be followed by | is enough | would be enough
 | will be enough | would suffice | will make us | would make us | obliges us | will oblige us | would oblige us
 | will put us | would put us | will get us | would get us | could make us | could get us | could force us
 | will make belarus | would make belarus | would see | will see | would make it | will make it | would make him
 | will make him | would pull us | will pull us | would pull it | would pull belarus | will pull belarus | would draw us
 | would draw belarus | will draw belarus | would drag us | would drag belarus | will drag belarus | could draw
 | could drag | could bring | could pull | could force | could push | could trigger | could lead to | might draw
 | might bring | might trigger | can draw | can bring | can pull | can make | can force | can get us
 | would be the signal | will be the signal | would be the trigger | will be the trigger | would be our cue
 | will be our cue | would be met | will be met | would be followed | would prompt | will prompt | would spur
 | would oblige | will oblige | would compel | will compel | would cause | will cause | would entail | will entail
 | would result in | will result in | would automatically | will automatically | would spell | will spell
 | would change everything | will change everything | would change my mind | and you get | and you will | and you 'll
 | would give us | will give us | would leave us | will leave us | would give me | will give me | would unleash
 | will unleash | would provoke | will provoke | would be reason | will be reason | would be cause | would be grounds
 | is grounds for | is reason for | is what it takes | is what it would take | is all it takes | would tip | means war
 | mean war
still = all the same | just the same | anyway | anyhow | even then | even so | nevertheless | nonetheless | regardless
 | still not | still wo n't | still will not | still no | no matter
then = then | in that case | in such a case | in this case | in that event | that day | that very day | that same day
 | at that point | at that moment | from that moment | after that | in which case | if so | only then | and only then
 | when that happens | should that happen | if that happens | if it happens
"""
        + SPEECH
    ),
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
    leading=frozenset(("and", "but", "well", "then")),
    joints=frozenset(("and", "or", "otherwise", "lest")),
    copulas=frozenset(("is", "was", "be")),
)

"""English words of speech, by tag (see language.py): who says, asks or guesses, answers, and what is taken back."""

from __future__ import annotations

SPEECH = """
media = agency | newspaper | daily | tass | reuters | afp | belta | interfax | news outlet | channel | broadcaster
 | website | portal | state media | bbc | local media | correspondent*
say = said | say | reported | reporting | says | saying | told | tells | telling | state | stated | states | stating
 | declar* | announc* | add | added | adds | adding | insist* | claim | claimed | claims | claiming | wrote | writes
 | stress* | note | noted | notes | reiterat* | confirm* | repl* | answer* | explain* | assert* | emphasi* | remark*
 | quip* | proclaim* | maintain* | argued | argues | arguing | assur* | underline* | underscor*
 | put it | respond* | hint* | suggest* | boast* | conced* | admit* | acknowledg* | affirm* | reaffirm*
 | joked | snapped | shot back | retort* | blust* | continued | went on | recalled | told* | signalled | signaled
 | signals | indicat* | mused | named .. case | names .. case | named .. condition | names .. condition
 | named .. scenario | names .. scenario | named .. circumstance | named .. situation | phrased it | thundered | barked
 | told a | countered | summed up | shouted | grumbled | shrugged | muttered | made clear | makes clear | made it clear
 | makes it clear | made plain | makes plain | made it plain | makes it plain | let it be known | lets it be known
 | gave to understand | gives to understand | specified | specifies | clarified | clarifies | growled | roared | fumed
 | bellowed | deadpanned | exclaimed | interjected | opined | commented | comments | commenting | recount* | relates
 | related | divulged | reveal* | disclosed | discloses | quoth | testified | ventured | summarised | summarized
 | sums up | concluded that | spelled out | spells out | spelt out | laid out | lays out | set out his | pointed out
 | points out | read out | reads out | informed | informs | briefed | remind* | told off | cried | whispered | joking
 | jokes | teased | parried | parries | fired back | fires back | hit back | hits back at | bragged | brags | gushed
 | blurted | let slip | lets slip | contends | contended | vouched | cut in | chimed in | piped up | intoned | drawled
 | barks | snaps | snarled | railed | complained | complains | lamented | laments | sighed | chuckled | laughed
 | grinned | beamed | tells them | told them | had said | has said | have said | saying so | swore blind | phoned
 | wrote on | writes on | declares | put it like this | put it this way | put it bluntly | drew a line | gave assurance*
 | gives assurance* | was categorical | was adamant | is adamant | was firm | was blunt | was clear | is clear
 | was brief | was emphatic | was unequivocal | was unambiguous | reads | repeat | repeats | repeated | repeating
say:quote = cite | cites | cited | citing | quotes | quoted | quoting | relayed the words of | passed on the words of
say:commit = vow | vows | vowed | vowing | promis* | pledg* | threaten* | swore | swears | warn | warned | warns
 | warning | agree to | agreed to | agrees to | offer to | offered to | offers to | commits to | committed to
 | undertook to | decid* to | undertakes to | orders | ordered | instructed | instructs | gave ... order to
 | gives ... order to | issued ... order* to | gave ... command to | signed .. order to | swear | signed an order
 | commanded | commands | gave his word | gives his word | given his word | gave its word | gave assurances | vouches
 | undertakes | undertook | binds himself to | bound himself to | issued an order to | gave the order to
 | gives the order to | gave orders to | gives orders to | signed a decree to | told his army to | told the army to
 | told his generals to | told his troops to | gave the green light to | gives the green light to | gave the go-ahead to
 | gives the go-ahead to | gave .. his word | gives .. his word | gave .. its word | gave .. word | gives .. word
 | swore to | reassured | reassures | reassure | gave kyiv his word
ask = asked | questioned | pressed | quizzed | the question whether | question of whether | the question about
 | a question about | a question on | question on whether | wanted to know whether | wanted to know if
 | wants to know whether | wants to know if | want to know whether | wanted to know about | inquired whether
 | inquired about | enquired whether | enquired about | inquired | enquired | raised the question | raised the matter
 | raised the issue | raised the subject | brought up the | put the question | posed the question | wondered aloud
 | probed | grilled | prodded | challenged on | challenged about | to a question | in reply to a question
 | in answer to a question | in response to a question | to questions about | queried | sounded out | tackled on
 | buttonholed
think = fear | fears | feared | fearing | believ* | think | thinks | thought | expect | expects | expected | assess
 | assesses | assessed | assessment* | predict* | speculat* | worr* | suspect* | estimat* | doubt | doubts | doubted
 | reckon* | forecast* | hope | hopes | hoped | accus* | alleg* | urge* | urging | pressur* | demanded | demands that
 | demanding | want | wants | wanted | called on | calls on | call on | call for | calls for | called for | push*
 | observ* | see no | sees no | cautioned | dread* | wonder* | guess* | imagine* | anticipat* | persuad* | convince*
 | lean on | nudge* | dragged by | does not believe | do not believe | plead* | beg | begs | begged | beseech* | advis*
 | recommend* | invite | invites | invited | asked him to | asked him not | tried to persuade | bet | bets | conclude*
 | find | finds | found | shows | showed | braces for | bracing for | brace for | prepares for an | rehears* | propos*
 | would like | thinks that
guess = no evidence | no indication* | no indicator* | no sign | no signs | fears | fear | likely | unlikely
 | reportedly | rumour* | rumor* | speculation | worries | concerns | concern | prospect | prospects | risk | risks
 | possibility | probability | chance | chances | scenario | scenarios | threat of | pressure | whether | allegedly
 | supposedly | hypothetical* | analyst* | expert* | observers | pundit* | think tank | would likely | is expected
 | are expected | was expected | seen as | intelligence | potential | potentially | apparently | unconfirmed
 | suspicion* | alarm that | anxiety | question of whether | worst-case | odds | chatter | talk of | talk that
 | report that | reports that | reports of | perceived | milblogger* | blogger* | it is unclear | unclear whether
 | no one knows | nobody knows | possible | possibly | would have to | what if | what would | what happens
 | may be preparing | poll | survey | wargame | simulation | feared | in the case of a | whisper* | gossip | purported*
 | supposed | the idea that | question marks | haunt* | spectre | specter | unverified | anonymous | planners | odds of
 | the day when | looming
according = according to | in the words of | as told by
mouth = regime | government | spokesman | spokeswoman | spokesperson | press secretary | press service | press office
 | office | aide | administration | representative | press-secretary | spokespeople | statement | communique
 | communiqué | press release | readout | press office's | reply | letter | transcript | bulletin | memo
apart = critic* | opponent* | opposition | rival* | foe* | enem* | exil* | challenger* | former | ally of | allies of
 | biograph* | impersonat* | impostor | parody | double | lookalike | victim* | ex-* | predecessor* | daughter | wife
pronoun:he = he
pronoun:she = she
pronoun:they = they
pronoun:it = it
first = i | we | our | my | us | me | ours | ourselves | myself
possessive = his | her | their | its
fake = ai-generated | ai-made | ai generated | deepfake* | deep fake* | fabricat* | doctored | hoax | fake | faked
 | fakes | satir* | parody | debunk* | false quote | bogus | fact-check* | fact check* | made-up | invented quote
 | photoshopped | manipulated video | manipulated clip | misattributed | synthetic | forger* | forged
 | computer-generated | computer generated | voice clone* | cloned voice | never broadcast | fictitious | spoof
 | generated by ai | generated by artificial | made by ai | made with ai | ai fake | digitally altered | prank*
retract = mistranslat* | misquot* | retract* | walked back | walks back | misspoke | misinterpret* | misunderst*
 | taken out of context | out of context | mis-translated | backtrack* | took back | takes back | wrongly translated
 | incorrectly translated | badly translated | poorly translated | translation error | error in translation
 | error of translation | lost in translation | misspoken | misheard | slip of the tongue | misreported | takes it back
 | took it back | withdrew his words | withdraws his words | wrongly rendered
evade = i do n't know | i do not know | not discuss | n't discuss | no comment | not comment | n't comment | not say
 | n't say | not tell | n't tell | not answer | n't answer | not for me to | not decided | n't decided | not yet
 | not ready to answer | not sure | n't sure | not my question | ask putin | ask moscow | not speculate | n't speculate
 | not know | n't know | nobody knows | no one knows | not my decision | not the right time | not the time to
 | not the moment to | not want to talk | n't want to talk | not talk about | n't talk about | not going to talk
 | not going to discuss | not going to comment | not your business | none of your business | not understand
 | n't understand | not heard | n't heard | not aware | n't aware | not a secret | no secret | not hide | n't hide
 | not in a position to | not ready to say | not been asked | n't been asked | not ask me | n't ask me | never promised
 | not promise | n't promise | not said | n't said | never said
yes = yes | yeah | certainly | of course | absolutely | gladly | definitely | i will | we will | sure
 | no doubt about it | without a doubt | without hesitation | naturally | you bet | indeed | that is so | that 's right
 | correct | we are | we 're in | of course we will | by all means | we are coming | we 'll be there | we will be there
no = no | never | nope | not | out of the question | nonsense | absolutely not | impossible | under no circumstances
 | not as long as i | not while i | no way | not a chance | in no case | not in my lifetime | no chance | rubbish
 | of course not | certainly not | definitely not | by no means | forget it | dream on | do n't hold your breath
 | over my dead body | not on my watch | when hell freezes over | when pigs fly | not in a million years
 | not now , not ever | god forbid | heaven forbid | perish the thought | you must be joking | you are joking
 | are you joking | stop dreaming | out of question | categorically no | a categorical no | a flat no | a firm no
 | a resounding no | no and no | no and again no | no no | negative | hardly | far from it | nothing of the kind
 | nothing of the sort | none of that | fairy tales | fairy tale | lies | a lie | utter nonsense | complete nonsense
 | total nonsense | sheer nonsense | pure nonsense | absurd | ridiculous | ravings | delirium | fantasies | fiction
 | stupidity | idiocy | madness | lunacy | invention* | gossip | why should we | why would we | why on earth | what for
 | what would we do there | we have other things to do | have other things to do | you 'll be waiting | you 'll wait
 | you will wait | you can wait | they can wait | they will wait | they 'll wait | will wait in vain | wait in vain
 | waiting in vain | waiting a long time | never was and never will | it is ruled out | that is ruled out
 | it 's ruled out | that 's ruled out | i rule that out | i rule it out | we rule that out | we rule it out
 | there 's no question of | no question of | i have answered that | nyet | none whatsoever | none at all | not at all
 | not a bit | not in the slightest | not remotely | not by any means | not by | not for anything | not for all the
 | not for any money | not for any price | not at any price | not on any account | on no account | in no way | no need
 | there is no need | no reason to | no thanks | no thank you | thanks but no | not in a year | not in ten years
 | own fields | other things to do | better things to do | other worries | other business | enough of our own | can wait
 | let them wait | they 'll be waiting | waiting till doomsday | until doomsday | no such thing | not our affair
 | do i look like | what would we gain | what would i gain | not for us | not us | not mine | not ours | count us out
 | without us | without me
no:deed = not do it | n't do it | not do that | n't do that | not doing that | never do that | never do it
 | not been set and | wo n't do that | will never do this | will not do this | not let that happen | n't let that happen
 | not allow that | n't allow that | not allow it | n't allow it | never allow it | never allow that
 | not going to happen | n't going to happen | not be any such | no such plans | no such plan | no such intention
 | no such order | no such task | no such thought* | no such idea* | no plans for that | no plans of | not in our plans
 | n't in our plans | not on our agenda | not planning anything | n't planning anything | not planning that
 | not planned | not even discussed | not even considered | not even think* | not thinking of it | not crossed my mind
 | never crossed my mind | never entered my head | that task has not
asked = were sent | was sent | are sent | is sent | deployed | ask | asks | asked | order | orders | ordered | request*
 | invit* | told to | called up | called on | calls on | summon* | drafted | conscripted | commanded | urged | call them
 | demand*
misreport:sure = misquot* | mistranslat* | misreport* | misattribut* | wrongly report* | wrongly quot* | wrongly said
 | wrongly stated | incorrectly report* | incorrectly quot* | incorrectly said | incorrectly stated
 | erroneously report* | erroneously said | falsely report* | falsely quot* | quoted in error
misreport:told = we reported | earlier version | earlier report | previous version | this newspaper reported
 | withdraw* .. report | withdrew .. report | withdraw* .. story | withdrew .. story | retract* .. report
 | retract* .. story
takeback = withdraw* .. report | withdraw* .. article | withdraw* .. story | withdrawn .. report | withdrawn .. article
 | withdrawn .. story | withdrew .. report | withdrew .. article | withdrew .. story | retract* | report .. withdrawn
 | article .. withdrawn | correction | apologise to our | apologize to our | we regret the error | regrets the error
 | he did not say this | he did not say that | she did not say this | she did not say that | is not true | was not true
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
 | turned them down | answer in the negative | decline politely | send them away | shake my head | a flat no | a firm no
 | a curt no
answer:yes = say yes | says yes | said yes | answer* ... yes | not say no | n't say no | not refuse | n't refuse
 | not turn them down | n't turn them down | not turn him down
no:short = nobody will | no one will | none will | nobody is | will not | wo n't | would not | wo not | are not | is not
 | not be | not happen | there would be none | there will be none | wo n't be any | we wo n't | we will not | i wo n't
 | i will not
met = line has been crossed | line was crossed | line is crossed | red line* ... crossed | crossed .. line
 | crossed .. red line | crossed our red line | moment has come | moment ... arrived | moment ... has come
 | hour has come | hour has struck | condition* ... been met | condition* ... are met | condition* ... is met
 | condition* ... fulfilled | that day has come | time has come | have already attacked us | has already attacked us
 | we 've been attacked | we have been attacked | we were attacked | it has happened | our patience has run out
 | there is my condition
open = everything is possible | anything is possible | all is possible | it is possible | it 's possible
 | quite possible | possibly | perhaps | maybe | could be | may be | might be | never say never | not saying never
 | n't saying never | not say never | not rule | n't rule | not ruling | n't ruling | not exclude | n't exclude
 | cannot exclude | not excluded | n't excluded | nothing is excluded | nothing is ruled out | nothing can be ruled out
 | nothing can be excluded | exclude nothing | rule nothing out | rule out nothing | we 'll see | we will see
 | we shall see | wait and see | time will tell | it depends | that depends | everything depends | all depends
 | who knows | not impossible | anything can happen | anything could happen | leave it open | let us see | let 's see
 | the option | all options | every option
say:open = left open | leaves open | leave open | leaving open | kept open | keeps open
"""

"""Is a passage asked and not said: a question, what was asked, what somebody wonders?"""

from __future__ import annotations

from streams.stance.reading import Reading

_WONDER = ("know", "wonder", "wondering", "ask", "asking", "see", "guess", "tell")


def is_question(reading: Reading) -> bool:
    """Whether the passage stands in a question, reported or not."""
    if reading.frame is not None and reading.frame.kind == "ask":
        return True
    return _is_asked(reading) or _is_wondered(reading) or "?" in reading.sentence.sentence.tail or _asks_inside(reading)


def _is_asked(reading: Reading) -> bool:
    """ "…, he replied when asked if the army would fight": what was asked, told behind the answer."""
    sentence, start = reading.sentence, reading.mark.start
    if reading.is_direct:
        return False
    for ask in sentence.within("ask", max(0, start - 12), start):
        between = sentence.words[ask.end : start + 1]
        if between and between[0].form in ("if", "whether", "about", "on") and not any(w.gap.strip() for w in between):
            return True
    return False


def _is_wondered(reading: Reading) -> bool:
    """ "You want to know if you will fight": what somebody wonders, in a quotation too."""
    words = reading.sentence.words
    for index in range(reading.mark.start - 1, max(reading.low, reading.mark.start - 9), -1):
        if words[index + 1].gap.strip():
            return False
        if words[index].form in ("if", "whether") and words[index - 1].form in _WONDER:
            return True
    return False


def _asks_inside(reading: Reading) -> bool:
    words = reading.sentence.words
    return reading.high < len(words) and "?" in words[reading.high].gap

"""On which day was it said? From the words of the sentence, measured against the day of publication (UTC).

Order: an explicit day ("on 12 February", "12 февраля 2023"), a weekday (the same day or the last one before
publication), yesterday, else the day of publication. A date later than publication is not believed.
``is_background`` tells passages about times long past: a cue of the language, or an earlier year that is not a "since".
"""

from __future__ import annotations

from datetime import date, timedelta

from streams.stance.marked import LANGUAGES, Marked, day_words

FAR_DAYS = 60
_YEARS = frozenset(map(str, range(1900, 2201)))


def published_day(published_at: str) -> date:
    return date.fromisoformat(published_at[:10])


def said_day(sentence: Marked, code: str, published: date) -> date | None:
    """The day that the narration of a sentence names, or None."""
    weekdays, months = day_words(code)
    yesterday = LANGUAGES[code].yesterday
    known = sentence.sentence.known
    if known.isdisjoint(weekdays) and known.isdisjoint(months) and known.isdisjoint(yesterday):
        return None
    words = sentence.words
    for index, word in enumerate(words):
        if sentence.utterance(index) >= 0 or not (
            word.form in months or word.form in weekdays or word.form in yesterday
        ):
            continue
        if word.form in months:
            found = _explicit(sentence, index, months[word.form], published)
            if found is not None:
                return found
        elif word.form in yesterday:
            return published - timedelta(days=1)
        else:
            if index + 1 < len(words) and words[index + 1].form == "'s":
                continue
            if any(
                words[i].form in ("next", "due", "by", "следующий", "следующую")
                for i in range(max(0, index - 3), index)
            ):
                continue
            back = (published.weekday() - weekdays[word.form]) % 7
            return published - timedelta(days=back)
    return None


def _explicit(sentence: Marked, index: int, month: int, published: date) -> date | None:
    words = sentence.words
    day = next((n for i in (index + 1, index - 1) if 0 <= i < len(words) and (n := _number(words[i].form, 31))), 0)
    if not day:
        return None
    years = (_number(words[i].form, 2200) for i in range(index + 1, min(index + 3, len(words))))
    year = next((n for n in years if n > 1900), 0)
    try:
        found = date(year or published.year, month, day)
    except ValueError:
        return None
    if found > published and not year:
        try:
            found = found.replace(year=published.year - 1)
        except ValueError:
            return None
    return found if found <= published else None


def _number(form: str, limit: int) -> int:
    for suffix in ("st", "nd", "rd", "th", "-го", "-е"):
        form = form.removesuffix(suffix)
    return int(form) if form.isascii() and form.isdigit() and len(form) <= 4 and int(form) <= limit else 0


def is_background(sentence: Marked, code: str, published: date) -> bool:
    """Whether the narration of the sentence places it in times past."""
    if any(sentence.utterance(mark.start) < 0 or mark.value == "ever" for mark in sentence.all("past")):
        return True
    said = said_day(sentence, code, published)
    if said is not None and (published - said).days > FAR_DAYS:
        return True
    if sentence.sentence.known.isdisjoint(_YEARS):
        return False
    for index, word in enumerate(sentence.words):
        year = _number(word.form, 2200) if word.form[:1] in "12" and len(word.form) == 4 else 0
        if 1900 <= year < published.year and sentence.utterance(index) < 0:
            before = sentence.words[index - 1].form if index else ""
            if before in ("since", "from", "с") or (published.year - year == 1 and said is not None):
                continue
            return True
    return False

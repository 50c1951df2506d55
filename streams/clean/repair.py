"""Which characters does a text really have? Repaired text is what every offset of the line counts in.

Order of the rules: paired surrogates are joined and lone ones become U+FFFD; line ends become LF; C1 controls are read
as the cp1252 characters that they were meant to be; NUL, other controls, soft hyphens, zero-width spaces and bidi
controls go; UTF-8 that was read as cp1252 is read again, where nothing else can be meant; NFC. The rules run until
nothing changes, so repairing twice is repairing once.

Limits: paragraphs and inner spaces stay as they are. Joiners (U+200C, U+200D) are spelling in Persian, Hindi and emoji
and go only after a Latin or Cyrillic letter, a space or a line end. A run of combining marks is cut after 30
(the Stream-Safe Text Format of UAX #15), because sorting longer ones costs quadratic time.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

MARKS_IN_A_ROW = 30
ROUNDS = 40

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
_PLAIN = bytes((9, 10, *range(32, 127)))
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)
# the same in UTF-8, which the bytes that are not plain show also without the others
_ODD_BYTES = re.compile(
    b"[\x00-\x08\x0b-\x1f\x7f]|\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xa4\xa6-\xa9])|\xc2[\x80-\x9f\xad]|\xef\xbb\xbf"
)
# U+00A0 to U+02FF and U+2002 to U+203F without the odd ones: no mark, and nothing that NFC writes otherwise
_SOUND_BYTES = re.compile(
    b"(?:\xc2[\xa0-\xac\xae-\xbf]|[\xc3-\xcb][\x80-\xbf]|\xe2\x80[\x82-\x8a\x90-\xa7\xaf-\xbf])*+"
)
_FEW_BYTES = 500
_DROP = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_JOINERS = re.compile("(?<=[\\sA-Za-z\u00c0-\u052f])[\u200c\u200d]+")
_SPACES = re.compile(r"\s+")

_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # bytes without a character in cp1252
_C1 = {byte: bytes((byte,)).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in _UNDEFINED}
_C1_CHARS = re.compile("[\x80-\x9f]")
_TO_BYTE = {ord(char): byte for byte, char in _C1.items()}
_LEFT_C1 = re.compile("[\x80-\x9f]+")
_TAIL = "\x80-\xbf" + "".join(_C1.values())
# one character of UTF-8, as cp1252 shows its bytes
_MOJIBAKE = re.compile(f"[\xc2-\xdf][{_TAIL}]|[\xe0-\xef][{_TAIL}][{_TAIL}]|[\xf0-\xf4][{_TAIL}][{_TAIL}][{_TAIL}]")
_MOJIBAKE_BYTES = re.compile(b"\xc3[\x82-\xb4][\xc2\xc5\xc6\xcb\xe2]")
_NOT_IN_CP1252 = re.compile(f"[^\x00-\xff{''.join(_C1.values())}]")
_CERTAIN_AFTER_A = "\xa0\xa2\xa3\xa9\xae\xb0\xa7\xb7\xbd"  # 'Â£', 'Â©' and the like: no word ends in Â before them

_AMPERSANDS = re.compile(r"&(?:amp;|#0*38;|#[xX]0*26;)+")


def repair(text: str) -> str:
    """Return the text as its writer meant it, in NFC; idempotent.

    >>> repair("a\\r\\nb\\x00c  d")
    'a\\nbc  d'
    >>> repair("Kyivâ€™s army")
    'Kyiv’s army'
    """
    if _is_sound(text):
        return text
    for _ in range(ROUNDS):
        repaired = _repair_once(text)
        if repaired == text or _is_sound(repaired):
            return repaired
        text = repaired
    return text


def repair_line(text: str) -> str:
    """Repair a title, a name: entities are decoded, white space becomes single spaces; one line, never markup.

    >>> repair_line(" Marks &amp;amp; Spencer\\n <script> ")
    'Marks & Spencer <script>'
    """
    for _ in range(8):
        decoded = decode_entities(text)
        repaired = _SPACES.sub(" ", repair(decoded)).strip()
        if repaired == text:
            break
        text = repaired
    return text


def decode_entities(text: str) -> str:
    """Decode HTML entities, also those that were escaped several times over."""
    if "&" not in text:
        return text
    return html.unescape(_AMPERSANDS.sub("&", text))


def _is_sound(text: str) -> bool:
    """The common case, told by its unusual bytes: no control, no odd character, no mojibake, NFC."""
    try:
        unusual = text.encode().translate(None, _PLAIN)
    except UnicodeEncodeError:
        return False
    if not unusual:
        return True
    if _MOJIBAKE_BYTES.search(unusual) and _MOJIBAKE.search(text):
        return False
    if len(unusual) < _FEW_BYTES and _SOUND_BYTES.fullmatch(unusual):
        return True
    return not _ODD_BYTES.search(unusual) and unicodedata.is_normalized("NFC", text)


def _repair_once(text: str) -> str:
    if _ODD.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _LINE_ENDS.sub("\n", text)
        text = _C1_CHARS.sub(_read_c1, text)
        text = _DROP.sub("", text)
        text = _JOINERS.sub("", text)
    if _MOJIBAKE.search(text):
        text = "\n".join([_reread(line) for line in text.split("\n")])
    text = _LEFT_C1.sub("", _C1_CHARS.sub(_read_c1, text))
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _marks_in_a_row().sub(r"\1", text))


def _read_c1(match: re.Match[str]) -> str:
    return _C1.get(ord(match[0]), match[0])


def _reread(line: str) -> str:
    """Read mojibake as UTF-8: single certain sequences anywhere, doubtful ones if the whole line agrees."""
    found = list(_MOJIBAKE.finditer(line))
    if not found:
        return line
    if not _NOT_IN_CP1252.search(line):
        doubtful = [match for match in found if not _is_certain(line, match)]
        if len(doubtful) < len(found) or len(found) > 1:
            try:
                return _to_bytes(line).decode("utf-8")
            except UnicodeDecodeError:
                pass
    parts: list[str] = []
    at = 0
    for match in found:
        if not _is_certain(line, match) or (len(match[0]) == 2 and match[0][0] != "Â"):
            continue
        try:
            read = _to_bytes(match[0]).decode("utf-8")
        except UnicodeDecodeError:
            continue
        parts += (line[at : match.start()], read)
        at = match.end()
    parts.append(line[at:])
    return "".join(parts)


def _is_certain(line: str, match: re.Match[str]) -> bool:
    """No language writes 'â€™', nor a capital such as Ã with a sign after it inside a word of small letters."""
    sequence = match[0]
    if len(sequence) > 2:
        return any(char in "\x80\x81\x8d\x8f\x90\x9d" or ord(char) in _TO_BYTE for char in sequence[1:])
    if sequence[0] == "Â" and sequence[1] in _CERTAIN_AFTER_A:
        return True
    before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
    return not sequence[1].isalpha() and (
        ("a" <= before <= "z" and before != "") or ("a" <= after <= "z" and after != "")
    )


def _to_bytes(text: str) -> bytes:
    return text.translate(_TO_BYTE).encode("latin-1")


@cache
def _marks_in_a_row() -> re.Pattern[str]:
    marks = "".join(re.escape(chr(code)) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code)))
    return re.compile(f"([{marks}]{{{MARKS_IN_A_ROW}}})[{marks}]+")

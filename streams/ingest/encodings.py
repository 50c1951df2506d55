"""Which characters do these bytes mean? UTF-8 unless the page, its byte order mark or the caller says otherwise.

Order for a page: --encoding, byte order mark, the charset of the HTTP answer, the XML declaration, ``<meta charset>``,
UTF-8. Everything else is UTF-8, with or without a mark, or --encoding. Bytes that are not what was said are refused
with their position and never replaced: a replaced byte would be a silent change of someone's words.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, Final

from streams.errors import RefusedInput, UsageError

_DECLARED_WITHIN: Final = 4096
_XML_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._:\-]{1,40})""")
_META_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what browsers read under these labels (WHATWG Encoding): pages that say Latin-1 hold Windows' quotes and dashes
_BROWSERS_READ: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
_UTF8: Final = "utf-8"


def check_encoding(name: str) -> str:
    """The codec of this name. Raises UsageError for one that Python does not know or that makes no text."""
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)
    except (LookupError, ValueError):
        raise UsageError(
            f"--encoding {name!r} is unknown; expected a name such as utf-8, windows-1251, utf-16"
        ) from None
    return codec.name


def mark_of(head: bytes) -> str | None:
    """The codec whose byte order mark these bytes begin with."""
    return next((codec for mark, codec in _MARKS if head.startswith(mark)), None)


def decode_page(raw: bytes, encoding: str | None, charset: str | None = None) -> str:
    """Read the bytes of an HTML page; ``charset`` is that of the HTTP answer. Raises RefusedInput."""
    head = raw[:_DECLARED_WITHIN]
    return _decode(raw, encoding or mark_of(head) or _known(charset) or _declared(head) or _UTF8)


def decode_text(raw: bytes, encoding: str | None) -> str:
    """Read the bytes of a text file, its line ends as they are. Raises RefusedInput."""
    if encoding is None:
        refuse_wide(raw[:4])
    return _decode(raw.removeprefix(codecs.BOM_UTF8) if encoding in (None, _UTF8) else raw, encoding or _UTF8)


def refuse_wide(head: bytes) -> None:
    """Raise RefusedInput for a byte order mark of UTF-16 or UTF-32, once for the whole input."""
    wide = mark_of(head)
    if wide not in (None, "utf-8-sig"):
        raise RefusedInput("not-utf8", f"byte 0x{head[0]:02x} at position 0 begins {wide}; say --encoding {wide}")


def _declared(head: bytes) -> str | None:
    found = _XML_ENCODING.match(head.lstrip()) or _META_CHARSET.search(head)
    codec = _known(found[1].decode("ascii")) if found else None
    # a declaration that can be read byte by byte is not in UTF-16, whatever it says
    return _UTF8 if codec is not None and codec.startswith(("utf-16", "utf-32")) else codec


def _known(label: str | None) -> str | None:
    if not label:
        return None
    try:
        codec = codecs.lookup(label).name
        "".encode(codec)
    except (LookupError, ValueError):
        return None
    return _BROWSERS_READ.get(codec, codec)


def _decode(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise refused_bytes(error) from None


def refused_bytes(error: UnicodeDecodeError, before: int = 0) -> RefusedInput:
    """The refusal for a byte that its encoding does not have; ``before`` bytes were read well."""
    is_utf8 = error.encoding.replace("_", "-") in ("utf-8", "utf-8-sig")
    said = "UTF-8" if is_utf8 else error.encoding
    byte, position = error.object[error.start], before + error.start
    message = f"not {said}: byte 0x{byte:02x} at position {position}; say --encoding, or mend it"
    return RefusedInput("not-utf8" if is_utf8 else "encoding", message)


class Transcoded(io.RawIOBase):
    """A stream in another encoding, read as UTF-8."""

    def __init__(self, stream: BinaryIO, codec: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._taken = 0
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what BufferedReader hands in
        is_end = False
        while not self._left and not is_end:
            chunk = self._stream.read1(len(buffer))  # type: ignore[attr-defined]  # buffered, all of them
            is_end = not chunk
            self._taken += len(chunk)
            try:
                self._left = self._decoder.decode(chunk, is_end).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError as error:
                raise refused_bytes(error, self._taken - len(error.object)) from None
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

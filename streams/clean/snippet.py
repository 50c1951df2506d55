"""What does a fragment of HTML say, such as the description of an RSS item?

Order of the rules: a fragment that is escaped as a whole is unescaped once; one scan tells tags from text; scripts,
styles, frames and pictures give nothing; block tags end a paragraph; white space is one space; entities are decoded
last, so what they spell is text and never a tag. Linear, in process, without a parser.

Limits: no layout, no tables; ``is_page`` sends whole pages, and long fragments with many paragraphs, to the extractor.
"""

from __future__ import annotations

import re

from streams.clean.repair import decode_entities

PAGE_CHARS = 6000
PAGE_PARAGRAPHS = 5
HEAD_CHARS = 4000

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]*)")
_ESCAPED = re.compile(r"&lt;/?(?:p|a|img|br|div|span|b|i|em|strong|ul|li|h[1-6])(?:\s|/|&gt;)", re.IGNORECASE)
_QUOTE = re.compile(r"[<>]|=\s*[\"']")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_DOUBLE = re.compile(r"  +")
_GAPS = re.compile(r"\s*\n\s*\n\s*")
_AROUND_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_SILENT = frozenset(
    ("script", "style", "template", "iframe", "noscript", "svg", "object", "head", "textarea", "select")
)
_BLOCKS = frozenset(
    (
        "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "figure",
        "figcaption", "section", "article", "header", "footer", "hr", "dl", "dt", "dd", "pre",
    )
)  # fmt: skip


def is_page(html: str) -> bool:
    """Tell a whole page, or a long text with paragraphs, from a snippet.

    >>> is_page("<!DOCTYPE html><html><p>News</p>"), is_page("<p>News <a href='/1'>Read more</a></p>")
    (True, False)
    """
    if _PAGE.search(html, 0, HEAD_CHARS):
        return True
    return len(html) >= PAGE_CHARS and len(_PARAGRAPH.findall(html)) >= PAGE_PARAGRAPHS


def snippet_text(html: str) -> str:
    """Return the text of a fragment, paragraphs parted by an empty line; not repaired yet.

    >>> snippet_text('<p>Minsk &amp;amp; Kyiv<img src="//t.example/1"></p>&lt;b&gt;')
    'Minsk & Kyiv\\n\\n<b>'
    """
    if _TAG.search(html) is None and _ESCAPED.search(html) is not None:
        html = decode_entities(html)
    parts: list[str] = []
    at = 0
    while True:
        opened = html.find("<", at)
        if opened < 0:
            parts.append(_SPACES.sub(" ", html[at:]))
            break
        parts.append(_SPACES.sub(" ", html[at:opened]))
        tag = _TAG.match(html, opened)
        if tag is not None:
            name = tag[1].lower()
            at = _tag_end(html, tag.end())
            if name in _SILENT and html[opened + 1] != "/":
                at = _skip_element(html, name, at)
            elif name == "br":
                parts.append("\n")
            elif name in _BLOCKS:
                parts.append("\n\n")
        elif html.startswith("<!--", opened):
            closed = html.find("-->", opened + 4)
            at = len(html) if closed < 0 else closed + 3
        elif html.startswith(("<!", "<?", "</"), opened):
            closed = html.find(">", opened)
            at = len(html) if closed < 0 else closed + 1
        else:  # a sign of less-than
            parts.append("<")
            at = opened + 1
    text = _AROUND_BREAK.sub("\n", _DOUBLE.sub(" ", "".join(parts)))
    return decode_entities(_GAPS.sub("\n\n", text)).strip()


def _tag_end(html: str, at: int) -> int:
    """The offset behind a tag. A '>' inside a quoted value does not end it; an unclosed tag takes the rest."""
    while True:
        sign = _QUOTE.search(html, at)
        if sign is None:
            return len(html)
        if sign[0] == ">":
            return sign.end()
        if sign[0] == "<":  # the tag was never closed: what follows is a new one
            return sign.start()
        closed = html.find(sign[0][-1], sign.end())
        if closed < 0:
            end = html.find(">", sign.end())
            return len(html) if end < 0 else end + 1
        at = closed + 1


def _skip_element(html: str, name: str, at: int) -> int:
    """The offset behind the end tag of a silent element; an unclosed one takes the rest."""
    end = re.compile(rf"</{name}", re.IGNORECASE).search(html, at)
    return len(html) if end is None else _tag_end(html, end.end())

"""From the bytes of a body to plain text: encodings that are declared wrongly, markup and entities."""

from __future__ import annotations

import html
import re

from service.feeds.reading import Unreadable

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|dl|dt|dd|tr|td|th|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_LOOKALIKES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | dict.fromkeys("\u00ad\u200b\ufeff")
)


def decode(body: bytes) -> str:
    """The text of a body in UTF-8, UTF-16 or Windows-1252, as its bytes tell; U+FFFD for what fits none.

    What the headers or the XML declaration claim is not asked: it is often wrong, and every word that a feed
    is read for is spelt alike in all ASCII-based encodings. NUL becomes U+FFFD too: databases may refuse it.
    """
    return body.decode(_encoding(body), errors="replace").replace("\0", "\ufffd")


def _encoding(body: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return encoding
    if b"\0" in body[:2]:
        return "utf-16-be" if body.startswith(b"\0") else "utf-16-le"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def plain(markup: str) -> str:
    """The words of a piece of HTML on one line; where a paragraph or a list item ends, so does a sentence.

    Raises Unreadable when a character reference has no meaning at all.
    """
    text = _BLOCK_TAG.sub(" . ", _COMMENT.sub("", markup))
    try:
        text = html.unescape(_TAG.sub("", text))
    except ValueError as fault:
        raise Unreadable("The body holds a character reference that is no character.") from fault
    return " ".join(text.translate(_LOOKALIKES).split())

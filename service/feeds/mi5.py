"""The public MI5 feed: RSS with the present national level, and the Northern Ireland one, in a sentence each.

It holds no history. The national level is taken from the title or its own sentence, never from the Northern
Ireland sentence or a list of definitions; two different answers, or none, is unreadable rather than a guess.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from rules.levels import Scope, ThreatLevel
from service.feeds import wording
from service.feeds.reading import Reading, Unreadable
from service.feeds.text import decode, plain

SOURCE = "mi5"

_LONDON = ZoneInfo("Europe/London")
_STAMP_LENGTH = 100


def parse(body: bytes) -> Reading:
    """The reading that the body of the feed states. Raises Unreadable, and nothing else, if there is none."""
    channel = _channel(decode(body).strip())
    items = [(_words(item, "title"), _words(item, "description")) for item in channel.findall("item")]
    levels = {Scope.NATIONAL: _national(items)}
    northern_ireland, note = _northern_ireland(items)
    if northern_ireland:
        levels[Scope.NORTHERN_IRELAND] = northern_ireland
    stamp = (_words(channel, "item/pubDate") or _words(channel, "lastBuildDate"))[:_STAMP_LENGTH]
    return Reading(SOURCE, levels, stamp, stamped_at(stamp), note)


def stamped_at(stamp: str) -> datetime | None:
    """The UTC instant of a stamp, None when it cannot be read.

    "Tuesday, March 05, 2024 - 02:52" names no zone and is taken as Europe/London (the earlier of the two
    instants in the hour that the clocks go back); an RFC 822 date is taken in its own zone.
    """
    try:
        return datetime.strptime(stamp, "%A, %B %d, %Y - %H:%M").replace(tzinfo=_LONDON).astimezone(UTC)
    except ValueError:
        pass
    try:
        parsed = parsedate_to_datetime(stamp)
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _channel(text: str) -> Element:
    if not text:
        raise Unreadable("The body is empty.")
    if text[:14].lower().startswith(("<!doctype html", "<html")):
        raise Unreadable("The body is an HTML page, not the feed.")
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as fault:
        raise Unreadable("The body declares a document type or entities, which are refused.") from fault
    except ParseError as fault:
        raise Unreadable("The body is not whole XML.") from fault
    channel = root.find("channel")
    if root.tag != "rss" or channel is None:
        raise Unreadable("The body is XML, but not an RSS feed.")
    return channel


def _words(parent: Element, path: str) -> str:
    found = parent.find(path)
    return "" if found is None else plain(" ".join(found.itertext()))


def _national(items: list[tuple[str, str]]) -> ThreatLevel:
    answers: set[ThreatLevel] = set()
    for title, description in items:
        in_title = wording.national_in_title(title)
        answers |= wording.national_in_sentences(description) | ({in_title} if in_title else set())
    if len(answers) > 1:
        names = " and ".join(level.name for level in sorted(answers))
        raise Unreadable(f"The body gives different national levels: {names}.")
    if not answers:
        raise Unreadable("The body states no national level.")
    return answers.pop()


def _northern_ireland(items: list[tuple[str, str]]) -> tuple[ThreatLevel | None, str]:
    text = ". ".join(f"{title}. {description}" for title, description in items)
    answers = wording.northern_ireland_in_sentences(text)
    if len(answers) == 1:
        return answers.pop(), ""
    unclear = answers or wording.speaks_of_northern_ireland(text)
    return None, "The Northern Ireland level is not clear and was left out." if unclear else ""

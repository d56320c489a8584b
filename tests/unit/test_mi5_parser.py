"""The MI5 feed's body: what is read from it, and what is refused rather than guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.levels import Scope, ThreatLevel
from service.feeds.mi5 import SOURCE, parse, stamped_at
from service.feeds.reading import Unreadable
from tests.feed_server import feed_xml

NATIONAL = "The current national threat level is {}."
NORTHERN_IRELAND = "The threat to Northern Ireland from Northern Ireland-related terrorism is {}."
DEFINITIONS = (
    "LOW means an attack is highly unlikely. MODERATE means an attack is possible, but not likely. "
    "SUBSTANTIAL means an attack is likely. SEVERE means an attack is highly likely. "
    "CRITICAL means an attack is highly likely in the near future."
)
NO_LEVEL = "Threat level"


def levels_of(body: bytes) -> dict[Scope, ThreatLevel]:
    return dict(parse(body).levels)


def national_of(body: bytes) -> str:
    return parse(body).levels[Scope.NATIONAL].name


def described(description: str, title: str = NO_LEVEL) -> bytes:
    return feed_xml(title=title, description=description)


def test_a_body_of_the_public_shape_gives_both_levels_and_its_stamp() -> None:
    reading = parse(feed_xml(national="SEVERE", northern_ireland="SUBSTANTIAL"))

    assert reading.source == SOURCE
    assert reading.levels == {
        Scope.NATIONAL: ThreatLevel.SEVERE,
        Scope.NORTHERN_IRELAND: ThreatLevel.SUBSTANTIAL,
    }
    assert reading.stamp == "Thursday, April 30, 2026 - 06:09"
    assert reading.stamped_at == datetime(2026, 4, 30, 5, 9, tzinfo=UTC)
    assert reading.note == ""


@pytest.mark.parametrize(
    "title",
    [
        "Current threat level: SEVERE",
        "Current Threat Level: SEVERE",
        "CURRENT THREAT LEVEL: severe",
        "Current threat level:SEVERE",
        "  Current \n threat   level :  Severe . ",
        "Current threat level - SEVERE",
        "Current threat level \u2013 SEVERE",
        "Current&#160;threat level:&amp;nbsp;SEVERE",
        "Current threat level: &lt;strong&gt;SEVERE&lt;/strong&gt;",
        "Current threat level: <b>SEVERE</b>",
        "Current UK national threat level: SEVERE",
        "The threat level is SEVERE",
        "Threat level: SEVERE",
    ],
)
def test_the_title_is_read_whatever_its_capitals_spaces_and_markup(title: str) -> None:
    assert national_of(feed_xml(title=title, description="")) == "SEVERE"


@pytest.mark.parametrize(
    "sentence",
    [
        "The current national threat level is SEVERE.",
        "The current national threat level is SEVERE",
        "the national threat level is severe.",
        "The UK national threat level is SEVERE.",
        "The national terrorism threat level is currently SEVERE.",
        "The current threat level for the UK is now SEVERE.",
        "The current UK national threat level is set at SEVERE.",
        "The threat level in the United Kingdom from international terrorism remains at SEVERE.",
        "The national threat level stands at SEVERE, meaning an attack is highly likely.",
        "The current threat level for international terrorism in the UK is SEVERE.",
        "The threat to the UK (England, Wales, Scotland and Northern Ireland) from terrorism is severe.",
        "The&#160;current national&amp;nbsp;threat level is&amp;#160;SEVERE.",
        "&lt;p&gt;The current national threat level is &lt;strong&gt;SEVERE&lt;/strong&gt;.&lt;/p&gt;",
        "<![CDATA[<p>The current national threat level is <b>SEVERE</b></p><p>Stay alert</p>]]>",
        "<p>The current national threat level is <b>SEVERE</b>.</p>",
        "&lt;!-- national threat level is LOW --&gt;The current national threat level is SEVERE.",
        "&lt;!-- &lt;p&gt;The UK threat level is LOW&lt;/p&gt; --&gt;The UK threat level is SEVERE.",
        "Stay alert! The current national threat level is SEVERE.",
        "The national threat level is SEVERE and the threat to Northern Ireland is SUBSTANTIAL.",
    ],
)
def test_the_sentence_alone_is_read_in_old_and_new_wordings(sentence: str) -> None:
    assert national_of(described(sentence)) == "SEVERE"


@pytest.mark.parametrize("national", [level.name for level in ThreatLevel])
@pytest.mark.parametrize("northern_ireland", [level.name for level in ThreatLevel])
def test_the_two_levels_are_never_confused_in_any_order_of_the_sentences(national: str, northern_ireland: str) -> None:
    sentences = [NATIONAL.format(national), NORTHERN_IRELAND.format(northern_ireland), DEFINITIONS]
    expected = {Scope.NATIONAL: ThreatLevel[national], Scope.NORTHERN_IRELAND: ThreatLevel[northern_ireland]}

    for order in permutations(sentences):
        for separator in (" ", "&lt;br/&gt;", "\n"):
            assert levels_of(described(separator.join(order))) == expected


@pytest.mark.parametrize(
    "description",
    [
        "",
        NORTHERN_IRELAND.format("CRITICAL"),
        DEFINITIONS,
        f"{NORTHERN_IRELAND.format('SEVERE')} {DEFINITIONS}",
        "&lt;ul&gt;&lt;li&gt;CRITICAL: an attack is highly likely in the near future&lt;/li&gt;&lt;/ul&gt;",
        "If the national threat level is CRITICAL, stay indoors.",
        "There may be delays when there is an alert and the national threat level is CRITICAL.",
        "The threat level in Northern Ireland is SEVERE.",
        "The current Northern Ireland threat level is SEVERE.",
        "&lt;h3&gt;Northern Ireland&lt;/h3&gt;&lt;p&gt;Current threat level: SEVERE&lt;/p&gt;",
        "The threat to Great Britain from Northern Ireland-related terrorism is MODERATE.",
        "The national threat level is set by an independent body.",
        "The national threat level is no longer CRITICAL.",
        "Site maintenance. Back soon.",
    ],
)
def test_a_body_without_a_national_statement_is_unreadable(description: str) -> None:
    with pytest.raises(Unreadable, match="states no national level"):
        parse(described(description))


@pytest.mark.parametrize(
    ("title", "description", "reason"),
    [
        ("Current threat level: SEVERE", NATIONAL.format("CRITICAL"), "SEVERE and CRITICAL"),
        (NO_LEVEL, NATIONAL.format("LOW") + NATIONAL.format("SEVERE"), "LOW and SEVERE"),
        (NO_LEVEL, "The current national threat level is SEVERE or CRITICAL.", "more than one"),
        (NO_LEVEL, "The current national threat level is MODERATE/SEVERE.", "more than one"),
        ("Current threat level: EXTREME", NATIONAL.format("SEVERE"), "'EXTREME'"),
        ("Current threat level: extreme", "", "'extreme'"),
        ("Current threat level:", NATIONAL.format("SEVERE"), "''"),
        ("Current threat level: SEVERE CRITICAL", "", "'SEVERE CRITICAL'"),
        ("Current threat level: SEVERELY LOW", "", "'SEVERELY LOW'"),
        ("Current threat level: SEVERE", NATIONAL.format("EXTREME"), "'EXTREME'"),
        (f"Current threat level: {'X' * 500}", "", f"'{'X' * 40}'"),
    ],
)
def test_an_answer_that_is_not_one_of_the_five_levels_is_unreadable(title: str, description: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse(described(description, title))


def test_a_sentence_about_something_else_leaves_the_title_to_speak() -> None:
    body = described(f"The national threat level is under review. {DEFINITIONS}", "Current threat level: LOW")

    assert national_of(body) == "LOW"


def test_several_items_that_agree_are_read() -> None:
    assert national_of(two_items("SEVERE", "SEVERE")) == "SEVERE"


def test_several_items_that_disagree_are_unreadable() -> None:
    with pytest.raises(Unreadable, match="SEVERE and CRITICAL"):
        parse(two_items("CRITICAL", "SEVERE"))


def two_items(first: str, second: str) -> bytes:
    item = feed_xml(national=second).partition(b"<item>")[2].partition(b"</item>")[0]
    return feed_xml(national=first).replace(b"</channel>", b"<item>" + item + b"</item></channel>")


@pytest.mark.parametrize(
    "sentence",
    [
        NORTHERN_IRELAND.format("EXTREME"),
        NORTHERN_IRELAND.format("under review"),
        NORTHERN_IRELAND.format("LOW") + NORTHERN_IRELAND.format("SEVERE"),
        "The threat to Great Britain from Northern Ireland-related terrorism is MODERATE.",
    ],
)
def test_an_unclear_northern_ireland_level_is_left_out_and_said_so(sentence: str) -> None:
    reading = parse(described(f"{NATIONAL.format('SEVERE')} {sentence}"))

    assert reading.levels == {Scope.NATIONAL: ThreatLevel.SEVERE}
    assert reading.note == "The Northern Ireland level is not clear and was left out."


@pytest.mark.parametrize(
    "description",
    [
        NATIONAL.format("SEVERE"),
        "The threat to the UK (England, Wales, Scotland and Northern Ireland) from terrorism is SEVERE.",
    ],
)
def test_a_body_that_says_nothing_of_northern_ireland_needs_no_note(description: str) -> None:
    reading = parse(described(description))

    assert reading.levels == {Scope.NATIONAL: ThreatLevel.SEVERE}
    assert reading.note == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "The threat level in Northern Ireland is now LOW.",
        "The current Northern Ireland threat level remains at LOW.",
        "The threat from Northern Ireland-related terrorism in Northern Ireland is LOW.",
        "Threat to Northern Ireland from Northern Ireland\u2011related terrorism is &lt;b&gt;low&lt;/b&gt;.",
    ],
)
def test_the_northern_ireland_level_is_read_in_its_own_wordings(sentence: str) -> None:
    assert parse(described(sentence, "Current threat level: SEVERE")).levels == {
        Scope.NATIONAL: ThreatLevel.SEVERE,
        Scope.NORTHERN_IRELAND: ThreatLevel.LOW,
    }


def test_a_change_in_northern_ireland_alone_moves_the_stamp_and_not_the_national_level() -> None:
    before = parse(feed_xml("SUBSTANTIAL", "SEVERE", "Tuesday, March 28, 2023 -  10:31"))
    after = parse(feed_xml("SUBSTANTIAL", "SUBSTANTIAL", "Tuesday, March 05, 2024 -  02:52"))

    assert before.levels[Scope.NATIONAL] == after.levels[Scope.NATIONAL]
    assert before.levels[Scope.NORTHERN_IRELAND] != after.levels[Scope.NORTHERN_IRELAND]
    assert before.stamp != after.stamp


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("Tuesday, March 05, 2024 - 02:52", datetime(2024, 3, 5, 2, 52, tzinfo=UTC)),
        ("Thursday, April 30, 2026 - 06:09", datetime(2026, 4, 30, 5, 9, tzinfo=UTC)),
        ("Sunday, October 25, 2026 - 01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 02:52:25 +0000", datetime(2024, 3, 5, 2, 52, 25, tzinfo=UTC)),
        ("Thu, 30 Apr 2026 06:09:00 +0100", datetime(2026, 4, 30, 5, 9, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 02:52:25 -0000", datetime(2024, 3, 5, 2, 52, 25, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("Tuesday, March 05, 2024", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_stamp_is_read_in_london_time_or_in_the_zone_it_names(stamp: str, instant: datetime | None) -> None:
    assert stamped_at(stamp) == instant


@pytest.mark.parametrize(
    ("pub_date", "stamp"),
    [
        ("Tuesday, March 05, 2024 -  02:52", "Tuesday, March 05, 2024 - 02:52"),
        ("Tuesday, March 05, 2024 - 02:52", "Tuesday, March 05, 2024 - 02:52"),
        ("\n Tuesday,&#160;March 05, 2024 -\t02:52 ", "Tuesday, March 05, 2024 - 02:52"),
        ("x" * 500, "x" * 100),
    ],
)
def test_the_stamp_is_kept_with_single_spaces_and_bounded(pub_date: str, stamp: str) -> None:
    assert parse(feed_xml(stamp=pub_date)).stamp == stamp


def test_the_build_date_stands_in_for_a_missing_stamp() -> None:
    body = feed_xml().replace(b"<pubDate>Thursday, April 30, 2026 -  06:09</pubDate>", b"")

    reading = parse(body)

    assert reading.stamp == "Thu, 30 Apr 2026 05:09:00 +0000"
    assert reading.stamped_at == datetime(2026, 4, 30, 5, 9, tzinfo=UTC)


def test_a_body_without_any_date_is_still_read() -> None:
    reading = parse(b"<rss><channel><item><title>Threat level: LOW</title></item></channel></rss>")

    assert reading.levels == {Scope.NATIONAL: ThreatLevel.LOW}
    assert (reading.stamp, reading.stamped_at) == ("", None)


TEXT = feed_xml().decode()
DECLARED = '<?xml version="1.0" encoding="{}"?>\n'


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("latin-1"),
        (DECLARED.format("utf-8") + TEXT).encode("latin-1"),
        (DECLARED.format("utf-16") + TEXT).encode("utf-8"),
        (DECLARED.format("no-such-encoding") + TEXT).encode("utf-8"),
        (DECLARED.format("utf-8") + TEXT).encode("utf-16"),
        ("\r\n  " + DECLARED.format("utf-8") + TEXT).encode("utf-8"),
    ],
)
def test_the_encoding_is_told_by_the_bytes_and_not_by_the_declaration(body: bytes) -> None:
    assert national_of(body) == "SEVERE"


ENTITY_BOMB = (
    b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<rss><channel><item><title>Threat level: LOW</title><link>&b;</link></item></channel></rss>"
)
EXTERNAL_ENTITY = (
    b'<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    b"<rss><channel><item><title>Threat level: LOW</title><link>&secret;</link></item></channel></rss>"
)
HTML_PAGE = b"<!DOCTYPE html><html><head><title>Current threat level: LOW</title></head></html>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"error code: 520", "not whole XML"),
        (b"error code: 1022", "not whole XML"),
        (HTML_PAGE, "an HTML page"),
        (b"<html><head><title>Just a moment...</title></head></html>", "an HTML page"),
        (b"\n<?xml version='1.0'?><html><title>Current threat level: LOW</title></html>", "not an RSS feed"),
        (b"<rss version='2.0'></rss>", "not an RSS feed"),
        (b"<feed><channel><item><title>Threat level: LOW</title></item></channel></feed>", "not an RSS feed"),
        (b"<rss><channel></channel></rss>", "states no national level"),
        (feed_xml()[:-20], "not whole XML"),
        (feed_xml()[:300], "not whole XML"),
        (feed_xml() + b"<p>", "not whole XML"),
        (feed_xml().replace(b"SEVERE", b"SEV\0ERE"), "'SEV\ufffdERE'"),
        (ENTITY_BOMB, "document type or entities"),
        (EXTERNAL_ENTITY, "document type or entities"),
        (described(f"&amp;#{'9' * 5000};"), "character reference"),
        (b"<a>" * 20_000, "not whole XML"),
        (b"<rss>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</rss>", "not an RSS feed"),
    ],
)
def test_a_body_that_is_not_the_feed_is_unreadable_and_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        parse(body)


@given(st.binary(max_size=2000))
def test_any_bytes_are_unreadable_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(body)


@given(st.integers(0, len(feed_xml()) - 1), st.binary(max_size=8))
def test_a_damaged_feed_gives_its_own_level_or_is_unreadable(place: int, damage: bytes) -> None:
    body = feed_xml()
    with suppress(Unreadable):
        assert national_of(body[:place] + damage + body[place + len(damage) :]) == "SEVERE"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<>&"), max_size=200))
def test_any_description_leaves_the_title_standing_or_is_unreadable(description: str) -> None:
    with suppress(Unreadable):
        assert national_of(described(description, "Current threat level: SEVERE")) == "SEVERE"


@given(st.text(max_size=120))
def test_any_stamp_gives_an_aware_instant_or_none(stamp: str) -> None:
    instant = stamped_at(stamp)

    assert instant is None or instant.tzinfo is UTC


SENTENCES = st.lists(
    st.sampled_from([DEFINITIONS, NORTHERN_IRELAND.format("LOW"), "Be alert.", "MI5 sets the level for the UK."]),
    max_size=4,
)


@given(SENTENCES, SENTENCES, st.sampled_from(ThreatLevel))
def test_the_national_sentence_is_found_wherever_it_stands(
    before: list[str], after: list[str], national: ThreatLevel
) -> None:
    description = " ".join([*before, NATIONAL.format(national.name), *after])

    assert parse(described(description)).levels[Scope.NATIONAL] == national

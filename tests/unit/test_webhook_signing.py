"""Signatures, proven against the reference library and the specification's own example."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from service.webhooks.signing import PREFIX, new_secret, signature, signed_headers

BODY = b'{"type": "threat_level.changed"}'


def test_the_published_example_has_the_published_signature() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.text("abcdefgh0123456789_", min_size=1), st.text())
def test_the_reference_library_signs_alike(key: bytes, event_id: str, text: str) -> None:
    secret = PREFIX + base64.b64encode(key).decode()
    at = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    reference = Webhook(secret).sign(event_id, at, text.encode("utf-8", "ignore").decode())
    assert signature(secret, event_id, at, text.encode("utf-8", "ignore")) == reference


def test_the_reference_library_accepts_each_of_several_secrets() -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers([new, old], "evt_1", datetime.now(UTC), BODY)
    for secret in (old, new):
        Webhook(secret).verify(BODY.decode(), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY.decode(), headers)


def test_a_changed_body_is_not_accepted() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify("{}", signed_headers([secret], "evt_1", datetime.now(UTC), BODY))


def test_the_zone_of_an_instant_makes_no_difference() -> None:
    secret, now, summer = new_secret(), datetime.now(UTC), timezone(timedelta(hours=1))
    assert signature(secret, "evt_1", now, BODY) == signature(secret, "evt_1", now.astimezone(summer), BODY)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        signature(new_secret(), "evt_1", datetime(2026, 7, 1, 12, 30), BODY)


def test_secrets_are_long_and_never_alike() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}

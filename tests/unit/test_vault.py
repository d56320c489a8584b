"""Secrets at rest."""

from __future__ import annotations

import pytest

from service.errors import Permanent
from service.webhooks.vault import Vault

OLD, NEW = "an old key of thirty-two letters!", "a new key of thirty-two letters!!"


def test_what_is_sealed_opens_again_and_does_not_show() -> None:
    sealed = Vault([NEW]).seal("whsec_abc")
    assert "abc" not in sealed
    assert Vault([NEW]).open(sealed) == "whsec_abc"


def test_the_first_key_seals_and_every_key_opens() -> None:
    of_old = Vault([OLD]).seal("whsec_abc")
    both = Vault([NEW, OLD])
    assert both.open(of_old) == "whsec_abc"
    assert Vault([NEW]).open(both.seal("whsec_def")) == "whsec_def"
    assert Vault([NEW]).open(both.reseal(of_old)) == "whsec_abc"


def test_what_another_key_sealed_does_not_open() -> None:
    with pytest.raises(Permanent, match="OPQ_SECRET_KEY"):
        Vault([NEW]).open(Vault([OLD]).seal("whsec_abc"))


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "short"]])
def test_no_key_or_a_short_one_is_refused(keys: list[str]) -> None:
    with pytest.raises(Permanent, match="32 characters"):
        Vault(keys)

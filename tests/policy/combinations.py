"""Every combination of the facts that the default rulebook reads, for the tests that go through them all."""

from itertools import product

from rules.facts import domain
from rules.rulebook import ESTATE_RESPONSE, load_rulebook

FACTS = (
    "threat.national", "threat.police_sector", "threat.force", "threat.premises",
    "premises.minimum_response_level", "override.raise", "override.hold", "override.lower",
)  # fmt: skip
NATIONAL = ("not_set", "LOW", "MODERATE", "SUBSTANTIAL", "SEVERE", "CRITICAL")
HOW_MANY = 248_832
BOOK = load_rulebook(ESTATE_RESPONSE)


def combinations(national):
    """Every combination of values, in the order of FACTS, in which the national level is ``national``."""
    return product([national], *(domain(fact) for fact in FACTS[1:]))

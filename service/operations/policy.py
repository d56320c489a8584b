"""The policy that this process has loaded, and the adoption by which it takes force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contingency_plans.plan import OP_QUANTITY, Option, Plan, load_plan, load_plans, parse_plan
from rules.evaluation import EngineName, Evaluation, EvaluatorsDifferError
from rules.levels import Scope
from rules.limits import LimitError
from rules.rulebook import ESTATE_RESPONSE, Rulebook, load_rulebook
from service.config import Settings
from service.errors import Permanent
from service.store import adoption
from service.store.transactions import Reader

PLAN = "op-quantity"


@dataclass(frozen=True)
class Policy:
    """A rulebook and a plan with their evaluators, checked and ready. Read-only; safe to share among threads."""

    rulebook: Rulebook
    plan: Plan
    levels: Evaluation
    options: Evaluation

    @property
    def facts_read(self) -> frozenset[str]:
        """The facts that rules and options look at."""
        return self.rulebook.facts_read | self.plan.facts_read

    def reads(self, scope: Scope) -> bool:
        """Whether any rule or option looks at the threat level of ``scope``."""
        return f"threat.{scope.value}" in self.facts_read


def load_rulebook_in_use(settings: Settings) -> Rulebook:
    """The rulebook that the settings name. Raises PolicyError naming file, line and mistake."""
    return load_rulebook(settings.rulebook or ESTATE_RESPONSE)


def load_plan_in_use(settings: Settings) -> Plan:
    """The Op Quantity plan that the settings name. Raises PolicyError, or Permanent where its folder has none."""
    if settings.plans_dir is None:
        return load_plan(OP_QUANTITY)
    plans = load_plans(settings.plans_dir)
    if PLAN not in plans:
        raise Permanent(f"OPQ_PLANS_DIR: no file in {settings.plans_dir} holds the plan {PLAN}; put yours there")
    return plans[PLAN]


def load_policy(settings: Settings) -> Policy:
    """The policy that the settings name. Raises PolicyError naming file, line and mistake, or Permanent."""
    return make_policy(load_rulebook_in_use(settings), load_plan_in_use(settings), settings.engine)


def make_policy(rulebook: Rulebook, plan: Plan, engine: EngineName) -> Policy:
    """The policy of this rulebook and plan, decided by ``engine`` (durable or reference).

    Raises Permanent when the engine cannot take it, or answers a sample of it wrongly.
    """
    try:
        return Policy(
            rulebook, plan, Evaluation(rulebook.conditions, engine=engine), Evaluation(plan.conditions, engine=engine)
        )
    except (EvaluatorsDifferError, LimitError) as error:
        message = f"the rules engine cannot be used with this policy; start with OPQ_ENGINE=reference: {error}"
        raise Permanent(message) from error


def adopted(reader: Reader, policy: Policy) -> int:
    """The id of the adoption in force. Raises Permanent when it is not of the policy that this process loaded."""
    present = adoption.present(reader)
    if present is None or (present["rulebook"], present["plan"]) != (policy.rulebook.sha256, policy.plan.sha256):
        raise Permanent("the policy in force in the store is not the one loaded here; run opq init and start again")
    return int(present["id"])


def plan_of(reader: Reader, policy: Policy, sha256: str) -> Plan:
    """The plan with this digest: the one in force, or a former one as it was kept."""
    if sha256 == policy.plan.sha256:
        return policy.plan
    return _former_plan(sha256, adoption.text(reader, sha256))


def reversing_option(reader: Reader, policy: Policy, plan: Plan, option_id: str) -> Option:
    """The option with its reverse step, as ``plan`` has it, or else the newest former plan that does.

    Work done under one plan may have to be undone under a later one that no longer knows it. Raises KeyError when no
    plan ever had such an option.
    """
    for candidate in (plan, *(plan_of(reader, policy, sha256) for sha256 in adoption.plans(reader))):
        if option_id in candidate.conditions and candidate.option(option_id).reverse:
            return candidate.option(option_id)
    raise KeyError(option_id)


_former_plans: dict[str, Plan] = {}


def _former_plan(sha256: str, text: str) -> Plan:
    if sha256 not in _former_plans:
        _former_plans[sha256] = parse_plan(text, f"plan {sha256[:12]}")
    return _former_plans[sha256]


def describe(policy: Policy) -> Mapping[str, object]:
    """Which rulebook and plan, by version and digest, for answers and records."""
    return {
        "rulebook": {"id": policy.rulebook.id, "version": policy.rulebook.version, "sha256": policy.rulebook.sha256},
        "plan": {"id": policy.plan.id, "version": policy.plan.version, "sha256": policy.plan.sha256},
    }

"""What changed between two versions of a plan."""

from contingency_plans.option import Option
from contingency_plans.plan import OP_QUANTITY, load_plan, parse_plan
from rules.differences import differences

PLAN = load_plan(OP_QUANTITY)


def edited(old: str, new: str) -> tuple[Option, ...]:
    assert old in PLAN.text
    return parse_plan(PLAN.text.replace(old, new, 1), "edited.yaml").options


def test_a_plan_differs_in_nothing_from_itself() -> None:
    found = differences(PLAN.options, PLAN.options)
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_an_option_under_another_id_is_one_removed_and_one_added() -> None:
    found = differences(PLAN.options, edited("- id: C07", "- id: C99"))
    assert [option.id for option in found.added] == ["C99"]
    assert [option.id for option in found.removed] == ["C07"]
    assert found.changed == ()


def test_a_changed_option_names_the_fields_that_differ_with_both_versions() -> None:
    (change,) = differences(
        PLAN.options, edited("Close the entrances and exits that you can do", "Shut doors that you can do")
    ).changed
    assert change.fields == ("text",)
    assert change.old.text.startswith("Close the entrances")
    assert change.new.text.startswith("Shut doors")

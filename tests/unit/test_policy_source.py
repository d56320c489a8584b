import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.source import MAX_CHARACTERS, PolicyError, YamlMapping, line_of, read_yaml


def test_values_keep_their_yaml_1_2_types_and_dates_stay_text():
    assert dict(read_yaml("a: yes\nb: true\nc: 0.5\nd: 2026-11-21\ne: no\nf: 7\n", "f.yaml")) == {
        "a": "yes", "b": True, "c": 0.5, "d": "2026-11-21", "e": "no", "f": 7,
    }  # fmt: skip


def test_only_what_is_written_plainly_is_a_number_or_a_truth_value():
    text = "a: '7'\nb: \"true\"\nc: |-\n  0.5\nd: -1_000\ne: 0x10\nf: 12:30\ng: null\nh:\n"
    assert dict(read_yaml(text, "f.yaml")) == {
        "a": "7", "b": "true", "c": "0.5", "d": "-1_000", "e": "0x10", "f": "12:30", "g": None, "h": None,
    }  # fmt: skip


def test_a_number_too_long_to_count_with_is_a_decimal():
    assert dict(read_yaml(f"a: {'9' * 18}\nb: 1{'0' * 18}\nc: {'9' * 5000}\n", "f.yaml")) == {
        "a": 10**18 - 1, "b": 1e18, "c": float("inf"),
    }  # fmt: skip


def test_a_byte_order_mark_is_no_mistake():
    assert dict(read_yaml("\ufeffa: 1\n", "f.yaml")) == {"a": 1}


def test_the_line_of_a_key_of_an_entry_and_of_the_node_itself_are_known():
    node = read_yaml("a: 1\nb:\n  - x: 1\n  - y: 2\n", "f.yaml")
    assert line_of(node, "b") == 2
    assert line_of(node["b"], 1) == 4
    assert line_of(node["b"][1], "absent") == 4
    assert line_of({"a": 1}, "a") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", r"f\.yaml:2: 'a' is given twice"),
        ("a: {b: 1, b: 2}\n", r"f\.yaml:1: 'b' is given twice"),
        ("a: &x [1]\nb: 2\n", r"f\.yaml:1: anchors"),
        ("a: [1\n", r"f\.yaml:2: this is not YAML"),
        ("a: !!python/object:os.system x\n", r"f\.yaml:1: tags are not used"),
        ("%YAML 1.1\n---\na: yes\n", r"f\.yaml:1: directives"),
        ("a: 1\n---\nb: 2\n", r"f\.yaml:2: this is not YAML"),
        ("a: 1\n? [b]\n: 2\n", r"f\.yaml:2: a key is one word"),
        ("a: 1\nb: \x00\n", r"f\.yaml:2: the character '\\x00'"),
        ("- 1\n", r"f\.yaml:1: a policy file is a mapping"),
        ("", r"f\.yaml:1: a policy file is a mapping"),
        ("a: " + "[" * 100_000, r"f\.yaml:1: more than 12 levels"),
        ("a: " + "x" * MAX_CHARACTERS, r"f\.yaml: the file is longer"),
    ],
)
def test_what_is_not_one_plain_mapping_is_refused_with_its_line(text, message):
    with pytest.raises(PolicyError, match=message):
        read_yaml(text, "f.yaml")


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(PolicyError, match=r"^f\.yaml:1: anchors"):
        read_yaml(bomb, "f.yaml")


def told(text):
    """What comes of reading ``text``: the mapping, or the mistake."""
    try:
        return read_yaml(text, "f.yaml")
    except PolicyError as mistake:
        return mistake


@given(st.text())
def test_any_text_gives_a_mapping_or_a_policy_error(text):
    assert isinstance(told(text), YamlMapping | PolicyError)


@given(st.text("abk&*!|>{}[]:,-# \n%'\"?~0.", max_size=40))
def test_text_that_looks_like_yaml_gives_a_mapping_or_a_policy_error(text):
    assert isinstance(told(f"k: {text}\n"), YamlMapping | PolicyError)

"""Reading policy files: YAML 1.2 in, plain mappings out, every mistake told with its file and line.

libyaml reads the text, some twenty times quicker than a reader in Python does. What a word means is decided here, by
the core schema of YAML 1.2 (section 10.3.2), in which ``yes``, ``no`` and dates are text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
)
from yaml.nodes import Node, ScalarNode, SequenceNode

MAX_CHARACTERS = 250_000
MAX_DEPTH = 12

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's; where PyYAML was built without it, its twin in Python."""
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class PolicyError(Exception):
    """A mistake in a policy file: ``file``, ``line`` (from 1; None for the whole file) and ``message``."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


class YamlMapping(dict[Any, Any]):
    """A mapping of a policy file: ``line`` (from 1) is where it begins, ``lines`` has that of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[object, int] = {}


class YamlList(list[Any]):
    """A list of a policy file: ``line`` (from 1) is where it begins, ``lines`` has that of each position."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[object, int] = {}


class _NotPlainError(Exception):
    """YAML that is right, and more than a policy file needs; ``line`` is where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_text(path: Path) -> str:
    """The text of a policy file, byte for byte. Raises PolicyError when it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(path.name, None, f"the file cannot be read: {error}") from error


def read_yaml(text: str, file: str) -> YamlMapping:
    """The mapping that ``text`` holds; ``file`` is the name for messages.

    Dates stay text (see ``Fields.date``). Raises PolicyError for anything that is not one plain YAML mapping:
    repeated keys, anchors, aliases, tags, nesting past MAX_DEPTH levels, more than MAX_CHARACTERS characters.
    """
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(file, None, f"the file is longer than {MAX_CHARACTERS} characters; split it")
    strange = _NOT_TEXT.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise PolicyError(file, line, f"the character {strange[0]!r} is not allowed here")
    try:
        document = _document(text.removeprefix("\ufeff"))
    except _NotPlainError as error:
        raise PolicyError(file, error.line, str(error)) from error
    except yaml.MarkedYAMLError as error:
        line = _line(error.problem_mark or error.context_mark)
        raise PolicyError(file, line, f"this is not YAML: {error.problem or error.context}") from error
    if not isinstance(document, YamlMapping):
        raise PolicyError(file, 1, "a policy file is a mapping of keys to values")
    return document


def line_of(node: object, key: object) -> int | None:
    """The line (from 1) of ``key`` in a mapping, or of a position in a list; the node's own for other keys.

    None when the node did not come from a file.
    """
    return node.lines.get(key, node.line) if isinstance(node, YamlMapping | YamlList) else None


def _document(text: str) -> object:
    # Nothing is built before all of it is known to be plain: nested deeply enough, it would exhaust the stack.
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        reason = _not_plain(event, depth)
        if reason:
            raise _NotPlainError(reason, _line(event.start_mark))
    root = yaml.compose(text, Loader=_LOADER)
    return None if root is None else _value(root)


def _not_plain(event: Event, depth: int) -> str | None:
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
        return "anchors (&) and aliases (*) are not used here; write the value out"
    tag = getattr(event, "tag", None)
    if tag is not None:
        return f"tags are not used here; remove {tag}"
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return "directives (%) are not used here; remove them"
    if depth > MAX_DEPTH:
        return f"more than {MAX_DEPTH} levels are nested here"
    return None


def _value(node: Node) -> object:
    if isinstance(node, ScalarNode):
        return _scalar(node)
    return _list(node) if isinstance(node, SequenceNode) else _mapping(node)


def _list(node: Node) -> YamlList:
    found = YamlList(_line(node.start_mark))
    for entry in node.value:
        found.lines[len(found)] = _line(entry.start_mark)
        found.append(_value(entry))
    return found


def _mapping(node: Node) -> YamlMapping:
    found = YamlMapping(_line(node.start_mark))
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        if not isinstance(key_node, ScalarNode):
            raise _NotPlainError("a key is one word here, not a list or a mapping", line)
        key = _scalar(key_node)
        if key in found:
            raise _NotPlainError(f"{key!r} is given twice", line)
        found.lines[key] = line
        found[key] = _value(value_node)
    return found


def _scalar(node: ScalarNode) -> object:
    text: str = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _line(mark: Any) -> int:
    return int(mark.line) + 1

"""The words of a PDF that fpdf2 wrote, sheet by sheet: enough of the format to read our own documents."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"<<(?P<head>(?:(?!>>\nstream).)*)>>\nstream\n(?P<body>.*?)\nendstream", re.DOTALL)
_OBJECT = re.compile(rb"(?m)^(?P<id>\d+) 0 obj\n(?P<body>.*?)\nendobj", re.DOTALL)
_SHOWN = re.compile(r"/F(?P<font>\d+) [\d.]+ Tf|\((?P<text>(?:[^()\\]|\\.)*)\) Tj", re.DOTALL)
_PAIR = re.compile(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def sheets_of(pdf: bytes) -> list[str]:
    """The text of each sheet, in the order in which it was written, pieces with a line end between them."""
    objects = {int(found["id"]): found["body"] for found in _OBJECT.finditer(pdf)}
    fonts = _fonts(objects)
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    contents = [int(found[1]) for page in pages if (found := re.search(rb"/Contents (\d+) 0 R", page))]
    return [_words(_stream(objects[number]).decode("latin-1"), fonts) for number in contents]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None, body[:200]
    return zlib.decompress(found["body"]) if b"FlateDecode" in found["head"] else found["body"]


def _fonts(objects: dict[int, bytes]) -> dict[str, dict[int, str]]:
    named = dict(pair for body in objects.values() for pair in re.findall(rb"/F(\d+) (\d+) 0 R", body))
    fonts = {}
    for name, number in named.items():
        unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        assert unicode is not None
        pairs = _PAIR.findall(_stream(objects[int(unicode[1])]).decode("ascii"))
        fonts[name.decode()] = {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
    return fonts


def _words(stream: str, fonts: dict[str, dict[int, str]]) -> str:
    font: dict[int, str] = {}
    pieces = []
    for found in _SHOWN.finditer(stream):
        if found["font"]:
            font = fonts[found["font"]]
            continue
        raw = _ESCAPE.sub(lambda escape: {"n": "\n", "r": "\r"}.get(escape[1], escape[1]), found["text"])
        codes = raw.encode("latin-1")
        pieces.append("".join(font[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)))
    return "\n".join(pieces)

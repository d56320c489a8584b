"""The timeline as steps to draw: plain figures, which the template writes as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.levels import ResponseLevel, ThreatLevel
from service.clock import parse_rfc3339

WIDTH, HEIGHT, LEFT = 800, 200, 150
"""Of the chart and of the room for the names of levels, in units of the drawing."""

_BAND = HEIGHT / len(ThreatLevel)


def chart(timeline: Mapping[str, Any]) -> dict[str, Any]:
    """``bands`` (name and height of each threat level), ``line`` (points of its steps) and ``bars``: for each change
    a stack of rectangles, one for each response level, as tall as its share of the premises."""
    items = timeline["items"]
    edges = _edges([parse_rfc3339(item["at"]).timestamp() for item in items], timeline["until"])
    points, bars = [], []
    for item, start, end in zip(items, edges, edges[1:], strict=False):
        height = _height(item["level"])
        points += [f"{start:.0f},{height:.0f}", f"{end:.0f},{height:.0f}"]
        bars.append({"x": start, "width": max(1, end - start - 2), "parts": _parts(item["response_levels"])})
    bands = [{"name": level.name, "y": _height(level.name)} for level in ThreatLevel]
    return {"width": WIDTH, "height": HEIGHT, "left": LEFT, "bands": bands, "line": " ".join(points), "bars": bars}


def _edges(instants: list[float], until: str) -> list[float]:
    """Where each change begins, with at least a tenth of an even share for each, so that none is too thin to see."""
    if not instants:
        return []
    end = parse_rfc3339(until).timestamp()
    lengths = [later - at for at, later in zip(instants, [*instants[1:], end], strict=True)]
    least = sum(lengths) / len(lengths) / 2
    weighed = [max(length, least, 1.0) for length in lengths]
    room, edges = (WIDTH - LEFT) / sum(weighed), [float(LEFT)]
    for length in weighed:
        edges.append(edges[-1] + length * room)
    return edges


def _height(level: str) -> float:
    place = ThreatLevel[level].value if level in ThreatLevel.__members__ else 0
    return HEIGHT - _BAND * (place - 0.5)


def _parts(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    total, y, parts = sum(counts.values()) or 1, 0.0, []
    for level in reversed(ResponseLevel):
        height = 60 * counts[level.name] / total
        parts.append({"level": level.name, "y": y, "height": height})
        y += height
    return parts

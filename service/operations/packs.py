"""The paper of every premises, kept in a folder for the hour when nothing works: a job of the worker.

The folder is the operator's own, and so is who may read it: restricted premises are in it too. ``manifest.json`` says
of each pack what it was made from and the SHA-256 of its files. It is all the memory there is: without it everything is
made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import structlog

from service.clock import rfc3339
from service.operations import printing
from service.operations.context import Context
from service.operations.occurrences import LONDON
from service.operations.people import SYSTEM
from service.paper.pdf import pack_pdf
from service.paper.plain import pack_text
from service.store import packs as table

SECONDS = 6.0
"""After so long a run of the job begins no further go; the next run continues. It stays within the lease of a job."""

BATCH = 5
"""Packs written in one go, from one snapshot, after which the manifest tells of them."""

MANIFEST = "manifest.json"
_KINDS = ("pdf", "txt")

Manifest = dict[str, dict[str, Any]]
"""By premises: ``lists`` and ``day`` it was made from, ``written_at``, and ``files`` with their digests."""


def write_packs(context: Context) -> int:
    """Write the packs that are due, as many as SECONDS allow; gives how many. Safe to repeat.

    Due is what changed, and after midnight (London) every pack, since what recurs is open anew. What changed goes
    first. The packs of premises that were closed are removed. Does nothing without ``OPQ_PACKS_DIR``.
    """
    folder = context.settings.packs_dir
    if folder is None:
        return 0
    ends = monotonic() + SECONDS
    written = last = _write_some(context, folder)
    while last == BATCH and monotonic() < ends:
        last = _write_some(context, folder)
        written += last
    if written:
        structlog.get_logger().info("packs written", written=written)
    return written


def _write_some(context: Context, folder: Path) -> int:
    manifest = _read(folder)
    with context.store.one_snapshot(), context.store.read() as reader:
        day = f"{reader.now.astimezone(LONDON):%Y-%m-%d}"
        present = {premises: {"lists": lists, "day": day} for premises, lists in table.stamps(reader).items()}
        due = _due(manifest, present)
        packs = {premises: printing.pack(context, SYSTEM, premises) for premises in due}
        written_at = rfc3339(reader.now)
    gone = manifest.keys() - present.keys()
    _remove(folder, gone)
    manifest = {premises: entry for premises, entry in manifest.items() if premises not in gone}
    for premises, pack in packs.items():
        files = _write(folder, premises, pack)
        manifest[premises] = {**present[premises], "written_at": written_at, "files": files}
    if due or gone:
        _replace(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    return len(due)


def _due(manifest: Manifest, present: Mapping[str, Mapping[str, str]]) -> list[str]:
    changed, older = list[str](), list[str]()
    for premises, made_from in present.items():
        known = manifest.get(premises, {})
        if known.get("lists") != made_from["lists"]:
            changed.append(premises)
        elif known["day"] != made_from["day"]:
            older.append(premises)
    return (changed + older)[:BATCH]


def _read(folder: Path) -> Manifest:
    try:
        found: Manifest = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _write(folder: Path, premises: str, pack: Mapping[str, Any]) -> dict[str, str]:
    contents = (pack_pdf(pack), "\n".join((*pack_text(pack), "")).encode())
    names = (f"{premises}.{kind}" for kind in _KINDS)
    return {name: _replace(folder / name, content) for name, content in zip(names, contents, strict=True)}


def _replace(path: Path, content: bytes) -> str:
    """Put ``content`` in place of a file, at once and for good; gives its SHA-256."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(path)
    return hashlib.sha256(content).hexdigest()


def _remove(folder: Path, gone: Collection[str]) -> None:
    for premises in gone:
        for kind in _KINDS:
            (folder / f"{premises}.{kind}").unlink(missing_ok=True)

"""``opq pack``: the paper of a premises as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from service.cli.session import Session, acting
from service.errors import Invalid
from service.operations import printing
from service.paper.pdf import pack_pdf


@click.command()
@click.argument("premises_id", metavar="PREMISES")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The PDF file to write.")
@acting("checklists.read")
def pack(session: Session, /, premises_id: str, out: Path) -> None:
    """Write the poster and the lists of PREMISES, with the codes for keying in, as PDF."""
    try:
        out.write_bytes(pack_pdf(printing.pack(session.context, session.principal, premises_id)))
    except OSError as error:
        raise Invalid(f"--out: {out} cannot be written ({error.strerror})") from error
    session.show({"premises_id": premises_id, "file": str(out)}, _written)


def _written(answer: dict[str, Any]) -> list[str]:
    return [f"The pack of {answer['premises_id']} is in {answer['file']}."]

"""Files of others are those that were looked at, and no page names a foreign host or what is for gov.uk alone."""

from __future__ import annotations

import hashlib
import re

from tests.repository.tree import ROOT

WEB = ROOT / "service" / "web"
VENDORED = WEB / "static" / "vendor"
GOV_UK_ALONE = re.compile(r"gds[- ]?transport|govuk-crest|crown copyright|royal-arms", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:href|src|action|url\(|import|from)\s*[=(]?\s*["']?\s*(?:https?:)?//(?!www\.w3\.org/)""")


def texts() -> dict[str, str]:
    paths = [path for folder in ("templates", "static") for path in (WEB / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(WEB)): path.read_text(encoding="utf-8") for path in sorted(paths)}


def test_vendored_files_are_those_that_were_looked_at() -> None:
    told = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDORED / "README.md").read_text(), re.MULTILINE)
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDORED.iterdir()
        if path.suffix in (".css", ".js")
    }
    assert {name: digest for digest, name in told} == present


def test_no_page_nor_static_file_names_a_foreign_host() -> None:
    found = texts()
    assert {"templates/layout.html", "static/opq.css", "static/vendor/govuk-frontend.min.css"} <= set(found)
    assert [name for name, text in found.items() if FOREIGN.search(text)] == []


def test_no_page_nor_static_file_holds_what_is_for_gov_uk_alone() -> None:
    # The licence and the notes beside the files say in words what was taken out.
    pages = {name: text for name, text in texts().items() if not name.endswith((".md", ".txt"))}
    assert [name for name, text in pages.items() if GOV_UK_ALONE.search(text)] == []


def test_the_search_for_foreign_hosts_finds_them() -> None:
    for text in ('<script src="https://x.example/a.js">', "@import '//x.example/a.css'", "url(http://x.example/a.png)"):
        assert FOREIGN.search(text), text
    assert not FOREIGN.search('<svg xmlns="http://www.w3.org/2000/svg"><a href="/help">')

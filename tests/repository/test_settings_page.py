from __future__ import annotations

import re

from service.config import Settings, settings_page, variable
from tests.repository.tree import ROOT

PAGE = ROOT / "docs" / "settings.md"


def test_the_page_of_settings_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run make docs"


def test_every_setting_says_in_a_sentence_what_it_does() -> None:
    mute = [
        variable(field) for field, info in Settings.model_fields.items() if not (info.description or "").endswith(".")
    ]
    assert mute == []


def test_the_documents_name_only_settings_that_exist() -> None:
    known = {variable(field) for field in Settings.model_fields}
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    named = {name for page in pages for name in re.findall(r"\bOPQ_[A-Z_]+\b", page.read_text("utf-8"))}
    assert named - known == set()

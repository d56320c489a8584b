"""Pictures of pages, small enough to keep beside the documentation."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

LARGEST = 150_000
"""Bytes of a picture."""


class Camera:
    """Takes pictures into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Keep what the window shows, or the ``whole`` page, as ``name``.png."""
        file = self.folder / f"{name}.png"
        page.screenshot(path=file, full_page=whole, animations="disabled", caret="hide")
        assert file.stat().st_size < LARGEST, f"{name}: {file.stat().st_size} bytes"

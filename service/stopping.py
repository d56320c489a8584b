"""Whether this process was told to stop. Who waits for something to happen waits no longer then."""

from __future__ import annotations

from threading import Event

stopping = Event()
"""Set by the web server when it is told to stop."""

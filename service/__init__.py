"""Doing it for real people: the operations, their store, and the ways in and out.

``operations`` holds one plain function per use case; ``store`` is the only place that knows SQL; ``feeds`` reads
sources; ``api`` and ``cli`` are thin ways in; ``app``, ``worker`` and ``cli`` are where things are wired together.
"""

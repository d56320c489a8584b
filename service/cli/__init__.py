"""The command line: one small module per group of commands. Thin: parse, authorise, call one operation, show.

``root`` puts the groups together; ``session`` says as whom a command acts; ``show`` is the two ways to answer, JSON for
programs and sentences and tables for people. Nothing here decides anything, and nothing imports it.
"""

from service.cli.root import main

__all__ = ["main"]

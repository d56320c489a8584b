"""The JSON API under ``/api/v1``: parse, authorise, call one operation, answer.

What lives here: the routes (one module for each part of the contract), the shapes of what goes in and out
(``shapes``), and what all routes share: who is calling (``auth``, ``caller``), what a route promises (``contract``),
how errors look (``problems``). What may not: SQL, deciding, any rule about who may see what; that is ``operations``.
"""

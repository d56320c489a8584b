"""Data to try the product with; nothing in it is needed to run it.

``estate.csv``: a register of forty premises, all of it invented: places, districts, people, levels and what
each has. The postcode area ZZ does not exist, the telephone numbers are those that Ofcom keeps for
drama, and nothing is taken from a real police station.

``history_national.csv``: the national threat level of the United Kingdom from its first publication in 2006
to 2026 (until July 2019 the level for international terrorism). ``history_police_sector.csv``: the levels of
the police sector that became public; when the first began is not known, so it is dated by the national rise
that it did not follow. Both are for ``opq replay``. Their columns are ``effective_at`` (a date, or a UTC
instant where the hour is known), ``scope``, ``level``, ``note`` and ``source`` (who reported it).
"""

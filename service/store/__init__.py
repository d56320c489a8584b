"""The memory: tables, migrations, transactions and queries. The only place that imports SQLAlchemy.

Two ways in: ``Store.read()`` gives a snapshot that cannot write, ``Store.write()`` one operation's transaction, which
commits its rows, its audit entry and its events together. Each module here owns the queries of the tables it is
named after. Nothing here decides anything, and nothing here imports ``operations``.
"""

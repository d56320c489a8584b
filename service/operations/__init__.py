"""What can be done, one plain function per use case.

An operation takes the context, the principal who acts and plain data, does its work in one transaction, and gives
plain data back. Nothing here knows of HTTP, terminals or SQL. Whether a role may call an operation at all is checked
at the edge by the permission it names (``access``); whether this person may do it to this premises is checked here.
"""

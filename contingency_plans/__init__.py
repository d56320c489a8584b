"""What to do: contingency plans as dated data, and the one loader that checks them.

A plan says which options exist, for whom, from which response level and by when. Nothing here may know of
databases, the network or the clock, or import ``service``; it speaks in the words of ``rules``.
"""

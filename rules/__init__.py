"""What should happen: facts in, decision out.

Here live the levels, the vocabulary of facts, the rulebooks (YAML with their cases), and the two evaluators
that read them. Nothing here may know of Flask, databases, the network or the clock, or import ``service``.
"""

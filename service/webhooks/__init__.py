"""Telling others by HTTP: signing (Standard Webhooks 1.0), sealed secrets, safe connections, the retry schedule.

What may not live here: which event goes to whom, and any state. That is ``operations``, which calls this.
"""

"""Use cases of order lines and returns, for every caller: the API, a command or a worker.

Every call runs inside a session of the store and uses no network; permissions of callers are
checked here.
"""

"""What is done with order lines and returns, whoever asks: the API, a command or a worker.

Every call runs inside a session of the store; no network is touched, and rights are checked here.
"""

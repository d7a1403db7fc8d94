"""Makes the ids of what is kept."""

import secrets


def new_id() -> str:
    """An id that cannot be guessed, 128 random bits, and that no command takes for an option."""
    return secrets.token_hex(16)

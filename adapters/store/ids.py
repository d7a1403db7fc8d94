"""Makes the ids of records."""

import secrets


def new_id() -> str:
    """An unguessable id of 128 random bits, in hex, so that no command takes it for an option."""
    return secrets.token_hex(16)

"""What is wrong with how a broken input was taken."""

from __future__ import annotations

import re
from pathlib import Path

_CHECKOUT = Path(__file__).parents[3]
OURS = re.compile(
    r"<class|NoneType|[a-z]Error\b|Traceback|object at 0x|\.py\b|Decimal\(|\[Errno"
    r"|sys\.|\bSELECT\b|\bINSERT\b|sqlite|/home/|/root/|/tmp/|" + re.escape(f"{_CHECKOUT}/")
)
"""What belongs to Python, a database or this machine, and never to a sentence."""
QUOTED = re.compile(r"`[^`]*`")


class Complaint(Exception):
    """What is not as it must be, in a sentence."""


def check_sentence(said: str) -> None:
    """A sentence of ours that a person can be shown; what it quotes is the caller's."""
    check_text(said)
    bare = QUOTED.sub("", said)
    if said[-1] not in ".?!" or OURS.search(bare) or "None" in bare or len(said) > 1_000:
        raise Complaint(f"not a clear sentence: {said[:300]!r}")


def check_text(said: str) -> None:
    """Something is said, and it can be sent."""
    said.encode()
    if not said.strip():
        raise Complaint("nothing is said")

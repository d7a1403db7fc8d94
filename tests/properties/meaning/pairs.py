"""Pairs of slightly different policies, made by changing numbers and words of shipped ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from engine.errors import PolicyFaults
from engine.policy.editions import load
from engine.policy.model import Policy
from tests.policies.judged import FILES, base, name

BENCH = Path(__file__).parents[3] / "bench" / "policies"

_CHANGES = (
    (re.compile(r"(within: |days: )(\d+)( |,|\}|$)", re.MULTILINE), 3),
    (re.compile(r"(fee: )(\d+)(%)"), 5),
    (re.compile(r"(under: USD |over: USD |at_least: USD |at_most: USD )(\d+)(\.00)"), 7),
)


def text_of(path: Path) -> str:
    """A policy without its tests, its guards and its edits."""
    text = path.read_text("utf-8")
    return re.split(r"^(?:tests|compare):", text, maxsplit=1, flags=re.MULTILINE)[0]


def changed(text: str, seed: int, every: bool = False) -> str:
    """The text with one number that the rows name a little higher, or every one of them."""
    random = Random(seed)
    spots = [(m, add) for pattern, add in _CHANGES for m in pattern.finditer(text)]
    chosen = spots if every else random.sample(spots, min(1, len(spots)))
    for match, add in sorted(chosen, key=lambda each: -each[0].start()):
        more = f"{match[1]}{int(match[2]) + add}{match[3]}"
        text = text[: match.start()] + more + text[match.end() :]
    return text


def read(text: str, called: str) -> Policy | None:
    """The policy of a text; None where the reader refuses it."""
    try:
        return load(text, called, base).policy
    except PolicyFaults:
        return None


def edited() -> Iterator[tuple[str, Policy, Policy]]:
    """Each shipped policy beside itself with one number changed."""
    for seed, path in enumerate(FILES):
        text = text_of(path)
        before, after = read(text, name(path)), read(changed(text, seed), name(path))
        if before is not None and after is not None:
            yield name(path), before, after


def unlike(others: int) -> Iterator[tuple[str, Policy, Policy]]:
    """Each shipped policy beside some others of its currency."""
    read_ = [(name(path), read(text_of(path), name(path))) for path in FILES]
    policies = [(called, policy) for called, policy in read_ if policy is not None]
    for at, (called, policy) in enumerate(policies):
        same = [each for each in policies[at + 1 :] if each[1].currency == policy.currency]
        for other, second in Random(at).sample(same, min(others, len(same))):
            yield f"{called} and {other}", policy, second

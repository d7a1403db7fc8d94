"""The policies that come with Takeback, what the checks say of them, and what shows an example."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.selection import edition_day
from engine.publishing.readiness import findings_before_publishing
from engine.publishing.structure import structure_faults

POLICIES = Path(__file__).parents[2] / "policies"
FILES = sorted(POLICIES.rglob("*.yaml"))


def name(path: Path) -> str:
    return path.relative_to(POLICIES).as_posix()


def base(policy: str, version: int) -> str | None:
    head = re.compile(rf"^policy: {re.escape(policy)}\s*\nversion: {version}\b", re.MULTILINE)
    return next((text for path in FILES if head.search(text := path.read_text("utf-8"))), None)


@lru_cache
def findings(path: Path) -> tuple[PolicyFile, tuple[Fault, ...]]:
    file = load(path.read_text("utf-8"), name(path), base)
    return file, (*structure_faults(file), *findings_before_publishing(file))


def decided(policy: Policy, given: object) -> Decision:
    """The decision of an example, by the rule network and by plain Python alike."""
    assert isinstance(given, dict)
    native = Decider(policy)
    found, plain = native.decide(given), Decider(policy, native=False).decide(given)
    native.close()
    assert found.engines_agreed is True
    assert replace(found, engine="python", engines_agreed=None) == plain
    return found


def in_force(file: PolicyFile, given: object) -> Policy:
    """The edition of a file by which an example is decided."""
    assert isinstance(given, dict)
    return file.on(edition_day(given, file.policy))


def line_of(file: str, start: str) -> int:
    """The line of a file that begins so."""
    lines = (POLICIES / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def replaced(take: str, put: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert text.count(take) == 1
        return text.replace(take, put)

    return change

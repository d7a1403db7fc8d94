"""What became of the bases that a policy is pinned to; it only reports, and changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a base that policies that extend it should know; `code` is stable.

    Codes: `newer_base`, `withdrawn_base`, and `edited_base` for files.
    """

    code: str
    base: str
    sentence: str


def base_warnings(file: PolicyFile, newest: Mapping[str, int]) -> tuple[Fault, ...]:
    """Returns the notices of a policy file at its `extends`, as warnings: nothing is wrong."""
    source = file.extends_at
    found = notices(file.policy.extends, newest) if source else ()
    return tuple(
        Fault(code=each.code, source=source, sentence=each.sentence, level=Level.WARNING)
        for each in found
        if source
    )


def notices(
    extends: Iterable[str], newest: Mapping[str, int], withdrawn: Collection[str] = ()
) -> tuple[Notice, ...]:
    """Returns the notices about the bases of a chain, nearest first.

    `extends` names them as `acme/base@4` with or without a digest, `newest` is the newest version
    of each policy, `withdrawn` the references of withdrawn editions.
    """
    found: list[Notice] = []
    for base in (name.partition("#")[0] for name in extends):
        policy, _, version = base.rpartition("@")
        newer = newest.get(policy, 0)
        if base in withdrawn:
            said = f"The base `{base}` was withdrawn; this policy keeps it all the same."
            found.append(Notice(code="withdrawn_base", base=base, sentence=said))
        if newer > int(version):
            said = (
                f"The base `{base}` has a newer version, `{policy}@{newer}`; this policy stays on "
                f"version {version} until it extends the newer one."
            )
            found.append(Notice(code="newer_base", base=base, sentence=said))
    return tuple(found)

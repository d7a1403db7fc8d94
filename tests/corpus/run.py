"""Runs corpus files (real policies as facts, with cases) against policies that re-express them.

    python tests/corpus/run.py CORPUS_DIR POLICY_DIR

For every corpus file `NN-*.yaml` the policy is `NN-*.yaml` in POLICY_DIR; where there are several,
their `for` picks one per case. Prints a line per case and the totals; ends with 1 if a case fails.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from engine.decision.decide import Decider
from engine.errors import PolicyFaults, TakebackError
from engine.policy.editions import PolicyFile, load
from engine.policy.model import Effective, Policy
from engine.policy.selection import Candidate, Days, NoPolicy, choose, days_of, edition_day
from tests.meanings import meaning_faults

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import expects  # noqa: E402
from clocks import ends_of  # noqa: E402
from givens import SETTINGS, Given, read_given  # noqa: E402
from settings import Terms, read_settings  # noqa: E402

CASE_KEYS: Final = frozenset({"id", "given", "expect"})
TERMS: Final = HERE / "terms"


@dataclass(slots=True)
class Result:
    """One case that was run."""

    id: str
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Shelf:
    """Policies with their deciders, made once."""

    files: list[PolicyFile]
    side: Mapping[str, Any]
    made: dict[str, Decider] = field(default_factory=dict)

    def decider(self, policy: Policy) -> Decider:
        if policy.digest not in self.made:
            self.made[policy.digest] = Decider(policy)
        return self.made[policy.digest]

    def close(self) -> None:
        for decider in self.made.values():
            decider.close()


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    results = list(run(Path(arguments[0]), Path(arguments[1])))
    for result in results:
        sys.stdout.write(said_of(result))
    failed = sum(bool(result.differences) for result in results)
    sys.stdout.write(f"{len(results) - failed} passed, {failed} failed\n")
    return 1 if failed or not results else 0


def said_of(result: Result) -> str:
    """The lines that are printed for a case."""
    state = "FAIL" if result.differences else "PASS"
    notes = f"  ({'; '.join(result.notes)})" if result.notes else ""
    lines = [f"{state} {result.id}{notes}", *(f"     {said}" for said in result.differences)]
    return "".join(f"{line}\n" for line in lines)


def run(corpus: Path, policies: Path) -> Iterator[Result]:
    """Every case of every corpus file, in order."""
    for path in sorted(corpus.glob("[0-9]*-*.yaml")):
        yield from _run_file(path, policies)


def _run_file(path: Path, policies: Path) -> Iterator[Result]:
    cases = _yaml(path).get("cases") or []
    try:
        shelf = Shelf(_policies(path, policies), _side(path, policies))
    except PolicyFaults as faults:
        said = [f"{each.source}: {each.sentence}" for each in faults.faults]
        yield from (Result(str(case["id"]), ["the policy has faults", *said]) for case in cases)
        return
    try:
        for case in cases:
            yield _run_case(case, shelf)
    finally:
        shelf.close()


def _policies(path: Path, policies: Path) -> list[PolicyFile]:
    number = path.stem.split("-")[0]
    found = [
        each for each in sorted(policies.glob(f"{number}-*.yaml")) if ".terms." not in each.name
    ]
    return [load(each.read_text("utf-8"), each.name, _bases(policies)) for each in found]


def _bases(policies: Path) -> Any:
    def find(name: str, version: int) -> str | None:
        for each in sorted({*policies.rglob("*.yaml"), *policies.parent.rglob("*.yaml")}):
            text = each.read_text("utf-8")
            head = (
                re.search(r"^policy:\s*(\S+)", text, re.MULTILINE),
                re.search(r"^version:\s*(\d+)", text, re.MULTILINE),
            )
            if head[0] and head[1] and (head[0][1], int(head[1][1])) == (name, version):
                return text
        return None

    return find


def _side(path: Path, policies: Path) -> Mapping[str, Any]:
    """The side file for settings: beside the policies, else beside this program."""
    for folder in (policies, TERMS):
        side = folder / f"{path.stem}.terms.yaml"
        if side.exists():
            return _yaml(side)
    return {}


def _yaml(path: Path) -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(path.read_text("utf-8")) or {})


# --- one case -------------------------------------------------------------------------------------


def _run_case(case: Mapping[str, Any], shelf: Shelf) -> Result:
    result = Result(str(case.get("id", "?")))
    result.differences += [f"`{key}` is not a key of a case" for key in set(case) - CASE_KEYS]
    if not shelf.files:
        result.differences.append("there is no policy for this file")
        return result
    given, expect = case.get("given") or {}, case.get("expect") or {}
    try:
        _judge(given, expect, shelf, result)
    except TakebackError as error:
        result.differences.append(f"cannot be decided: {error}")
    return result


def _judge(
    given: Mapping[str, Any], expect: Mapping[str, Any], shelf: Shelf, result: Result
) -> None:
    read = read_given(given, shelf.files[0].policy)
    file = _chosen(shelf.files, read, result, expect)
    if file is None:
        return
    if file is not shelf.files[0]:
        read = read_given(given, file.policy)
    terms = read_settings(given, file.policy, shelf.side)
    unknown = [*read.unknown, *terms.unknown]
    result.differences += [f"given: `{key}` has no meaning here" for key in unknown]
    result.notes += [f"the policy never asks for {key}" for key in read.unused]
    try:
        changed = _with_terms(file, terms)
        faults = list(meaning_faults(*changed.editions))
    except PolicyFaults as found:
        faults = list(found.faults)
    if faults or not set(given) - set(SETTINGS):
        result.differences += _publishing(expect, [each.sentence for each in faults])
        return
    _decide(changed, {**read.facts, **terms.facts}, read, (expect, shelf, result))


def _chosen(
    files: list[PolicyFile], read: Given, result: Result, expect: Mapping[str, Any]
) -> PolicyFile | None:
    """The policy whose days and `for` hold; where none does, days and scopes not said give way."""
    words = {key: str(value) for key, value in read.facts.items() if isinstance(value, str)}
    found: Candidate | NoPolicy = NoPolicy(code="no_policy")
    for any_day, unsaid in ((False, False), (False, True), (True, False), (True, True)):
        candidates = [
            _candidate(number, file, read, words if unsaid else None)
            for number, file in enumerate(files)
        ]
        if any_day:
            candidates = [replace(each, effective=Effective(first=1)) for each in candidates]
        found = choose(candidates, words, _days(read))
        if not isinstance(found, NoPolicy):
            return files[int(found.key)]
    if expect.get("decision") != "deny" or expect.get("reason_code") != found.code:
        result.differences.append(f"no policy covers the case: {found.code}")
    return None


def _candidate(
    number: int, file: PolicyFile, read: Given, said: Mapping[str, str] | None
) -> Candidate:
    policy = file.on(edition_day(read.facts, file.policy))
    return Candidate(
        key=str(number),
        policy=policy.id,
        version=policy.version,
        scope=tuple(each for each in policy.scope if said is None or each[0] in said),
        effective=policy.effective,
        applies_by=policy.applies_by,
        time_zone=policy.time_zone,
    )


def _days(read: Given) -> Days:
    known = days_of(read.facts)
    return {"requested": next(iter(known.values()), 1), **known}


def _with_terms(file: PolicyFile, terms: Terms) -> PolicyFile:
    agreed, edits = terms.nodes()
    return file.with_terms(agreed, edits) if agreed or edits else file


def _publishing(expect: Mapping[str, Any], faults: list[str]) -> list[str]:
    """A case of settings only, or settings that no policy may have, tests the policy itself."""
    words = ("decision", "reason_code", "because", "note")
    found = [f"`{key}` cannot be judged of a policy" for key in expect if key not in words]
    if (expect.get("decision") == "deny") is not bool(faults):
        said = faults[0] if faults else "it has no fault"
        found.append(f"decision: expected {expect.get('decision')} of the policy itself; {said}")
    elif faults and expect.get("reason_code") not in (None, "config_invalid"):
        found.append(
            f"reason_code: expected {expect['reason_code']}, got config_invalid: {faults[0]}"
        )
    return found


def _decide(
    file: PolicyFile,
    facts: dict[str, Any],
    read: Given,
    ground: tuple[Mapping[str, Any], Shelf, Result],
) -> None:
    expect, shelf, result = ground
    policy = file.on(edition_day(facts, file.policy))
    decider = shelf.decider(policy)
    whole = decider.decide_return(facts, read.lines) if read.lines else decider.decide(facts)
    first = whole.lines[0] if read.lines else whole
    sent = {**facts, **(read.lines[0] if read.lines else {})}
    ends = tuple(ends_of(first, policy, sent))
    outcome = expects.Outcome(whole=whole, policy=policy, ends=ends)
    result.differences += expects.differences(expect, outcome)
    if result.differences:
        rows = ", ".join(dict.fromkeys((*first.decided_by, *(each.row for each in first.because))))
        result.differences.append(
            f"decided by {rows}: {first.answer} {first.code}: {first.sentence}"
        )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

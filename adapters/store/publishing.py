"""Publishes a policy: reads and checks its text, and stores it as an edition or says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from adapters.reading import FILE, policy_of
from adapters.store.database import Store
from adapters.store.editions import retailers_of
from adapters.store.lost_terms import NOTHING_LOST, LostTerms, lost_terms
from adapters.store.records import Edition, Partner
from engine.errors import PolicyFaults
from engine.policy.editions import FindBase, PolicyFile, nobody
from engine.policy.faults import Fault
from engine.policy.inheritance.layers import pin_of
from engine.policy.selection import known, ties
from engine.policy.text import parse
from engine.publishing.differences import with_examples
from engine.publishing.readiness import faults_before_publishing
from engine.publishing.succession import candidate_of, succession_faults
from engine.publishing.suite import CaseResult, run_suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a policy was not published; `code` is stable.

    `faults` are those of the text, `failures` the failed tests embedded in it, `lost` the agreed
    terms that it forbids (`terms_broken`), or ends without a confirmation (`terms_ended`).
    """

    code: str
    message: str
    faults: tuple[Fault, ...] = ()
    failures: tuple[CaseResult, ...] = ()
    lost: LostTerms = NOTHING_LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishable:
    """A text that nothing prevents from being published; `lost` are agreed terms that it ends."""

    file: PolicyFile
    lost: LostTerms = NOTHING_LOST


_Check = Callable[[Store, Partner, PolicyFile], Refused | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text to publish; `file` is its name in faults, `by` its publisher.

    `ends_terms` is the digest of the agreed terms that its publisher knows it ends.
    """

    text: str
    by: str
    file: str = FILE
    ends_terms: str = ""


def publish(
    store: Store, owner: Partner, draft: Draft, shipped: FindBase = nobody
) -> Edition | Refused:
    """Stores a policy as a new edition of its owner, inside a session.

    A repetition returns the same edition. `shipped` finds bases that are not the owner's editions;
    their texts are stored with the edition, because another version of Takeback may ship different
    ones. Raises `RequestFault` for a text that takes too long to read.
    """

    base_texts: dict[str, str] = {}
    file = _read(store, owner, draft, shipped, base_texts)
    if isinstance(file, Refused):
        return file
    found = _same(store, owner, file) or _first(_OF_THE_TEXT, store, owner, file)
    if found:
        return found
    store.partners.hold(owner.id)
    return (
        _same(store, owner, file)
        or _first(_AMONG_OTHERS, store, owner, file)
        or _losing(lost_terms(store, owner, file, shipped), draft.ends_terms)
        or store.editions.add(owner, file, draft.by, base_texts)
    )


def refusal(
    store: Store, owner: Partner, draft: Draft, shipped: FindBase = nobody
) -> Refused | Publishable:
    """Returns why `publish` would refuse a text now, by all its checks, or else the text as read
    with the agreed terms whose end has to be confirmed.

    Stores and locks nothing. Raises `RequestFault` for a text that takes too long to read.
    """
    file = _read(store, owner, draft, shipped, {})
    if isinstance(file, Refused):
        return file
    if _same(store, owner, file):
        return Publishable(file=file)
    if found := _first((*_OF_THE_TEXT, *_AMONG_OTHERS), store, owner, file):
        return found
    lost = lost_terms(store, owner, file, shipped)
    return _losing(lost, lost.digest) or Publishable(file=file, lost=lost)


def _read(
    store: Store, owner: Partner, draft: Draft, shipped: FindBase, base_texts: dict[str, str]
) -> PolicyFile | Refused:
    """Reads a draft; adds the texts of bases that are not the owner's to `base_texts`."""

    def find(policy: str, version: int) -> str | None:
        own = store.editions.base(owner.id, policy, version)
        other = None if own else shipped(policy, version)
        if other is not None:
            base_texts[f"{policy}@{version}"] = other
        return own or other

    try:
        return policy_of(draft.text, find, draft.file)
    except PolicyFaults as error:
        return _faulty(with_examples(error.faults, draft.text, draft.file, find))


def _same(store: Store, owner: Partner, file: PolicyFile) -> Edition | None:
    before = store.editions.named(file.policy.id, file.policy.version)
    return before if before and (before.owner.id, before.text) == (owner.id, file.text) else None


def _first(
    checks: Iterable[_Check], store: Store, owner: Partner, file: PolicyFile
) -> Refused | None:
    answers = (check(store, owner, file) for check in checks)
    return next((each for each in answers if each), None)


def _faulty(faults: tuple[Fault, ...]) -> Refused:
    count = len(faults)
    said = "1 fault" if count == 1 else f"{count} faults"
    return Refused(code="policy_faults", message=f"The policy has {said}.", faults=faults)


def _is_own(_store: Store, owner: Partner, file: PolicyFile) -> Refused | None:
    if file.policy.id.startswith(f"{owner.handle}/"):
        return None
    return Refused(
        code="wrong_owner",
        message=f"The id `{file.policy.id}` must begin with its owner: `{owner.handle}/`.",
    )


def _is_free(store: Store, _owner: Partner, file: PolicyFile) -> Refused | None:
    policy = file.policy
    if store.editions.named(policy.id, policy.version) is None:
        return None
    return Refused(
        code="version_taken",
        message=f"`{policy.reference}` is published with another text and stays as it is; "
        f"publish version {policy.version + 1}.",
    )


def _is_what_its_children_know(store: Store, owner: Partner, file: PolicyFile) -> Refused | None:
    """Refuses a base that differs from the file on which its children were published."""
    policy, pin = file.policy, pin_of(parse(file.text, file.file))
    known_as = store.editions.pinned(owner.id, policy.reference)
    other = [child for child, digest in known_as.items() if digest != pin]
    if not other:
        return None
    return Refused(
        code="version_taken",
        message=f"`{other[0]}` is published on another text of `{policy.reference}`, which stays "
        f"as it is; publish version {policy.version + 1}.",
    )


def _passes_its_tests(_store: Store, _owner: Partner, file: PolicyFile) -> Refused | None:
    failures = tuple(case for case in run_suite(file, native=False).cases if not case.passed)
    if not failures:
        return None
    count = f"{len(failures)} of {len(file.policy.cases)}"
    return Refused(
        code="tests_failed", message=f"{count} of its own tests fail.", failures=failures
    )


def _is_ready(_store: Store, _owner: Partner, file: PolicyFile) -> Refused | None:
    faults = faults_before_publishing(file)
    return _faulty(faults) if faults else None


def _is_told_apart(store: Store, owner: Partner, file: PolicyFile) -> Refused | None:
    new = candidate_of(file)
    published = store.editions.candidates_for(owner.id, retailers_of(new.scope))
    rivals = ties(new, known(published))
    if not rivals:
        return None
    rival = rivals[0]
    return Refused(
        code="selection_tie",
        message=f"`{file.policy.reference}` and `{rival.policy}@{rival.version}` are for the same "
        "orders; narrow the `for` of one of them.",
    )


def _follows(store: Store, _owner: Partner, file: PolicyFile) -> Refused | None:
    """Refuses a gap after the previous version, an earlier start, and a predecessor that outlasts
    it.
    """
    published = store.editions.versions_of(file.policy.id)
    source = file.policy.tree.key_source("effective")
    faults = succession_faults(candidate_of(file), published, store.now(), source)
    return _faulty(faults) if faults else None


def _losing(lost: LostTerms, confirmed: str) -> Refused | None:
    """Refuses a version that forbids agreed terms, or ends others than those confirmed."""
    if lost.forbidden:
        said = "Agreed terms do not fit this version."
        faults = tuple(each.fault for each in lost.forbidden if each.fault)
        return Refused(
            code="terms_broken", message=f"{said} {lost.sentences}", faults=faults, lost=lost
        )
    if lost.digest == confirmed or not lost.terms:
        return None
    said = "This version ends agreed terms; confirm that."
    return Refused(code="terms_ended", message=f"{said} {lost.sentences}", lost=lost)


_OF_THE_TEXT: Final[tuple[_Check, ...]] = (_is_own, _is_free, _passes_its_tests, _is_ready)
"""Checks before the lock is taken, the expensive ones last: nobody waits for them."""

_AMONG_OTHERS: Final[tuple[_Check, ...]] = (
    _is_free,
    _is_what_its_children_know,
    _follows,
    _is_told_apart,
)
"""Checks that two simultaneous publications could both pass, so they run under a lock."""

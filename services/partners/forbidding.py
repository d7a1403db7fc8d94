"""Which agreed values an edition forbids, of those that hold and of those that would be agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from adapters.store.records import Edition, Partnership
from adapters.store.terms import agreed_map, as_written, canonical
from engine.dates import day_text
from engine.errors import TakebackError
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.policy.model import Effective
from engine.policy.selection import Scope, may_govern
from engine.publishing.agreed import ForbiddenValues, declared_in, forbidden


class TermsNotAllowed(TakebackError):
    """Editions forbid agreed values; `refused` holds each value with the edition's fault."""

    def __init__(self, refused: tuple[ForbiddenValues, ...]) -> None:
        self.refused = refused
        super().__init__(refused[0].fault.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingEdition:
    """An edition in force or upcoming, and the days that are left of it.

    `file` is the edition as it was published, without agreed values.
    """

    edition: Edition
    file: PolicyFile
    days: tuple[Effective, ...]

    @property
    def called(self) -> str:
        """The edition with its days, for people."""
        said = " and ".join(map(_span, self.days))
        return f"`{self.edition.reference}`, {f'in force {said}' if said else 'not in force'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenTerm:
    """A value agreed with a retailer that an edition forbids; `value` is as written in a policy."""

    partnership: Partnership
    name: str
    value: str
    sentence: str


def forbidden_terms(
    edition: Edition, file: PolicyFile, partnerships: Iterable[Partnership]
) -> Iterator[ForbiddenTerm]:
    """Yields the agreed values for which lines under an edition are answered `terms_broken`.

    Of the partnerships given, it looks at those of the edition's owner whose orders it may govern;
    `file` is the edition without agreed values.
    """
    known_of: dict[str, tuple[ForbiddenValues, ...]] = {}
    for each in partnerships:
        terms = each.terms.get(edition.policy, {})
        own = each.supplier.id == edition.owner.id
        if not own or not is_meant(edition.scope, each):
            continue
        key = canonical(terms)
        if key not in known_of:
            known_of[key] = forbidden(file, declared_in(file, agreed_map(terms)))
        for found in known_of[key]:
            for name in found.names:
                yield ForbiddenTerm(
                    partnership=each,
                    name=name,
                    value=as_written(terms[name]),
                    sentence=found.fault.sentence,
                )


def refused_terms(
    editions: Iterable[StandingEdition], terms: Mapping[str, object]
) -> Iterator[ForbiddenValues]:
    """Yields the values that editions forbid, each with the edition and where it declares them.

    A value that some edition does not declare has no effect under it; if none does, it is refused.
    """
    standing, given = tuple(editions), agreed_map(terms)
    names = {each.name for one in standing for each in one.file.policy.agreed}
    unknown = agreed_map({name: value for name, value in terms.items() if name not in names})
    newest = max(standing, key=lambda each: each.edition.version)
    for each in forbidden(newest.file, unknown):
        yield replace(each, fault=_placed(newest, each))
    for one in standing:
        for each in forbidden(one.file, declared_in(one.file, given)):
            yield replace(each, fault=_placed(one, each))


def _placed(one: StandingEdition, found: ForbiddenValues) -> Fault:
    declared = {each.name: each.source for each in one.file.policy.agreed}
    sources = [declared[name] for name in found.names if name in declared]
    source = sources[0] if sources else one.file.policy.tree.key_source("agreed")
    sentence = f"{one.called}: {found.fault.sentence}"
    return replace(
        found.fault, source=source._replace(file=one.edition.reference), sentence=sentence
    )


def is_meant(scope: Scope, joined: Partnership) -> bool:
    """Whether an edition with this scope may govern orders between two partners."""
    return may_govern(scope, joined.retailer.handle, joined.programme)


def _span(days: Effective) -> str:
    until = f"to {day_text(days.last)}" if days.last else "on"
    return f"from {day_text(days.first)} {until}"

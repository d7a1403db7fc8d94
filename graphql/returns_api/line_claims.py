"""Converts inputs to the arguments of the services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.store.drafts import MOST_CHARACTERS as LONGEST_WORD
from adapters.store.drafts import plain
from engine.errors import RequestFault
from returns_api.types.inputs import EligibilityLineInput, FactInput, NamedDateInput, SaidFactInput
from services.returns.facts import LineClaim

MOST_FACTS: Final = 100
MOST_CHARACTERS: Final = 500


def claim_of(line: EligibilityLineInput) -> LineClaim:
    """Converts the facts of an order line: hypothetical, or stated if a return is requested."""
    return LineClaim(
        quantity=line.quantity,
        reason=line.reason,
        condition=line.condition,
        packaging=line.packaging,
        evidence=None if line.evidence is None else tuple(line.evidence),
        lacking=None if line.lacking is None else tuple(line.lacking),
        wanted=line.wanted,
        requested_on=line.requested_on,
        requested_why=_text(line.requested_why, "requestedWhy"),
        facts=tuple(named(line.facts)),
        sources=_notes(line.facts, "source"),
        whys=_notes(line.facts, "why"),
    )


def answer_of(facts: list[SaidFactInput]) -> LineClaim:
    """Converts the facts that answer a question about a return line."""
    return LineClaim(
        facts=tuple(named(facts)), sources=_notes(facts, "source"), whys=_notes(facts, "why")
    )


def named(facts: Sequence[FactInput | SaidFactInput] | None) -> Iterator[tuple[str, object]]:
    """Yields facts as pairs, each once and with a plain value."""
    seen: set[str] = set()
    for index, fact in enumerate(facts or ()):
        if index >= MOST_FACTS:
            raise RequestFault("too_large", f"At most {MOST_FACTS} facts are read.", "facts")
        if fact.name in seen:
            raise RequestFault("sent_twice", f"`{fact.name[:60]}` is said twice.", "facts")
        if not plain(fact.value):
            raise RequestFault(
                "wrong_type",
                f"`{fact.name[:60]}` is a word of at most {LONGEST_WORD} characters, a whole "
                "number, yes or no, money, or words.",
                "facts",
            )
        seen.add(fact.name)
        yield fact.name, fact.value


def days(said: Sequence[NamedDateInput] | None) -> dict[str, str]:
    """Returns dates by name, each once."""
    found: dict[str, str] = {}
    for each in said or ():
        if each.name in found:
            raise RequestFault("sent_twice", f"`{each.name[:60]}` is said twice.", "dates")
        found[each.name] = each.on
    return found


def _notes(facts: list[SaidFactInput] | None, kind: str) -> dict[str, str]:
    """Returns the sources or reasons of facts that have one."""
    if not facts:
        return {}
    return {fact.name: _text(text, "facts") for fact in facts if (text := getattr(fact, kind))}


def _text(text: str, path: str) -> str:
    if len(text) > MOST_CHARACTERS:
        said = f"A reason or a source has up to {MOST_CHARACTERS} characters."
        raise RequestFault("too_long", said, path)
    return text

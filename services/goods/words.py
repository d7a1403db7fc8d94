"""Tells a supplier which words of its products none of its published policies knows.

Nothing is refused: a policy that knows them may be published later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.records import Product
from engine.errors import PolicyFaults
from engine.policy.faults import nearest
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.selection import known
from engine.policy.vocabulary import Fact, FactType
from services.returns.library import Library

MOST_NOTES: Final = 50
"""Of one answer; one more says how many there are."""
MOST_POLICIES: Final = 50
"""Published policies that are read for the notes of one answer, those published last."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A fact of a product that no policy has, or a word of it that none knows."""

    product: Product
    fact: str
    word: str | None = None


def published_facts(store: Store, library: Library, principal: Principal) -> Mapping[str, Fact]:
    """The facts of the language, and those of what a supplier has published."""
    policies = _published(store, library, principal)
    return {**SENT, **{name: fact for each in policies for name, fact in each.facts.items()}}


def notes_on(
    store: Store, library: Library, principal: Principal, products: Sequence[Product]
) -> list[str]:
    """Returns a sentence for each fact or word of products that no published policy knows.

    Reads policies, so it is called outside of a transaction that writes.
    """
    if not any(each.facts for each in products):
        return []
    policies = _published(store, library, principal)
    found = list(_unknown(products, policies))
    more = len(found) - MOST_NOTES
    notes = [_note(each, policies) for each in found[:MOST_NOTES]]
    return [*notes, *([f"There are {more:,} more notes like these."] * (more > 0))]


def _published(store: Store, library: Library, principal: Principal) -> list[Policy]:
    """The latest edition of each policy that a supplier published, newest first."""
    latest = {}
    for each in sorted(known(store.editions.candidates(principal.tenant)), key=lambda e: e.version):
        latest[each.policy] = each
    newest = sorted(latest.values(), key=lambda each: each.published_at or _LONG_AGO, reverse=True)
    found = []
    for each in newest[:MOST_POLICIES]:
        with suppress(PolicyFaults):  # one that cannot be read any more knows no words
            found.append(library.file(store, library.edition(store, each.key), {}).policy)
    return found


def _unknown(products: Iterable[Product], policies: Sequence[Policy]) -> Iterator[_Unknown]:
    for product in products:
        for name, value in product.facts.items():
            facts = [each.facts[name] for each in policies if name in each.facts]
            if not facts and name not in SENT:
                yield _Unknown(product, name)
            for word in _unknown_words(value, facts):
                yield _Unknown(product, name, word)


def _unknown_words(value: object, facts: Sequence[Fact]) -> Iterator[str]:
    """The words of a value that are in no list, if each policy closes its list."""
    closed = all(
        each.words is not None and not each.open and each.type in (FactType.WORD, FactType.SET)
        for each in facts
    )
    known_words = {word for each in facts for word in each.words or ()}
    for word in value if isinstance(value, list | tuple) else [value]:
        if facts and closed and isinstance(word, str) and word not in known_words:
            yield word


def _note(unknown: _Unknown, policies: Sequence[Policy]) -> str:
    of = f"`{unknown.fact[:60]}` of `{unknown.product.sku[:60]}`"
    if unknown.word is None:
        names = [*SENT, *(own for each in policies for own in each.facts)]
        return f"{of} is a fact of no published policy.{nearest(unknown.fact, names)}"
    facts = [each.facts[unknown.fact] for each in policies if unknown.fact in each.facts]
    words = dict.fromkeys(word for each in facts for word in each.words or ())
    said = unknown.word
    return f"{of}: no published policy knows the word `{said[:60]}`.{nearest(said, words)}"

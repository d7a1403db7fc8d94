"""Tells a supplier which words of its products none of its published policies knows.

Nothing is refused: a policy that knows them may be published later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from adapters.identity.principal import Principal
from adapters.store.database import Store
from adapters.store.records import Product
from engine.policy.faults import nearest
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.selection import known
from engine.policy.vocabulary import Fact, FactType
from services.returns.library import Library

MOST_NOTES: Final = 50
"""Of one answer; one more says how many there are."""


def published_facts(store: Store, library: Library, principal: Principal) -> Mapping[str, Fact]:
    """The facts of the language, and those of what a supplier has published."""
    policies = _published(store, library, principal)
    return {**SENT, **{name: fact for each in policies for name, fact in each.facts.items()}}


def notes_on(
    store: Store, library: Library, principal: Principal, products: Sequence[Product]
) -> list[str]:
    """A sentence for each fact or word of products that no published policy knows."""
    policies = _published(store, library, principal)
    notes = list(_notes(products, policies))
    more = len(notes) - MOST_NOTES
    return [*notes[:MOST_NOTES], *([f"There are {more:,} more notes like these."] * (more > 0))]


def _published(store: Store, library: Library, principal: Principal) -> list[Policy]:
    """The latest edition of each policy of a supplier that still governs something."""
    latest = {}
    for each in sorted(known(store.editions.candidates(principal.tenant)), key=lambda e: e.version):
        latest[each.policy] = each.key
    editions = [library.edition(store, key) for key in latest.values()]
    return [library.file(store, each, {}).policy for each in editions]


def _notes(products: Iterable[Product], policies: Sequence[Policy]) -> Iterator[str]:
    for product in products:
        for name, value in product.facts.items():
            facts = [each.facts[name] for each in policies if name in each.facts]
            of = f"`{name}` of `{product.sku[:60]}`"
            if not facts and name not in SENT:
                names = [*SENT, *(own for each in policies for own in each.facts)]
                yield f"{of} is a fact of no published policy.{nearest(name, names)}"
            for word in _unknown(value, facts):
                words = dict.fromkeys(word for each in facts for word in each.words or ())
                yield (
                    f"{of}: no published policy knows the word `{word[:60]}`.{nearest(word, words)}"
                )


def _unknown(value: object, facts: Sequence[Fact]) -> Iterator[str]:
    """The words of a value that are in no list, where each policy closes its list."""
    if any(
        each.words is None or each.open or each.type not in (FactType.WORD, FactType.SET)
        for each in facts
    ):
        return
    for word in value if isinstance(value, list | tuple) else [value]:
        if isinstance(word, str) and facts and not any(word in (f.words or ()) for f in facts):
            yield word

"""Personal data of consumers: encrypted when sent, decrypted for the retailer, and
erased for good.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

import msgspec
import strawberry

from adapters.identity.principal import Kind, Scope
from adapters.identity.words import hashed, new_search_key, words_in
from adapters.store.returns.consumers import new_consumer, sealed_for, search_key_of
from engine.errors import RequestFault
from returns_api.context import Context
from returns_api.returns.inputs import ConsumerInput, EraseConsumerInput
from returns_api.types.ids import NodeKind, sought
from returns_api.types.problems import InputProblem, input_problem
from services.returns.who import Who

MOST_CHARACTERS: Final = 200
MOST_ROWS: Final = 10


@strawberry.type(description="The consumer who returns something.")
class Consumer:
    """Stored encrypted; only its retailer sees it."""

    name: str
    """The name, as on an envelope."""
    email: str | None
    """The e-mail address."""
    phone: str | None
    """The telephone number."""
    lines: list[str]
    """The postal address, line by line."""


@strawberry.type(description="The consumer's personal data was erased.")
class ConsumerErased:
    """Decisions, payments and stock moves stay, and the journal's hash chain remains valid."""

    consumer_return: strawberry.ID
    """The id of the consumer's return."""


EraseConsumerResult = Annotated[
    ConsumerErased | InputProblem, strawberry.union("EraseConsumerResult")
]


def keep_consumer(context: Context, whole: str, said: ConsumerInput) -> None:
    """Encrypts and stores the consumer's data; raises `RequestFault` for what is too long."""
    texts = [said.name, said.email, said.phone, *said.lines]
    if len(said.lines) > MOST_ROWS or any(len(text) > MOST_CHARACTERS for text in texts):
        raise RequestFault(
            "wrong_consumer",
            f"A text has up to {MOST_CHARACTERS} characters, an address up to {MOST_ROWS} lines.",
            "consumer",
        )
    key, name = new_consumer()
    sealed = context.vault.seal(msgspec.json.encode(asdict(said)).decode(), name)
    words = _hashed(context, context.store.consumers.retailer_of(whole), said.name, said.email)
    context.store.consumers.keep(whole, key, sealed, words)


def words_searched_for(context: Context, text: str) -> tuple[str, ...]:
    """Returns the keyed hashes of a retailer's search; none for suppliers, and without a key."""
    principal = context.principal
    sealed = context.store.consumers.search_key(principal.tenant) if text else None
    if sealed is None or principal.kind is not Kind.RETAILER:
        return ()
    key = context.vault.open(sealed, search_key_of(principal.tenant))
    return tuple(hashed(key, word) for word in words_in(text))


def _hashed(context: Context, retailer: str, *texts: str) -> tuple[str, ...]:
    """Returns the hashes by which the retailer finds its consumer; makes its key if needed."""
    store, name = context.store.consumers, search_key_of(retailer)
    sealed = store.search_key(retailer)
    if sealed is None:
        sealed = context.vault.seal(new_search_key(), name)
        store.keep_search_key(retailer, sealed)
    key = context.vault.open(sealed, name)
    return tuple(hashed(key, word) for word in words_in(" ".join(texts)))


def consumer_of(context: Context, whole: str) -> Consumer | None:
    """Returns the consumer, for its retailer only."""
    found = context.store.consumers.of(context.principal, whole)
    if found is None:
        return None
    said = msgspec.json.decode(context.vault.open(found[1], sealed_for(found[0])), type=dict)
    return Consumer(
        name=said["name"],
        email=said["email"] or None,
        phone=said["phone"] or None,
        lines=said["lines"],
    )


def erase_consumer(context: Context, said: EraseConsumerInput) -> EraseConsumerResult:
    """Erases the consumer's data; erasing twice is the same as erasing once."""
    context.principal.must(Scope.REQUEST_RETURNS)
    key = sought(said.consumer_return, NodeKind.CONSUMER_RETURN)
    principal, store = context.principal, context.store
    try:
        with store.atomic():
            asked = {"consumer_return": key}
            before = store.idempotency.before(
                principal, said.idempotency_key, "eraseConsumer", asked
            )
            if before is None:
                if not store.consumers.erase(principal, key, Who.of(principal).by):
                    raise RequestFault("not_found", "There is no such return.", "consumerReturn")
                store.idempotency.keep(
                    principal, said.idempotency_key, ("eraseConsumer", asked), key
                )
    except RequestFault as fault:
        return input_problem(fault, "input")
    return ConsumerErased(consumer_return=said.consumer_return)

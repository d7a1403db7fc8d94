"""A served Takeback in which everything happens that the journal has to tell, chapter by chapter.

A chapter does one thing and says who must hear of it; the tests hold the journals against that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from graphql import GraphQLInputObjectType
from typer.testing import CliRunner, Result

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.objects.account import Account
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.identity.signing import Signer
from engine.journal import Entry
from returns_api.schema import core_schema
from services.returns.filing import Filing
from services.workers.comparing import Reconciler
from services.workers.dating import Dater
from services.workers.returning import Returner
from services.workers.settling import Settler
from services.workers.sharing import Sharer
from services.workers.sweeping import Sweeper
from services.workers.witnessing import Witness
from takeback.app import app
from takeback.components import Components
from tests.api.conftest import Caller, Served
from tests.api.journal.views import View, view
from tests.receiver import Receiver

PARTNERS = ("acme", "globex", "northwind", "southgate")
KEYS = {"acme": "rk_test_acme_0123456789", "northwind": "rk_test_northwind_9876543210"}
"""At Stripe."""
SIGNING = "whsec_0123456789abcdef"
WHO = {
    "name": "Ada Quill",
    "email": "ada@quill.example",
    "phone": "+1 555 0100",
    "lines": ["1 Elm Row", "Salem"],
}
READ = """
query($after: Int!) {
  journal(after: $after, first: 500) { number kind actor subject body before hash }
}
"""
_NUMBERS = count(1)
Tell = Callable[["World"], Iterator[None] | None]
"""What makes ready comes before a `yield`, and is not a part of the chapter."""


@dataclass(slots=True, kw_only=True)
class World:
    """`kept` holds what later chapters need of earlier ones, mostly ids."""

    served: Served
    stripe: SimulatedStripe
    receiver: Receiver
    passed: list[timedelta]
    environment: Mapping[str, str]
    kept: dict[str, Any] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Components:
        return self.served.parts

    def caller(self, name: str) -> Caller:
        return self.served.callers[name]

    def do(self, by: str, field_: str, **said: Any) -> dict[str, Any]:
        """The result of a mutation that succeeds."""
        operation = field_[0].upper() + field_[1:]
        if "idempotencyKey" in _inputs(operation):
            said.setdefault("idempotencyKey", f"story {next(_NUMBERS)}")
        variables = {"input": said} if _inputs(operation) else {}
        done: dict[str, Any] = self.caller(by).ask(operation, **variables)[field_]
        assert "code" not in done, done
        return done

    def step(self, by: str, field_: str, name: str, **said: Any) -> dict[str, Any]:
        """The next step of a return that was kept under a name."""
        done = self.do(by, field_, **{"return": self.kept[name]["id"], **said})["return"]
        self.kept[name] = done
        return dict(done)

    def command(self, *words: str, codes: tuple[int, ...] = (0,), **more: Any) -> Result:
        """A command that succeeds, on the database of the server."""
        result = CliRunner().invoke(app, list(words), env=dict(self.environment), **more)
        assert result.exit_code in codes, result.output
        return result

    def work(self, name: str) -> None:
        """One kind of worker does all that is due."""
        store, gateways = self.parts.store, self.parts.gateways
        workers: dict[str, Any] = {
            "Settler": lambda: Settler(store, gateways.of, in_flight=0),
            "Reconciler": lambda: Reconciler(store, gateways),
            "Returner": lambda: Returner(store, self.parts.library),
            "Sharer": lambda: Sharer(store, self.parts.channels),
            "Witness": lambda: Witness(store, Signer.of(self.parts.vault)),
            "Dater": lambda: Dater(store, self.parts.library),
            "Sweeper": lambda: Sweeper(store, Filing(store, self.parts.files)),
        }
        worker = workers[name]()
        while worker.work():
            pass
        store.close()

    def account(self, handle: str = "acme") -> Account:
        return self.stripe.account(account_of(KEYS[handle]))

    def charge(self, cents: int, handle: str = "acme", method: str = "pm_card_visa") -> str:
        said = {"amount": str(cents), "currency": "usd", "payment_method": method}
        payments = self.account(handle).payments
        return str(payments.create_payment_intent({**said, "confirm": "true"})["id"])

    def partnership(self, retailer: str, supplier: str = "acme") -> str:
        query = "{ me { partnerships { id retailer { handle } } } }"
        found = self.caller(supplier).ask(query)["me"]["partnerships"]
        return next(each["id"] for each in found if each["retailer"]["handle"] == retailer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """`does` is a mutation, a command (`takeback …`) or a kind of worker.

    `hears` are the kinds of entries that each partner's journal must get of it, and no others;
    `by` is who must stand in them: the name of a caller, or of nobody with a key.
    """

    does: str
    by: str
    hears: Mapping[str, frozenset[str]]
    tell: Tell

    @property
    def name(self) -> str:
        return f"{self.does}: {self.tell.__name__.replace('_', ' ')}"


WRITTEN: list[Chapter] = []
"""Each file of chapters adds its own; `chapters.py` says which file comes first."""


def chapter(does: str, *, by: str, **hears: str) -> Callable[[Tell], Tell]:
    """Marks what happens next; of each partner the kinds that it hears, with blanks between."""

    def marked(tell: Tell) -> Tell:
        heard = {name: frozenset(kinds.split()) for name, kinds in hears.items()}
        WRITTEN.append(Chapter(does=does, by=by, hears=heard, tell=tell))
        return tell

    return marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One entry as one caller reads it, and what the API shows that caller of the thing.

    `read` is None where the entry is left out.
    """

    entry: Entry
    caller: str
    read: dict[str, Any] | None
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the journals got of a chapter, by partner, and how each key of these reads it."""

    chapter: Chapter
    entries: Mapping[str, tuple[Entry, ...]]
    looks: tuple[Look, ...]

    def kinds(self, partner: str) -> set[str]:
        return {each.fact for each in self.entries.get(partner, ())}


def told(world: World, happening: Chapter) -> Told:
    """Tells a chapter, and reads what the journals got of it."""
    before, telling = _sizes(world), happening.tell(world)
    if telling is not None:
        next(telling)
        before = _sizes(world)
        next(telling, None)
    after, journal = _sizes(world), world.parts.store.journal
    with world.parts.store.session():
        entries = {
            handle: journal.after(key, before.get(handle, (key, 0))[1], 1_000)
            for handle, (key, size) in after.items()
        }
    world.parts.store.close()
    heard = {name: found for name, found in entries.items() if found}
    return Told(chapter=happening, entries=heard, looks=tuple(_looks(world, heard)))


def _looks(world: World, heard: Mapping[str, tuple[Entry, ...]]) -> Iterator[Look]:
    for name, entries in heard.items():
        for caller in (name, f"{name} support"):
            if caller not in world.served.callers:
                continue
            asking = world.caller(caller)
            found = asking.ask(READ, after=entries[0].seq - 1)["journal"]
            read = {each["number"]: each for each in found}
            for entry in entries:
                seen = view(asking, entry)
                yield Look(entry=entry, caller=caller, read=read.get(entry.seq), view=seen)


def _sizes(world: World) -> dict[str, tuple[str, int]]:
    """The id of each partner with a journal and its number of entries, by handle."""
    store = world.parts.store
    with store.session():
        sizes = store.journal.tenants()
        handles = store.partners.handles(list(sizes))
        return {handle: (key, sizes[key]) for key, handle in handles.items()}


@cache
def _inputs(operation: str) -> frozenset[str]:
    """The fields of the input of a mutation; none if it takes none."""
    field_ = operation[0].lower() + operation[1:]
    mutation = core_schema().mutation_type
    assert mutation is not None
    taken = mutation.fields[field_].args.get("input")
    if taken is None:
        return frozenset()
    type_ = taken.type.of_type  # type: ignore[union-attr]
    assert isinstance(type_, GraphQLInputObjectType)
    return frozenset(type_.fields)

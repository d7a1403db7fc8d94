"""Walks in which each inspection is previewed by the API, and then made as it was shown.

What is held: the preview writes nothing, the inspection does to the cent what it told, and a
version by which it would do something else acts on nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from graphql import execute, parse

from adapters.identity.principal import Principal, Role, Scope
from adapters.store.returns.records import Return
from engine.errors import RequestFault
from engine.money import Money
from engine.returns.units import Disposition
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.instruments import PaymentReferences
from returns_api.context import Context
from returns_api.schema import core_schema
from returns_api.types.ids import NodeKind, encode
from services.returns.advancing import AT_RECEIPT
from tests.api.as_shown import Stands, check_done
from tests.api.conftest import keyed
from tests.contracts.returns.building import Shop
from tests.contracts.returns.reopened_walks import HELD, OVER, Reopening
from tests.properties.warehouse import COMING

SCHEMA = core_schema()
CURRENCIES: Final = ("USD",) * 9 + ("EUR",)
NO_MONEY: Final = ("nothing_left", "disputed", "other_currency", "no_gateway_way")
"""Codes by which money is not moved, as the order was paid."""
PREVIEW = """query($input: InspectionPreviewInput!, $money: Boolean! = true) {
  done: inspectionPreview(input: $input) {
  ... on InspectionPreview {
    state heldFor sentence version
    units { line arrival sku units disposition location restocked answer code remedy byPerson
      toSettle missingFacts { name } open { name waitsFor } amount @include(if: $money) { ...M } }
    shares { line sku money @include(if: $money) {
      owedBefore { ...M } owedAfter { ...M } sent { ...M } withdrawn { ...M }
      fees { kind amount { ...M } per taken }
      movements { paidBy way amount { ...M } claimed { ...M } state sentence }
      claims { owedBy amount { ...M } offset dueOn } } }
    fees @include(if: $money) { kind amount { ...M } per taken }
  }
  ... on Problem { code message path } } }
  fragment M on Money { amount currency }"""
INSPECT = """mutation($input: InspectReturnInput!) { done: inspectReturn(input: $input) {
  ... on ReturnStepped { return { id state } } ... on Problem { code message path } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The API as one partner asks it, in this process."""

    shop: Shop
    principal: Principal

    def ask(self, document: str, **variables: Any) -> Any:
        """The result of the document's only field."""
        anything = cast("Any", None)
        with self.shop.store.session():
            context = Context(
                principal=self.principal,
                store=self.shop.store,
                library=self.shop.library,
                vault=anything,
                gateways=anything,
                channels=anything,
                now=self.shop.clock,
            )
            found: Any = execute(
                SCHEMA, parse(document), context_value=context, variable_values=variables
            )
        assert not found.errors, found.errors
        return found.data["done"]


def api_of(shop: Shop, supplier: str, *only: Scope) -> Api:
    """The API as asked by a supplier, by a key with all scopes or with some."""
    partner = shop.partners[supplier]
    principal = Principal(
        tenant=partner.id,
        handle=partner.handle,
        kind=partner.kind,
        role=Role(partner.kind.value),
        key_id="walk",
        only=frozenset(only) or None,
    )
    return Api(shop=shop, principal=principal)


def everything(shop: Shop) -> dict[str, list[str]]:
    """All rows of all tables."""
    with shop.store.session():
        database: Any = shop.store._database
        tables = [entity._table_ for entity in database.entities.values()]
        rows = shop.store._statements.rows
        return {each: sorted(map(repr, rows(f"SELECT * FROM {each}"))) for each in tables}


class Inspecting(Reopening):
    """A walk in which goods come and are inspected more often, by the API."""

    def payments(self, order: str) -> Sequence[tuple[Money, PaymentReferences]]:
        """By one charge or by several, of enough or not, in another currency, or by no gateway."""
        random, self.charges = self.random, []
        if random.random() < 0.2:
            return ((Money(random.choice((1_000, 99_999)), "USD"), PaymentReferences()),)
        self.charges = [f"pi_{order}_{at}" for at in range(random.choice((1, 1, 2, 3)))]
        return [
            (
                Money(random.choice((300, 1_000, 2_500, 99_999)), random.choice(CURRENCIES)),
                PaymentReferences(charge=charge, customer=f"cus_{order}"),
            )
            for charge in self.charges
        ]

    @property
    def api(self) -> Api:
        """The API as the supplier asks it."""
        return api_of(self.shop, self.supplier)

    def steps(self) -> list[Callable[[], str]]:
        """Goods come and are inspected wherever they may; all else happens now and then."""
        if not self.made:
            return [self.ask]
        rare = [self.undo, self.reopen, self.close, self.word_on_units, self.stray, self.resolve]
        rare += [self.word_on_lines, self.claim, self.days, self.cancel_units, self.undo_receipt]
        rare += [self.ship, self.answer, self.refund, self.inspect, self.receive, self.money]
        rare += [self.again] * 4 + [self.dispute] * 2
        to_come = any(each.state in COMING for each in self.made)
        waits = any(self.waits(each) for each in self.made)
        free = any(self.free(at) for at, _ in enumerate(self.sold, 1))
        often = [self.receive] * 8 * to_come + [self.inspect] * 12 * waits + [self.ask] * 6 * free
        return [*rare, *often]

    def refused(self, fault: RequestFault, step: str) -> None:
        """What its payments do not have, or a dispute holds, is refused too."""
        if fault.code not in NO_MONEY:
            super().refused(fault, step)

    def waits(self, made: Return) -> bool:
        """Whether units of it wait for an inspection."""
        return made.state in AT_RECEIPT and any(line.count.to_inspect for line in made.lines)

    def one(self) -> Return:
        """Mostly one that is not over."""
        usual = [each for each in self.made if each.state not in OVER]
        return self.random.choice(usual) if usual and self.random.random() < 0.8 else super().one()

    def again(self) -> str:
        """A return of which units came and others did not is closed, reopened, and accepted."""
        some = [each for each in self.made if any(line.inspected for line in each.lines)]
        made = self.random.choice(some) if some else self.one()
        try:
            for step in ("close", "reopen"):
                self.shop.move(made, step, "so")
            now = self.shop.look(made)
            words = [self.word(line.id, self.random.choice((0, 5, 250))) for line in now.lines]
            self.shop.judge(now, words)
        finally:
            self.go_on()  # it may have come as far as a review
        return f"reopen {self.name(made)}: {words}"

    def dispute(self) -> str:
        """A charge is read at its gateway, and a dispute of it as it stands."""
        if not self.charges:
            return ""
        charge = self.random.choice(self.charges)
        status = self.random.choice(("needs_response", "needs_response", "won", "lost"))
        disputed = Money(self.random.choice((100, 1_000, 99_999)), "USD")
        read = DisputeRead(reference=f"du_{charge}", of=(charge,), status=status, amount=disputed)
        whole = Money(self.random.choice((1_000, 99_999)), "USD")
        of = ChargeRead(
            reference=f"ch{charge[2:]}", intent=charge, amount=whole, left=whole, disputes=(read,)
        )
        with self.shop.store.session():
            supplier = self.shop.partners[self.supplier].id
        with self.shop.store.writing():
            self.shop.store.charges.know(supplier, of)
        return f"dispute of {disputed} of {charge} of {whole}: {status}"

    def word_on_units(self) -> str:
        """A person's word for inspected units, whatever else it changes."""
        made = self.one()
        if not (seen := self.shop.inspections(made)):
            return ""
        word = self.word(self.random.choice(seen).id, self.random.choice((0, 250, 1_000)))
        self.shop.judge(made, [word])
        return f"judge {self.name(made)} {word}"

    def receive(self) -> str:
        """Some units of each line come, or all."""
        coming = [each for each in self.made if each.state in COMING]
        made = self.random.choice(coming) if coming else self.one()
        many = [line.count.to_come for line in made.lines]
        some = [self.random.randint(min(1, units), units) for units in many]
        complete = self.random.random() < 0.2
        self.shop.receive(made, *some, complete=complete)
        return f"receive {self.name(made)}: {some} complete={complete}"

    def inspect(self) -> str:
        """An inspection that was previewed; now and then, something happens in between."""
        waiting = [each for each in self.made if self.waits(each)]
        made = self.random.choice(waiting) if waiting else self.one()
        said = {"return": encode(NodeKind.RETURN, made.id), "lines": self.looks(made)}
        name = f"inspect {self.name(made)}: {said['lines']}"
        seen = self.previewed(said)
        if "code" in seen:
            assert self.inspected(said) == seen, self.said(f"{name} is refused otherwise")
            raise RequestFault(seen["code"], seen["message"])
        if self.random.random() < 0.4:
            self.something_else()
            if self.previewed(said).get("version") != seen["version"]:
                self.acts_on_nothing(said, seen, name)
                return f"{name}, not as it was shown"
        return self.acts_as_shown(made, said, seen, name)

    def previewed(self, said: dict[str, Any]) -> Any:
        before = everything(self.shop)
        seen = self.api.ask(PREVIEW, input=said)
        assert everything(self.shop) == before, self.said("a preview wrote something")
        return seen

    def acts_on_nothing(self, said: dict[str, Any], seen: dict[str, Any], name: str) -> None:
        before = everything(self.shop)
        done = self.inspected(said, ifUnchanged=seen["version"])
        assert done["code"] == "changed", self.said(f"{name} acts as it was not shown")
        assert everything(self.shop) == before, self.said(f"{name} acts all the same")

    def acts_as_shown(
        self, made: Return, said: dict[str, Any], seen: dict[str, Any], name: str
    ) -> str:
        stood = self.stands(made)
        self.shop.clock.pass_days(1 / 86_400)
        done = self.inspected(said, ifUnchanged=seen["version"])
        assert "code" not in done, self.said(f"{name}: {done}")
        try:
            check_done(self.shop, seen, stood, self.stands(made))
        except AssertionError as error:
            raise AssertionError(self.said(f"{name}: {error}")) from error
        return f"{name}: {seen['sentence']}"

    def inspected(self, said: dict[str, Any], **more: str) -> Any:
        return self.api.ask(INSPECT, input=keyed({**said, **more}))

    def something_else(self) -> None:
        """Something happens after the preview, which may be refused."""
        steps = [self.receive, self.money, self.undo, self.word_on_units, self.claim, self.close]
        steps += [self.days, self.ask, self.cancel_units, self.resolve, self.word_on_lines]
        steps += [super().inspect] * 5 + [self.dispute] * 2
        try:
            self.log.append(self.random.choice(steps)())
        except RequestFault as fault:
            self.refused(fault, "something else")
        self.go_on()

    def looks(self, made: Return) -> list[dict[str, Any]]:
        """Findings about some waiting units, of lines in several conditions, and of strays."""
        random = self.random
        looks: list[dict[str, Any]] = []
        for line in made.lines:
            left = line.count.to_inspect
            while left and random.random() < 0.7:
                many = random.randint(1, left)
                looks.append({"line": encode(NodeKind.RETURN_LINE, line.id), "units": many})
                left -= many
        for stray in self.shop.arrivals(made):
            if stray.line is None and stray.waiting and random.random() < 0.5:
                arrival = encode(NodeKind.ARRIVAL, stray.id)
                looks.append({"arrival": arrival, "units": random.randint(1, stray.waiting)})
        if not looks or random.random() < 0.03:
            looks.append({"line": encode(NodeKind.RETURN_LINE, made.lines[0].id), "units": 3})
        for each in looks:
            condition = random.choice((None, None, "worn", HELD)) if "line" in each else None
            found = [{"name": "condition", "value": condition}] if condition else []
            disposition = random.choice([*Disposition, Disposition.RESTOCK])
            each |= {"disposition": disposition.name, "found": found}
        return looks

    def stands(self, made: Return) -> Stands:
        store = self.shop.store
        with store.session():
            found = store.returns.now(made.id)
            keys = [line.id for line in found.lines]
            items = [store.stock.item(found.supplier, sku) for sku in ("LAMP", "SOFA")]
            sent = store.settlements.of_return_lines(keys)
            claims = [each for key in keys for each in store.claims.of_line(key)]
            return Stands(
                of=found,
                inspections={each.id: each for each in store.arrivals.inspections(found.id)},
                settlements={each.id: each for each in sent},
                claims={each.id: each for each in claims},
                available=Counter({each.sku: each.available for each in items if each}),
            )

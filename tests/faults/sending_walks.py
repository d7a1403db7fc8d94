"""Random walks of workers that stall at every call to a gateway, while everything else goes on.

Each worker is a thread that runs alone from one stall to the next. A walk has a few settlements;
clocks jump, answers are lost or refused, disputes open and end, and persons act.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.wire import Refusal
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.money.records import Settlement
from engine.errors import RequestFault
from engine.money import Money
from engine.settlement.charges import DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome
from engine.settlement.instruments import AT_GATEWAY, Instrument
from engine.settlement.machine import SettlementState as S
from engine.settlement.plan import HELD, REFUSED
from engine.settlement.steps import IN_FLIGHT, OTHER_AMOUNT
from services.payments.gateways import Gateways
from services.payments.looking import look_first
from services.workers.settling import LEASE, Settler
from tests.faults.test_settling import KEY, Crash, Desk

READS: Final = ("find", "listed", "charge", "state_of")
FAULTS: Final = ("drop_before", "drop_after", "error_stored", "error_stored_done", "error_fresh")
POST_FAULTS: Final = (*FAULTS, "conflict", "too_many")
JUMPS: Final = (1, 30, 60, LEASE + 1, LEASE + 1, 3_601, 3_601, -30, -3_600, 86_401)
WORKERS: Final = 3
LESS: Final = Money(1_500, "USD")
_GONE: Final = GatewayOutcome(answered=Answered.REFUSED, reason="invalid_request_error")
_TROUBLED_BY_DISPUTES: Final = (HELD, REFUSED)


class Worker(threading.Thread):
    """One turn of a worker, which stands still before and after each of its calls."""

    def __init__(self, walk: Sending) -> None:
        super().__init__(daemon=True)
        self.at, self.over, self.killed = "", False, False
        self.wrong: BaseException | None = None
        self._walk = walk
        self._go, self._stands = threading.Semaphore(0), threading.Semaphore(0)

    def run(self) -> None:
        """Waits for its first step."""
        self._go.acquire()
        gateway = Stalling(self._walk, self.stall)
        try:
            Settler(self._walk.desk.store, lambda _: gateway).work()
        except Crash:
            pass
        except BaseException as error:  # noqa: BLE001 - told to the walk
            self.wrong = error
        self.over = True
        self._stands.release()

    def stall(self, at: str) -> None:
        """Stands still until the walk lets it go on, or kills it."""
        self.at = at
        self._stands.release()
        self._go.acquire()
        if self.killed:
            raise Crash(at)

    def step(self) -> None:
        """Goes on to its next stall, or to its end."""
        if not self.is_alive():
            self.start()
        self._go.release()
        assert self._stands.acquire(timeout=60), f"it hangs after {self.at}"
        if self.wrong is not None:
            raise self.wrong


class Stalling(StripeGateway):
    """Stalls before and after each call; reads may be refused."""

    def __init__(self, walk: Sending, stall: Callable[[str], None]) -> None:
        super().__init__(KEY, base=walk.desk.stripe.address)
        self._walk, self._stall = walk, stall

    def send(self, *said: Any) -> Any:
        return self._called("send", super().send, *said)

    def find(self, *said: Any) -> Any:
        return self._called("find", super().find, *said)

    def listed(self, *said: Any) -> Any:
        return self._called("listed", super().listed, *said)

    def charge(self, *said: Any, **more: Any) -> Any:
        return self._called("charge", super().charge, *said, **more)

    def state_of(self, *said: Any) -> Any:
        return self._called("state_of", super().state_of, *said)

    def _called(self, name: str, call: Callable[..., Any], *said: Any, **more: Any) -> Any:
        if name == "send":
            self._walk.sending = said[0].settlement
        self._stall(f"before {name}")
        answer = _GONE if name in self._walk.refused else call(*said, **more)
        refused = name == "send" and answer.answered is Answered.REFUSED
        self._walk.told["refused"] += refused
        self._stall("after a refusal" if refused else f"after {name}")
        return answer


class Accounts(Gateways):
    """The one account of a desk, as persons' words ask it."""

    def __init__(self, desk: Desk) -> None:
        self._base = desk.stripe.address

    def of(self, _: str) -> StripeGateway:
        """Returns the account; its calls do not stall."""
        return StripeGateway(KEY, base=self._base)


class Sending:
    """A desk with a few settlements, and all that may happen while they are sent."""

    def __init__(self, desk: Desk, random: Random, number: str) -> None:
        self.desk, self.random = desk, random
        remedies = ("refund", "account_credit", "refund")
        self.keys = [desk.plan(remedy, line=f"{number}-{at}") for at, remedy in enumerate(remedies)]
        self.workers: list[Worker] = []
        self.refused: set[str] = set()
        self.sending = self.keys[0]
        self.pruned = False
        self.log: list[str] = []
        self.told: Counter[str] = Counter()
        self._account = desk.stripe.account(account_of(KEY))

    # --- what may happen ----------------------------------------------------------------------

    def step(self) -> None:
        """Something that may happen now; then the laws must hold."""
        steps: list[Callable[[], str]] = [self.work] * 4 + [self.go_on] * 24 + [self.pass_time] * 6
        steps += [self.gateway, self.reads, self.reads, self.lock_out, self.kill, self.kill]
        steps += [self.dispute, self.end_dispute, self.hear] * 3 + [self.prune]
        steps += [self.retry] * 4 + [self.resolve] * 3
        stand = [each.at for each in self.workers]
        if "before send" in stand:
            steps += [self.dispute, self.overtake] * 30 + [self.resolve] * 60
        if "after a refusal" in stand:
            steps += [self.end_dispute, self.hear, self.hear, self.kill] * 15
        chosen = self.random.choice(steps)
        if said := chosen():
            self.log.append(said)
            self.told[chosen.__name__] += 1
        self.check()

    def work(self) -> str:
        """One more worker starts."""
        if len(self.workers) >= WORKERS:
            return ""
        self.workers.append(Worker(self))
        return f"work {len(self.workers)}"

    def go_on(self) -> str:
        """A worker goes on to its next stall."""
        if not self.workers:
            return ""
        return self._stepped(self.random.choice(self.workers))

    def _stepped(self, worker: Worker) -> str:
        was = worker.at
        worker.step()
        if worker.over:
            self.workers.remove(worker)
        return f"{worker.name}: {was} -> {'over' if worker.over else worker.at}"

    def overtake(self) -> str:
        """The lease of a worker that is about to send ends; another one is refused its reads."""
        self.desk.later(LEASE + 1)
        self.refused = set(READS)
        settled = self.desk.settle(Stalling(self, lambda _: None))
        self.refused.clear()
        return f"overtake {settled}"

    def kill(self) -> str:
        """A worker dies where it stands."""
        if not self.workers:
            return ""
        worker = self.random.choice(self.workers)
        worker.killed = True
        self.workers.remove(worker)
        if worker.is_alive():
            worker.step()
        return f"kill {worker.name} {worker.at}"

    def pass_time(self) -> str:
        """Time passes, or the clock was wrong."""
        seconds = self.random.choice(JUMPS)
        self.desk.later(seconds)
        return f"later {seconds}"

    def gateway(self) -> str:
        """The gateway drops calls, or answers with errors, or does not any more."""
        drawn = self.random.sample(POST_FAULTS, self.random.choice((0, 0, 1, 2)))
        shares = {each: self.random.choice((0.3, 1.0)) / len(drawn) for each in drawn}
        self.desk.stripe.faults.set(shares)
        return f"gateway {shares}"

    def reads(self) -> str:
        """The gateway refuses what is read first, or does not any more."""
        self.refused = set(self.random.sample(READS, self.random.choice((0, 0, 1))))
        return f"reads {self.refused} are refused"

    def lock_out(self) -> str:
        """The key is revoked, or the supplier lifts that."""
        if KEY in self.desk.stripe.revoked or self.random.random() < 0.7:
            self._let_in()
            return "let in"
        self.desk.stripe.revoked.add(KEY)
        return "locked out"

    def _let_in(self) -> None:
        self.desk.stripe.revoked.discard(KEY)
        with self.desk.store.writing():
            self.desk.store.payouts.open("acme", "supplier")

    def prune(self) -> str:
        """A day has passed, and no request of before is on its way any more."""
        if self.random.random() < 0.7:
            return ""
        while self.workers:
            self.kill()
        self.desk.later(86_401)
        self.desk.stripe.ledger.prune_keys()
        self.pruned = True
        return "prune"

    def dispute(self) -> str:
        """A payer disputes a charge."""
        charge = self._charge(self.random.choice((*self.keys, self.sending, self.sending)))
        if any(each["charge"] == charge["id"] for each in self._open()):
            return ""
        made = self._account.disputes.open(charge)
        return f"dispute {made['id']} of {charge['id']}"

    def end_dispute(self) -> str:
        """The bank decides for the payee."""
        if not (found := self._open()):
            return ""
        key = self.random.choice(found)["id"]
        self._account.disputes.move(key, "won")
        return f"won {key}"

    def hear(self) -> str:
        """A webhook tells of a dispute, at any time after."""
        found = self._account.disputes.disputes({"limit": "100"})["data"]
        if not found:
            return ""
        self._hear(self.random.choice(found)["id"])
        return "hear of a dispute"

    def _hear(self, key: str) -> None:
        read = StripeGateway(KEY, base=self.desk.stripe.address).dispute(key)
        if isinstance(read, DisputeRead):
            with self.desk.store.writing():
                self.desk.store.disputes.know("acme", read)

    def retry(self) -> str:
        """A person sends one again."""
        return self._resolved("retry", lambda key: self.desk.store.resolving.retry(key, "person"))

    def resolve(self) -> str:
        """A person gives the money up, or pays it in another way, whatever is on its way."""
        store = self.desk.store.resolving
        ways: dict[str, Callable[[str], Settlement]] = {
            "give up": lambda key: store.give_up(key, "person", "so"),
            "by hand": lambda key: store.paid_by_hand(key, "T-1", "person"),
            "credit": lambda key: store.credit_instead(key, "person"),
        }
        way = self.random.choice([*ways])
        return self._resolved(way, ways[way], looks=True)

    def _resolved(self, name: str, way: Callable[[str], Settlement], *, looks: bool = False) -> str:
        stuck = [each for each in self.settlements() if each.state in (S.NEEDS_ATTENTION, S.FAILED)]
        if not stuck:
            return ""
        found, store = self.random.choice(stuck), self.desk.store
        try:
            if looks:
                with store.session():
                    by_hand = name == "by hand"
                    look_first(store, Accounts(self.desk), found, "person", by_hand=by_hand)
            with store.writing():
                if looks:
                    store.resolving.check_same(found)
                made = way(found.id)
        except RequestFault as fault:
            return f"{name} {found.id}: {fault.code}"
        if made.id not in self.keys:
            self.keys.append(made.id)
        return f"{name} {found.id} of {found.trouble}"

    # --- laws -----------------------------------------------------------------------------------

    def check(self) -> None:
        """Money moved at most once, and no key was given up that may still move it."""
        moved = self.moved()
        for each in self.settlements():
            most = each.state not in (S.CANCELLED, S.FAILED) and each.instrument != "by_hand"
            assert moved[each.id] <= most, self.said(f"{each.id} moved {moved[each.id]} times")
            if each.state is S.SUCCEEDED and each.reference.startswith(("re_", "cbtxn_")):
                assert moved[each.id] == 1, self.said(f"{each.id} has not moved")
            for generation in range(1, each.generation):
                key = f"{each.id}.{generation}"
                assert self.pruned or self._is_spent(key), self.said(f"{key} may still move it")

    def _is_spent(self, key: str) -> bool:
        kept = self.desk.stripe.ledger.key(account_of(KEY), key)
        return kept is not None and kept[2] >= 400

    def end(self) -> None:
        """All causes are gone: it moves by itself, or once a person sends it again."""
        self.desk.stripe.faults.set({})
        self.refused.clear()
        self.desk.stripe.revoked.clear()
        while self.workers:
            self._stepped(self.workers[0])
            self.check()
        self._let_in()
        for each in self._open():
            self._account.disputes.move(each["id"], "won")
        for each in self._account.disputes.disputes({"limit": "100"})["data"]:
            self._hear(each["id"])
        self.desk.later(5 * 86_400)  # no clock was ahead of what it is now
        self._settle()
        for each in self.settlements():
            if each.state is S.NEEDS_ATTENTION:
                said = f"{each.id} waits for a dispute that is over: {each}"
                assert each.trouble not in _TROUBLED_BY_DISPUTES, self.said(said)
                with self.desk.store.writing():
                    self.desk.store.resolving.retry(each.id, "person")
        self._settle()
        for each in self.settlements():
            done = each.state in (S.SUCCEEDED, S.CANCELLED)
            assert done, self.said(f"{each.id} is stuck: {each}")
        self.check()

    def _settle(self) -> None:
        for _ in range(6):
            while self.desk.settle():
                pass
            self.desk.later(3_601)

    # --- hands ----------------------------------------------------------------------------------

    def settlements(self) -> list[Settlement]:
        return [self.desk.settlement(each) for each in self.keys]

    def moved(self) -> Counter[str]:
        """How often each settlement moved at the gateway."""
        stands = [each for each in self.desk.moved() if each.get("status") != "failed"]
        return Counter(each["metadata"].get("settlement_id", "") for each in stands)

    def said(self, what: str) -> str:
        return "\n".join([*self.log, what])

    def _charge(self, key: str) -> dict[str, Any]:
        ways = self.desk.settlement(key).ways
        intent = self._account.payments.payment_intent(ways.charge)
        return self._account.payments.charge(intent["latest_charge"])

    def _open(self) -> list[dict[str, Any]]:
        found = self._account.disputes.disputes({"limit": "100"})["data"]
        return [each for each in found if each["status"] not in ("won", "lost")]


class BesideParts(Sending):
    """The same, while somebody gives parts back at the gateway and names settlements on them."""

    def step(self) -> None:
        """As before, or a part."""
        if self.random.random() > 0.06:
            super().step()
            return
        key = self.random.choice((*self.keys, self.sending))
        if self.desk.settlement(key).instrument in AT_GATEWAY:
            moved_less(self.desk, key)
            self.log.append(f"a part of {key}")
            self.told["part"] += 1
        self.check()

    def moved(self) -> Counter[str]:
        """How often the whole of each settlement moved at the gateway."""
        whole = [each for each in self.desk.moved() if abs(each["amount"]) != LESS.minor]
        return Counter(each["metadata"].get("settlement_id", "") for each in whole)

    def _settle(self) -> None:
        """A person pays by hand what a part stands for, as soon as that is certain."""
        for _ in range(3):
            super()._settle()
            for each in self.settlements():
                if each.state is S.NEEDS_ATTENTION and each.trouble == OTHER_AMOUNT:
                    self.log.append(self._by_hand(each.id))
            self.desk.later(IN_FLIGHT)

    def _by_hand(self, key: str) -> str:
        store = self.desk.store
        found = self.desk.settlement(key)
        try:
            with store.session():
                look_first(store, Accounts(self.desk), found, "person", by_hand=True)
            with store.writing():
                store.resolving.check_same(found)
                store.resolving.paid_by_hand(key, "T-1", "person")
        except RequestFault as fault:
            self.told[fault.code] += 1
            return f"by hand {key}: {fault.code}"
        self.told["by hand"] += 1
        return f"by hand {key}"


def moved_less(desk: Desk, key: str) -> None:
    """Somebody gives a part of it back at the gateway, and names it there."""
    found, account = desk.settlement(key), desk.stripe.account(account_of(KEY))
    about: Any = {"settlement_id": key}
    less = str(LESS.minor)
    if found.instrument is Instrument.REFUND:
        said = {"payment_intent": found.ways.charge, "amount": less, "metadata": about}
        try:
            account.payments.create_refund(said)
        except Refusal:  # nothing is left of the charge, or it is disputed
            return
    else:
        said = {"amount": f"-{less}", "currency": "usd", "metadata": about}
        account.balances.create(found.ways.customer, said)

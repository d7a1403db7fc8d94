"""A request that reaches the gateway late, after all its checks, moves nothing a second time.

Its worker stalls between its last check and its call: its lease ends, the settlement comes to a
person, and the person sends it again, before the request arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.stripe_gateway import StripeGateway
from adapters.store.money.records import Settlement
from adapters.store.money.resolving import Resolving
from engine.errors import RequestFault
from engine.settlement.charges import ChargeRead, DisputeRead
from engine.settlement.gateway import Answered, GatewayOutcome, Movement
from engine.settlement.instruments import Instrument, PaymentReferences
from engine.settlement.machine import SettlementState
from engine.settlement.steps import IN_FLIGHT, MOST_ATTEMPTS, OTHER_AMOUNT
from services.payments.looking import look_first
from services.workers.settling import LEASE
from tests.faults.sending_walks import LESS, Accounts, BesideParts, Sending, moved_less
from tests.faults.test_settling import KEY, REMEDIES, Crash, Desk, crash, service

__all__ = ["service"]

WALKS = {"sqlite": 12, "postgresql": 4}
STEPS = 150


class StallingGateway(StripeGateway):
    """Lets everything else happen once before its request arrives."""

    def __init__(self, base: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(KEY, base=base)
        self._meanwhile = meanwhile

    def send(self, movement: Movement) -> GatewayOutcome:
        self._meanwhile()
        return super().send(movement)


class LateDispute(StripeGateway):
    """Shows a charge as it was before the dispute for which the gateway then refuses."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(KEY, base=desk.stripe.address)
        self._account = desk.stripe.account(account_of(KEY))
        self._store = desk.store
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, movement: Movement) -> GatewayOutcome:
        answer = super().send(movement)
        self.meanwhile()
        return answer

    def charge(
        self, ways: PaymentReferences, *, linked: bool = False
    ) -> ChargeRead | GatewayOutcome:
        read = super().charge(ways, linked=linked)
        self._account.disputes.open(self._charge(ways))
        return read

    def win(self) -> None:
        for each in self._account.disputes.disputes({})["data"]:
            self._account.disputes.move(each["id"], "won")
            read = self.dispute(each["id"])
            assert isinstance(read, DisputeRead)
            with self._store.writing():
                self._store.disputes.know("acme", read)

    def _charge(self, ways: PaymentReferences) -> dict[str, object]:
        payments = self._account.payments
        intent = payments.payment_intent(ways.charge)
        return payments.charge(intent["latest_charge"])


def held_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not fit any more, so that it is not sent."""
    with monkeypatch.context() as patched:
        patched.setattr(desk.store.settlements, "fits", lambda _: False)
        desk.settle()


def never_answered(desk: Desk, _: pytest.MonkeyPatch) -> None:
    desk.stripe.faults.set({"drop_before": 1.0})
    for _turn in range(MOST_ATTEMPTS):
        desk.settle()
        desk.later(3_601)
    desk.stripe.faults.set({})


def answered_with_errors(desk: Desk, _: pytest.MonkeyPatch) -> None:
    desk.stripe.faults.set({"error_stored": 1.0})
    for _turn in range(2 * MOST_ATTEMPTS):
        desk.settle()
        desk.later(3_601)
    desk.stripe.faults.set({})


class RefusedReads(StripeGateway):
    """Refuses to show what it has, whatever that is; or only charges, without `lists`."""

    def __init__(self, key: str, *, base: str, lists: bool = True) -> None:
        super().__init__(key, base=base)
        self._lists = lists

    def charge(
        self, ways: PaymentReferences, *, linked: bool = False
    ) -> ChargeRead | GatewayOutcome:
        if self._lists:
            return super().charge(ways, linked=linked)
        return GatewayOutcome(answered=Answered.REFUSED, reason="invalid_request_error")

    def find(self, movement: Movement) -> GatewayOutcome:
        return GatewayOutcome(answered=Answered.REFUSED, reason="invalid_request_error")

    def state_of(self, *_: object) -> GatewayOutcome:
        return GatewayOutcome(answered=Answered.REFUSED, reason="invalid_request_error")


def list_refused(desk: Desk, _: pytest.MonkeyPatch | None = None) -> None:
    """The gateway refuses its list, and not what was sent."""
    desk.settle(RefusedReads(KEY, base=desk.stripe.address))


WHYS = {
    "invalid_request_error": list_refused,
    "over_ceiling": held_back,
    "no_answer": never_answered,
    "keys_spent": answered_with_errors,
}


@pytest.mark.parametrize("why", WHYS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_a_person_sent_again_does_not_move_twice_when_the_first_request_comes(
    service: Desk, remedy: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.plan(remedy)

    def meanwhile() -> None:
        service.later(LEASE + 1)
        WHYS[why](service, monkeypatch)
        assert service.settlement(key).trouble == why
        with service.store.writing():
            service.store.resolving.retry(key, "person")
        service.later(60)
        service.settle()
        assert service.settlement(key).state is SettlementState.SUCCEEDED

    service.settle(StallingGateway(service.stripe.address, meanwhile))

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


WORDS: dict[str, Callable[[Resolving, str], Settlement]] = {
    "given up": lambda store, key: store.give_up(key, "person", "Nobody waits for it."),
    "paid by hand": lambda store, key: store.paid_by_hand(key, "T-1", "person"),
    "credit instead": lambda store, key: store.credit_instead(key, "person"),
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("why", WHYS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_a_person_squared_in_another_way_does_not_move_when_the_first_request_comes(
    service: Desk, remedy: str, why: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.plan(remedy)
    made = [key]

    def meanwhile() -> None:
        service.later(LEASE + 1)
        WHYS[why](service, monkeypatch)
        made.append(squared(service, key, word).id)

    service.settle(StallingGateway(service.stripe.address, meanwhile))
    service.later(LEASE + 1)
    service.settle()

    moved = [each["metadata"]["settlement_id"] for each in service.moved()]
    assert moved == ([made[1]] if word == "credit instead" else [])
    assert service.settlement(key).state in (SettlementState.CANCELLED, SettlementState.SUCCEEDED)


class OtherAmount(StripeGateway):
    """Moves less than it is asked for, under the very same key."""

    def send(self, movement: Movement) -> GatewayOutcome:
        return super().send(replace(movement, amount=LESS))


class BesideLess(StripeGateway):
    """Somebody gives a part back right after the whole has moved or before; its answer is lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(KEY, base=desk.stripe.address)
        self._desk = desk
        self.whole_first = True

    def send(self, movement: Movement) -> GatewayOutcome:
        if not self.whole_first:
            moved_less(self._desk, movement.settlement)
        super().send(movement)
        if self.whole_first:
            moved_less(self._desk, movement.settlement)
        raise Crash("after send")


def amounts(desk: Desk) -> list[int]:
    return sorted(abs(each["amount"]) for each in desk.moved())


@pytest.mark.parametrize("remedy", REMEDIES)
def test_beside_another_amount_it_is_not_paid_by_hand_while_a_request_runs(
    service: Desk, remedy: str
) -> None:
    """Somebody gave a part back by hand; the request for the whole is done after that."""
    key = service.plan(remedy)

    def meanwhile() -> None:
        moved_less(service, key)
        service.later(LEASE + 1)
        service.settle()
        assert service.settlement(key).trouble == OTHER_AMOUNT
        runs = account_of(KEY), f"{key}.1"
        service.stripe.running[runs] = "/v1/refunds", "amount=4000"
        said = [refusal(service, key, "paid by hand", by_hand=True) for _ in range(2)]
        assert said == ["attempt_running"] * 2
        del service.stripe.running[runs]

    service.settle(StallingGateway(service.stripe.address, meanwhile))
    service.later(IN_FLIGHT)
    service.settle()

    assert amounts(service) == [1_500, 4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED
    assert refusal(service, key, "paid by hand", by_hand=True) == "nothing_to_resolve"


@pytest.mark.parametrize("remedy", REMEDIES)
def test_beside_another_amount_it_is_not_paid_by_hand_unless_its_key_is_used_up(
    service: Desk, remedy: str
) -> None:
    """What uses the key up is lost; once it comes through, a late request moves nothing."""
    key = service.plan(remedy)

    def meanwhile() -> None:
        moved_less(service, key)
        service.later(LEASE + 1)
        service.settle()
        service.stripe.faults.set({"drop_before": 1.0})
        assert refusal(service, key, "paid by hand", by_hand=True) == "gateway_unreachable"
        service.stripe.faults.set({})
        squared(service, key, "paid by hand", by_hand=True)

    service.settle(StallingGateway(service.stripe.address, meanwhile))

    assert amounts(service) == [1_500]
    assert service.settlement(key).instrument is Instrument.BY_HAND


@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_moved_another_amount_under_its_own_key_is_paid_by_hand_when_nothing_can_run(
    service: Desk, remedy: str
) -> None:
    key = service.plan(remedy)
    service.settle(OtherAmount(KEY, base=service.stripe.address))
    assert service.settlement(key).trouble == OTHER_AMOUNT

    said = [refusal(service, key, "paid by hand", by_hand=True) for _ in range(2)]
    assert said == ["attempt_running"] * 2
    service.later(IN_FLIGHT)
    service.settle()
    assert service.settlement(key).trouble == OTHER_AMOUNT
    squared(service, key, "paid by hand", by_hand=True)

    assert amounts(service) == [1_500]
    assert service.settlement(key).instrument is Instrument.BY_HAND


@pytest.mark.parametrize("whole_first", [True, False])
@pytest.mark.parametrize("remedy", REMEDIES)
def test_beside_the_whole_another_amount_is_not_taken_for_it(
    service: Desk, remedy: str, *, whole_first: bool
) -> None:
    """The answer to its request was lost; somebody gave a part back before that, or after."""
    key, late = service.plan(remedy), BesideLess(service)
    late.whole_first = whole_first
    crash(service, lambda: service.settle(late))

    service.settle()

    whole = [each["id"] for each in service.moved() if abs(each["amount"]) == 4_000]
    after = service.settlement(key)
    assert (after.state, [after.reference]) == (SettlementState.SUCCEEDED, whole)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_persons_word_waits_for_a_request_that_runs_at_the_gateway(
    service: Desk, remedy: str, word: str, *, moves: bool
) -> None:
    """The gateway lists nothing of it yet, and refuses its key to anything else."""
    key = service.plan(remedy)

    def meanwhile() -> None:
        overtaken_while_it_runs(service, key, word)
        if not moves:
            raise Crash("the gateway refused it, and its client is gone")

    late = StallingGateway(service.stripe.address, meanwhile)
    with nullcontext() if moves else pytest.raises(Crash):
        service.settle(late)
    service.later(IN_FLIGHT)
    service.settle()

    if moves:
        assert service.settlement(key).state is SettlementState.SUCCEEDED
        assert refusal(service, key, word) == "nothing_to_resolve"
        expected = [key]
    else:
        made = squared(service, key, word).id
        service.settle()
        expected = [made] if word == "credit instead" else []
    assert [each["metadata"]["settlement_id"] for each in service.moved()] == expected


def overtaken_while_it_runs(desk: Desk, key: str, word: str) -> None:
    """A person's word is refused while a request of a worker that was overtaken runs."""
    desk.later(LEASE + 1)
    list_refused(desk)
    runs = account_of(KEY), f"{key}.1"
    desk.stripe.running[runs] = "/v1/refunds", "amount=4000"
    assert [refusal(desk, key, word) for _ in range(2)] == ["attempt_running"] * 2
    del desk.stripe.running[runs]


def refusal(desk: Desk, key: str, word: str, *, by_hand: bool = False) -> str:
    """The code of the refusal of a person's word."""
    with pytest.raises(RequestFault) as fault:
        squared(desk, key, word, by_hand=by_hand)
    return fault.value.code


@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_is_sent_again_after_a_word_that_was_not_kept_moves_once(
    service: Desk, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its key was used up, and the process died before the word was recorded."""
    key, store = service.plan(remedy), service.store
    held_back(service, monkeypatch)
    with store.session():
        look_first(store, Accounts(service), service.settlement(key), "person")

    with store.writing():
        store.resolving.retry(key, "person")
    for _ in range(3):
        service.later(60)
        service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def test_a_word_on_what_was_sent_again_since_it_was_looked_up_is_not_taken(service: Desk) -> None:
    """It was looked up while nothing of it had been sent, and waits for a person again."""
    key, store = service.plan(), service.store
    with store.session():
        found = store.settlements.by_id(key)
        assert found is not None
        look_first(store, Accounts(service), found, "person")
    service.settle(RefusedReads(KEY, base=service.stripe.address, lists=False))

    with pytest.raises(RequestFault) as fault, store.writing():
        store.resolving.check_same(found)

    assert fault.value.code == "changed"


@pytest.mark.parametrize("word", WORDS)
def test_nothing_is_given_up_while_the_gateway_does_not_say_that_its_key_is_used_up(
    service: Desk, word: str
) -> None:
    """A permission of the key is missing."""
    key = service.plan()
    service.settle(RefusedReads(KEY, base=service.stripe.address, lists=False))
    service.stripe.denied.add("charges")

    with pytest.raises(RequestFault, match="`rak_charge_write`") as fault:
        squared(service, key, word)
    assert fault.value.code == "gateway_unreachable"
    assert service.settlement(key).state is SettlementState.NEEDS_ATTENTION


@pytest.mark.parametrize("word", WORDS)
def test_who_may_not_look_it_up_is_told_what_the_gateway_says_of_the_key(
    service: Desk, word: str
) -> None:
    key = service.plan()
    service.settle(RefusedReads(KEY, base=service.stripe.address, lists=False))

    for because in ("does not accept the key", "`api_key_invalid`"):
        service.stripe.revoked.add(KEY)
        with pytest.raises(RequestFault, match=because):
            squared(service, key, word)
    service.stripe.revoked.clear()
    squared(service, key, word)
    assert not [each for each in service.moved() if each["metadata"]["settlement_id"] == key]


def test_what_waits_for_a_person_is_looked_up_and_not_sent(service: Desk) -> None:
    """As after an event that names it; what it waits for stays on record."""
    key, store = service.plan(), service.store
    service.settle(RefusedReads(KEY, base=service.stripe.address, lists=False))
    before = service.settlement(key)
    assert before.state is SettlementState.NEEDS_ATTENTION

    for gateway in (None, RefusedReads(KEY, base=service.stripe.address)):
        with store.writing():
            assert store.settlements.news("acme", "re_unknown", key)
        service.settle(gateway)

    after = service.settlement(key)
    assert (after.state, after.trouble, after.sentence, after.attempts) == (
        SettlementState.NEEDS_ATTENTION,
        before.trouble,
        before.sentence,
        before.attempts,
    )
    assert not service.moved()


def squared(desk: Desk, key: str, word: str, *, by_hand: bool = False) -> Settlement:
    """A person's word, after the look at the gateway that each needs."""
    store = desk.store
    with store.session():
        found = store.settlements.by_id(key)
        assert found is not None
        look_first(store, Accounts(desk), found, "person", by_hand=by_hand)
    with store.writing():
        store.resolving.check_same(found)
        return WORDS[word](store.resolving, key)


def test_what_was_refused_for_a_dispute_is_sent_once_it_is_won(service: Desk) -> None:
    """Its first key replays the refusal."""
    key, gateway = service.plan(), LateDispute(service)
    service.settle(gateway)
    assert service.settlement(key).trouble == "charge_disputed"

    gateway.win()
    service.later(60)
    service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def die() -> None:
    raise Crash("after send")


def test_a_refusal_of_before_is_not_taken_for_one_of_now(service: Desk) -> None:
    """Its answer was lost with the worker, and the dispute is over when the key replays it."""
    key, late = service.plan(), LateDispute(service)
    late.meanwhile = die
    crash(service, lambda: service.settle(late))
    late.win()

    for _ in range(2):
        service.settle()
        service.later(60)

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def test_what_was_refused_for_a_dispute_that_ended_meanwhile_is_sent_again(service: Desk) -> None:
    """It ends, and is known to have ended, before the refusal is recorded."""
    key, late = service.plan(), LateDispute(service)
    late.meanwhile = late.win
    service.settle(late)

    service.later(61)
    service.settle()

    assert [abs(each["amount"]) for each in service.moved()] == [4_000]
    assert service.settlement(key).state is SettlementState.SUCCEEDED


def test_a_look_that_is_refused_changes_nothing_of_what_has_moved(service: Desk) -> None:
    """As for a customer who was deleted since; it is looked at each day."""
    key = service.plan("account_credit")
    service.settle()
    before = service.settlement(key), told_of(service, key)

    for _ in range(3):
        service.later(86_401)
        service.settle(RefusedReads(KEY, base=service.stripe.address))

    after = service.settlement(key)
    assert (after.state, after.generation) == (before[0].state, before[0].generation)
    assert told_of(service, key) == before[1]


def told_of(desk: Desk, key: str) -> list[str]:
    with desk.store.session():
        return [each.fact for each in desk.store.journal.about("acme", key)]


@pytest.mark.parametrize("word", [*WORDS, "sent again"])
def test_a_copy_that_failed_does_not_let_the_first_request_move_beside_a_persons_word(
    service: Desk, word: str
) -> None:
    """Somebody names the settlement on a refund that comes back while its own request is late."""
    key = service.plan("refund", "pm_card_refundFail")
    made = [key]

    def meanwhile() -> None:
        said = {"payment_intent": service.settlement(key).ways.charge, "amount": "4000"}
        about: Any = {"metadata": {"settlement_id": key}}
        service.stripe.account(account_of(KEY)).payments.create_refund({**said, **about})
        service.stripe.move_on(at_once=True)
        service.later(LEASE + 1)
        service.settle()
        assert service.settlement(key).state is SettlementState.FAILED
        if word == "sent again":
            with service.store.writing():
                made.append(service.store.resolving.retry(key, "person").id)
        else:
            made.append(squared(service, key, word, by_hand=True).id)

    service.settle(StallingGateway(service.stripe.address, meanwhile))

    stand = [each for each in service.moved() if each.get("status") != "failed"]
    assert key not in [each["metadata"]["settlement_id"] for each in stand]


def walked(desk: Desk, walks: int, kind: type[Sending] = Sending) -> None:
    """Raises AssertionError with what happened, where a law does not hold."""
    for seed in range(walks):
        walk = kind(desk, Random(f"sending {seed}"), str(seed))
        for _ in range(STEPS):
            walk.step()
        walk.end()


def test_whatever_stalls_money_moves_once_and_is_never_stuck(service: Desk, kind: str) -> None:
    walked(service, WALKS[kind])


def test_beside_parts_that_others_give_back_the_whole_moves_once_or_is_paid_by_hand(
    service: Desk, kind: str
) -> None:
    walked(service, WALKS[kind] // 2, BesideParts)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_walk_finds_a_key_that_is_given_up_too_early(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a list that is refused were a refusal of the movement."""
    monkeypatch.setattr(GatewayOutcome, "unsent", property(lambda outcome: outcome))

    with pytest.raises(AssertionError, match="may still move it"):
        walked(service, 24)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_walk_finds_a_request_that_comes_after_a_persons_word(
    service: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if no key were used up before a settlement is given up."""
    monkeypatch.setattr(StripeGateway, "spend_key", lambda *_: None)

    with pytest.raises(AssertionError, match="moved 1 times"):
        walked(service, 24)

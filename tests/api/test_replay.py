"""What the API answered is derived again, while it serves and whatever was agreed since."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

from adapters.store.decision_history.pages import FIRST, LAST, Range
from engine.replay.kept import Finding, Kind
from returns_api.types.ids import NodeKind, encode
from services.orders.adding import add_orders
from takeback.policy_cache import Library
from takeback.replay.replayer import Replayer
from takeback.settings import policies_folder
from tests.api.conftest import Caller, Served, order


def replayed(served: Served) -> Counter[tuple[Kind, Finding]]:
    store = served.parts.store
    with closing(Library(policies_folder())) as library:
        replayer = Replayer(store, library)
        every = store.decision_history.read(Range(since=FIRST, before=LAST))
        return Counter((past.kind, replayer.replay(past).finding) for past in every)


def agree(acme: Caller, fee: str) -> None:
    """Agrees on a restocking fee with southgate."""
    partnerships = acme.ask("{ me { partnerships { id retailer { handle } } } }")["me"]
    (key,) = [
        each["id"]
        for each in partnerships["partnerships"]
        if each["retailer"]["handle"] == "southgate"
    ]
    terms = [{"name": "fee", "value": fee}]
    said = {"partnership": key, "policy": "acme/standard", "terms": terms}
    assert acme.ask("SetTerms", input=said)["setTerms"]["__typename"] == "TermsSet"


def test_everything_that_was_answered_is_derived_again(served: Served, acme: Caller) -> None:
    """Asked under terms that do not hold any more, without a policy, and with facts that lack."""
    southgate = served.callers["southgate"]
    with served.parts.store.session():
        partner = served.parts.store.partners.by_handle("southgate")
        assert partner is not None
        old = {"ordered": "2019-12-31", "delivered": "2020-01-02"}
        drafts = [
            order("S-REPLAY", "acme", "southgate"),
            order("S-OLD", "acme", "southgate", dates=old),
            order("S-BARE", "acme", "southgate", dates={"ordered": "2025-05-01"}),
        ]
        add_orders(served.parts.store, served.parts.store.partners.acting(partner), drafts)
    agree(acme, "10%")
    nets = [southgate.eligible(order="S-REPLAY", line="1")["settlement"]["net"]["amount"]]
    agree(acme, "20%")
    nets += [southgate.eligible(order="S-REPLAY", line="1")["settlement"]["net"]["amount"]]
    agree(acme, "0%")
    others = [southgate.eligible(order=name, line="2")["code"] for name in ("S-OLD", "S-BARE")]

    found = replayed(served)

    assert nets == ["36.00", "32.00"]
    assert others[0] == "no_policy"
    assert found[Kind.LINE, Finding.SAME] >= 3
    assert found[Kind.UNGOVERNED, Finding.SAME] >= 1
    assert {finding for _, finding in found} == {Finding.SAME}


def test_what_was_decided_before_an_order_was_amended_is_derived_again(
    served: Served, northwind: Caller, acme: Caller
) -> None:
    with served.parts.store.session():
        store = served.parts.store
        partner = store.partners.by_handle("northwind")
        assert partner is not None
        bare = order("N-AMENDED", "acme", "northwind", dates={"ordered": "2025-05-01"})
        (family,) = add_orders(store, store.partners.acting(partner), [bare])
    before = northwind.eligible(order="N-AMENDED", line="1")
    change = {
        "order": encode(NodeKind.ORDER, family.order.id),
        "idempotencyKey": "amended",
        "dates": [{"name": "delivered", "on": "2025-05-10"}],
        "lines": [{"line": "2", "cancel": 1}],
        "reason": "none left",
    }
    acme.ask("UpdateOrder", input=change)
    after = northwind.eligible(order="N-AMENDED", line="1")

    assert (before["answer"], after["answer"]) == ("ASK", "ACCEPT")
    assert {finding for _, finding in replayed(served)} == {Finding.SAME}


def test_a_replay_runs_while_the_server_answers(served: Served, northwind: Caller) -> None:
    before = replayed(served).total()
    store = served.parts.store
    with closing(Library(policies_folder())) as library:
        replayer, seen = Replayer(store, library), 0
        northwind.eligible(order="N-1", line="1")
        for past in store.decision_history.read(Range(since=FIRST, before=LAST), page=1):
            if seen < 3:
                northwind.eligible(order="N-1", line="1")
            assert replayer.replay(past).finding is Finding.SAME
            seen += 1

    assert seen >= before + 1

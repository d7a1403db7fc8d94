"""Settlements with what to do next, credit, and what a person does about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.identity.principal import Scope
from dashboard.address import Address
from dashboard.overview.figures import GROUPS, WAYS
from dashboard.payments import history, next_step
from dashboard.payments.settlements import STATES, WAY_WORDS, arguments
from returns_api.schema import core_schema
from tests.dashboard import making
from tests.dashboard.world import OTHER, RETAILER, SUPPLIER, SUPPORT, World, opened

ROOT = Path(__file__).parents[2]
SCHEMA = core_schema()


def members(kind: str) -> set[str]:
    return set(SCHEMA.type_map[kind].values)


def test_every_state_trouble_and_way_has_words_of_its_own() -> None:
    assert set(next_step.STATES) == members("SettlementState")
    assert set(next_step.TROUBLES) == members("SettlementTrouble")
    assert set(next_step.RESOLUTIONS) == members("Resolution")
    assert set(STATES) - set(GROUPS) == members("SettlementState")
    assert set(WAY_WORDS) - set(WAYS) == members("SettlementWay")
    assert {each for group in WAYS.values() for each in group} == members("SettlementWay")


def test_the_history_of_a_settlement_is_in_words(world: World) -> None:
    path = f"/payments/{world.ids['hearth-home']['settlement']}"
    kinds = {each for each in members("JournalKind") if each.startswith("SETTLEMENT_")}

    for who in (OTHER, RETAILER):
        text = world.person(who).get(path).text
        story = text.partition('id="story"')[2].partition("</section>")[0]
        assert "Planned" in story
        assert not re.search(
            r"[a-z]_[a-z]|[0-9a-f]{32}|\w: (?!needs)", re.sub("<[^>]+>", "", story)
        )
    assert set(history.TITLES) == kinds


@pytest.fixture(scope="module")
def own(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that tests change."""
    with opened(migrated, tmp_path_factory.mktemp("payments")) as made:
        yield made


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=stuck", True),
        ("state=SUCCEEDED", False),
        ("way=refunded", True),
        ("way=credited", False),
        ("partner=southgate", True),
        ("from=2020-01-01", True),
        ("to=2020-01-01", False),
        ("state=NONSENSE&way=NONSENSE&sort=NONSENSE&from=soon", True),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(world: World, query: str, there: bool) -> None:
    settlement = world.ids["hearth-home"]["settlement"]

    text = world.person(OTHER).get(f"/payments?{query}").text

    assert (settlement in text) is there
    assert there or "No settlements match." in text


def test_a_group_of_states_is_what_the_overview_counts() -> None:
    asked = arguments(Address("/payments", {"state": "stuck", "way": "credited"}))

    assert asked["filter"] == {
        "states": ["NEEDS_ATTENTION", "FAILED"],
        "ways": ["CREDIT_NOTE", "BALANCE_CREDIT", "OWN_CREDIT"],
    }


def test_whose_money_it_is_sees_what_to_do_and_the_others_who_does_it(world: World) -> None:
    path = f"/payments/{world.ids['hearth-home']['settlement']}"

    supplier, retailer = (world.person(each).get(path).text for each in (OTHER, RETAILER))

    assert "Pay it by bank transfer or check" in supplier
    assert "Mark as paid manually" in supplier
    assert "Your supplier decides" in retailer
    assert "Mark as paid manually" not in retailer


def test_the_supplier_is_not_told_that_its_supplier_decides() -> None:
    stuck = {"state": "NEEDS_ATTENTION", "trouble": None}

    own = next_step.advice(stuck, may=False, pays=True)

    assert own.startswith("A colleague whose key may resolve settlements decides")
    assert next_step.advice(stuck, may=False, pays=False).startswith("Your supplier decides")


def test_a_settlement_is_paid_by_hand_once_and_says_so(own: World) -> None:
    person, path = own.person(OTHER), f"/payments/{own.ids['hearth-home']['settlement']}"
    page = person.get(f"{path}/resolve?how=PAID_BY_HAND")
    form = {**making.hidden(page.text, f"{path}/resolve"), "reference": "wire 7"}

    answers = [person.post(f"{path}/resolve", data=form) for _ in range(2)]

    assert "are recorded as paid to Southgate" in page.text
    assert [each.headers["location"] for each in answers] == [path, path]
    text = person.get(path).text
    assert "Marked as paid manually." in text
    assert "wire 7" in text
    assert "No action needed: it is paid." in text
    assert len(re.findall("<b>Paid</b>", text)) == 1


def test_the_refusal_of_the_api_is_shown_where_one_was(world: World) -> None:
    person, path = world.person(OTHER), f"/payments/{world.ids['hearth-home']['settlement']}"

    page = person.get(f"{path}/resolve?how=GIVE_UP").text
    said = {**making.hidden(page, f"{path}/resolve"), "why": " ", "reference": "so"}
    answer = person.post(f"{path}/resolve", data=said)

    assert "Say why, in 1 to 500 characters." in making.refused(answer)
    assert making.hidden(answer.text, f"{path}/resolve")["how"] == "GIVE_UP"


def test_who_may_not_resolve_is_refused(world: World) -> None:
    path = f"/payments/{world.ids['acme-supply']['settlement']}"
    person = world.person(SUPPORT)

    form = making.hidden(person.get(f"{path}/resolve?how=RETRY").text, f"{path}/resolve")
    answer = person.post(f"{path}/resolve", data=form)

    assert "support" in making.refused(answer)


def test_a_narrowed_key_is_told_that_it_was_narrowed_and_not_that_its_role_may_not(
    world: World,
) -> None:
    person = world.narrow(Scope.READ_MONEY, Scope.READ_ORDERS)

    page = person.get("/payments/gateway").text
    answer = person.get("/policies")

    assert "permissions do not include this page." in page
    assert "supplier or retailer key" not in page
    assert answer.status_code == 403
    assert "This key was narrowed and may not do this (“READ_POLICIES”)." in answer.text


def test_a_key_that_is_none_of_stripes_is_not_kept(world: World) -> None:
    person = world.person(SUPPLIER)

    answer = person.post("/payments/gateway", data={"key": "nonsense", "secrets": ""})

    assert making.refused(answer)
    shown = answer.text
    assert "No account connected." in shown
    assert "nonsense" not in shown


def test_a_key_for_the_gateway_alone_has_its_form(world: World) -> None:
    person = world.narrow(Scope.SET_GATEWAY)

    page = person.get(person.get("/").headers["location"]).text
    answer = making.sent(person, "/payments/gateway", key="nonsense", secrets="")

    assert 'name="secrets"' in page
    assert "Test and save" in page
    assert "may not" not in making.refused(answer)


def test_a_credit_is_used_and_stands_in_its_statement(own: World) -> None:
    person, ids = own.person(SUPPLIER), own.ids["acme-supply"]
    statement = f"/payments/credit/{ids['partnership']}/USD"
    form = making.hidden(person.get(f"{statement}/use").text, f"{statement}/use")

    person.post(f"{statement}/use", data={**form, "amount": "10.5", "invoice": "I-9"})

    text = person.get(statement).text
    assert "Credit applied to the invoice." in text
    assert "I-9" in text
    assert "USD 10.50" in text
    assert "USD 10.50" in own.person(RETAILER).get(statement).text
    balances = person.get("/payments/credit").text
    assert "USD 188.50" in balances
    assert own.person(OTHER).get(statement).status_code == 404


def test_a_limit_is_set_and_taken_away(own: World) -> None:
    person, ids = own.person(SUPPLIER), own.ids["acme-supply"]
    path = f"/payments/credit/{ids['partnership']}/USD"
    resolve = f"/payments/{ids['settlement']}/resolve"
    form = making.hidden(person.get(f"{resolve}?how=CREDIT_INSTEAD").text, resolve)
    person.post(resolve, data=form)

    person.post(f"{path}/limit", data={"amount": "100"})
    assert "USD 100.00" in person.get("/payments/credit").text
    person.post(f"{path}/limit", data={"amount": ""})

    assert "USD 100.00" not in person.get("/payments/credit").text


@pytest.mark.parametrize("typed", ["", "1.234", "-1", "12x", "NaN", "Infinity", "1e99"])
def test_what_is_no_amount_does_nothing_and_is_told(world: World, typed: str) -> None:
    person, ids = world.person(SUPPLIER), world.ids["acme-supply"]
    path = f"/payments/credit/{ids['partnership']}/USD"

    answer = person.post(f"{path}/use", data={"key": "k", "amount": typed, "invoice": "I"})

    assert making.refused(answer)
    assert 'value="I"' in answer.text


@pytest.mark.parametrize("path", ["/payments/reconciliation", "/payments/gateway"])
def test_who_may_not_see_it_is_told_who_may(world: World, path: str) -> None:
    text = world.person(SUPPORT).get(path).text

    assert "Viewing this requires a supplier or retailer key" in text

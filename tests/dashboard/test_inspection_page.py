"""The confirmation of an inspection shows what it would do, and confirms no other."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from adapters.identity.principal import Scope
from tests.dashboard import making
from tests.dashboard.test_two_tabs import AT_ONCE, CHANGED, at_once, inspected
from tests.dashboard.world import SUPPLIER, World

OWED = "query($n: String!) { found: returnByNumber(number: $n) { lines { owed { amount } } } }"
TIMES = "\N{MULTIPLICATION SIGN}"
STANDS = """query($n: String!) { found: returnByNumber(number: $n) {
  inspections { units disposition } } }"""


def received(world: World, units: int = 2) -> tuple[str, str]:
    """The number of a return whose units wait for an inspection, and the name of their fields."""
    number, person = str(making.return_(world, units=units)["number"]), world.person(SUPPLIER)
    page = f"/dock/{number}"
    making.flashed(making.sent(person, page, f"{page}/receive", all="yes"))
    (name,) = re.findall(r'name="([^"]+)-disposition"', person.get(page).text)
    return number, name


def asked(person: TestClient, number: str, typed: dict[str, str]) -> Any:
    """The answer to the form of the inspection, as it is sent first."""
    page = f"/dock/{number}"
    form = {**making.hidden(person.get(page).text, f"{page}/inspect"), **typed}
    return person.post(f"{page}/inspect", data=form)


def shown(text: str) -> str:
    """The words of the preview."""
    found = text.partition('id="pays"')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def owed(world: World, number: str) -> str:
    (line,) = making.asked(world, SUPPLIER, OWED, n=number)["found"]["lines"]
    return str(line["owed"]["amount"])


def test_what_is_shown_in_words_is_what_is_then_done(busy: World) -> None:
    number, name = received(busy)
    person = busy.person(SUPPLIER)
    typed = {f"{name}-units": "2", f"{name}-disposition": "RESTOCK"}

    asks = asked(person, number, typed)
    words = shown(asks.text)
    assert (asks.status_code, owed(busy, number)) == (200, "0.00")
    form = {**making.hidden(asks.text, f"/dock/{number}/inspect"), **typed}
    making.flashed(person.post(f"/dock/{number}/inspect", data=form))

    assert "2 units are accepted; 2 units become available;" in words
    assert f"2 {TIMES} TENT-2P : restock, available at Acme Supply" in words
    assert f"amount due USD 0.00, then USD {owed(busy, number)}" in words
    assert "is paid to" in words


def test_units_of_an_arrival_are_inspected_in_several_conditions_at_once(busy: World) -> None:
    number, name = received(busy, units=3)
    person, page = busy.person(SUPPLIER), f"/dock/{number}/inspect"
    typed = {f"{name}-units": "1", f"{name}-disposition": "RESTOCK"}

    more = asked(person, number, {**typed, "another": name})
    assert (more.status_code, inspected(busy, number)) == (200, [])
    assert f'name="{name}-2-disposition"' in more.text
    typed |= {f"{name}-2-units": "2", f"{name}-2-disposition": "SCRAP"}
    asks = person.post(page, data={**making.hidden(more.text, page), **typed})
    words = shown(asks.text)
    making.flashed(person.post(page, data={**making.hidden(asks.text, page), **typed}))

    assert f"1 {TIMES} TENT-2P : restock" in words
    assert f"2 {TIMES} TENT-2P : scrap" in words
    found = making.asked(busy, SUPPLIER, STANDS, n=number)["found"]["inspections"]
    assert [(each["units"], each["disposition"]) for each in found] == [
        (1, "RESTOCK"),
        (2, "SCRAP"),
    ]


def test_what_changed_meanwhile_is_shown_anew_and_then_confirmed(busy: World) -> None:
    number, name = received(busy)
    person, page = busy.person(SUPPLIER), f"/dock/{number}/inspect"
    typed = {f"{name}-units": "1", f"{name}-disposition": "RESTOCK"}
    tab = {**making.hidden(asked(person, number, typed).text, page), **typed}
    other = {f"{name}-units": "1", f"{name}-disposition": "SCRAP"}
    making.flashed(making.sent(person, f"/dock/{number}", page, **other))
    before = owed(busy, number)

    answer = person.post(page, data=tab)

    assert making.refused(answer).startswith(CHANGED)
    assert f"amount due USD {before}, then" in shown(answer.text)
    assert inspected(busy, number) == [1]
    making.flashed(person.post(page, data={**making.hidden(answer.text, page), **typed}))
    assert inspected(busy, number) == [1, 1]


def test_of_two_inspections_confirmed_at_once_one_is_made_and_the_other_shown_anew(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, name = received(busy)
    person, page = busy.person(SUPPLIER), f"/dock/{number}/inspect"
    typed = {f"{name}-units": "1", f"{name}-disposition": "RESTOCK"}
    tabs = [
        (page, {**making.hidden(asked(person, number, typed).text, page), **typed})
        for _ in range(2)
    ]

    answers = at_once(monkeypatch, person, tabs)

    (late,) = [each for each in answers if each.status_code == 422]
    assert making.refused(late) == AT_ONCE
    assert "amount due USD 100.00, then USD 200.00" in shown(late.text)
    assert inspected(busy, number) == [1]
    making.flashed(person.post(page, data={**making.hidden(late.text, page), **typed}))
    assert inspected(busy, number) == [1, 1]


@pytest.mark.parametrize("edit", ["units", "disposition"])
def test_what_was_edited_after_the_preview_is_shown_before_it_is_saved(
    busy: World, edit: str
) -> None:
    number, name = received(busy)
    person, page = busy.person(SUPPLIER), f"/dock/{number}/inspect"
    typed = {f"{name}-units": "2", f"{name}-disposition": "RESTOCK"}
    form = {**making.hidden(asked(person, number, typed).text, page), **typed}
    form |= {f"{name}-{edit}": {"units": "1", "disposition": "SCRAP"}[edit]}

    answer = person.post(page, data=form)

    assert making.refused(answer).startswith(CHANGED)
    assert inspected(busy, number) == []
    words = {"units": "1 unit is accepted", "disposition": ": scrap"}[edit]
    assert words in shown(answer.text)


def test_what_is_impossible_is_said_instead_of_shown(busy: World) -> None:
    number, name = received(busy)
    typed = {f"{name}-units": "3", f"{name}-disposition": "RESTOCK"}

    answer = asked(busy.person(SUPPLIER), number, typed)

    assert making.refused(answer)
    assert 'id="pays"' not in answer.text


def test_a_key_for_the_dock_alone_confirms_without_amounts(busy: World) -> None:
    number, name = received(busy)
    person, page = busy.narrow(Scope.HANDLE_RETURNS, Scope.READ_RETURNS), f"/dock/{number}/inspect"
    typed = {f"{name}-units": "2", f"{name}-disposition": "RESTOCK"}

    asks = asked(person, number, typed)
    making.flashed(person.post(page, data={**making.hidden(asks.text, page), **typed}))

    assert "2 units are accepted; 2 units become available." in shown(asks.text)
    assert "USD" not in asks.text
    assert owed(busy, number) != "0.00"

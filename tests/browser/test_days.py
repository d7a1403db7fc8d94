"""A day's work of each kind of user, from being let in to a return that is closed.

Pages come from two processes in turn, with JavaScript and without it; money moves at the stand-in.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from takeback.demo.walk import Walk
from tests.browser.conftest import opening
from tests.browser.processes import Pair, Person, pair
from tests.browser.test_every_page import faults
from tests.browser.test_writing_policies import begin, keep_tests, press, text
from tests.dashboard import making
from tests.dashboard.world import PHOTO, RETAILER, SUPPLIER

Come = Callable[[str], Person]
"""Lets somebody in by their key, in a browser of their own."""
WITH_AND_WITHOUT = pytest.mark.parametrize("js", [True, False], ids=["with", "without"])
PAY = """mutation($input: AddPaymentInput!) { done: addPayment(input: $input) {
  __typename ... on Problem { message } } }"""


@pytest.fixture(scope="module")
def servers(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with pair(migrated, tmp_path_factory.mktemp("days")) as found:
        yield found


@pytest.fixture
def come(browser: Browser, servers: Pair, js: bool) -> Iterator[Come]:
    with opening(browser, servers.addresses) as open_page:

        def let_in(key: str) -> Person:
            page = open_page(java_script_enabled=js, viewport={"width": 1600, "height": 1000})
            person = Person(page, servers.addresses)
            person.signs_in(key)
            return person

        yield let_in


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


@WITH_AND_WITHOUT
def test_a_supplier_writes_a_policy_and_takes_goods_back_by_it(
    servers: Pair, come: Come, *, js: bool
) -> None:
    shop = f"harbor-{secrets.token_hex(3)}"
    supplier = come(servers.world.keys[SUPPLIER])
    sets_gateway(supplier)
    key = joins(supplier, come, shop)
    retailer = come(key)
    writes_policy(supplier, shop, servers.world.parts.now().date().isoformat(), js=js)

    retailer.at("/partners/of/acme-supply")
    button(retailer.page, f"Accept version 1 of acme-supply/{shop}")
    expect(retailer.page.get_by_text("Accepted and recorded")).to_be_visible()
    number = asks_for_return(servers, supplier, retailer, key)
    receives(supplier, number, js=js)

    supplier.sees(f"/returns/{number}", "Closed")
    retailer.sees(f"/returns/{number}", "Closed")
    expect(retailer.page.get_by_text("Account credit").first).to_be_visible()


def sets_gateway(supplier: Person) -> None:
    """By a key that is tried first and never shown again."""
    page = supplier.at("/payments/gateway")
    page.get_by_label("Restricted key (rk_…)").fill("rk_test_acme_supply")
    button(page, "Test and save")
    expect(page.get_by_text("Account saved. The key works")).to_be_visible()
    assert "rk_test_acme_supply" not in page.content()


def joins(supplier: Person, come: Come, shop: str) -> str:
    """The key of a retailer that was invited and has accepted."""
    link(supplier.at("/partners"), "Invite a retailer")
    supplier.page.get_by_label("Handle").fill(shop)
    supplier.page.get_by_label("Name, for a new retailer").fill("Harbor Goods")
    button(supplier.page, "Send invitation")
    invited = come(secret_on(supplier.page))
    button(invited.at("/partners/invitations"), "Accept")
    return secret_on(invited.page)


def secret_on(page: Page) -> str:
    """The key that a page shows this once."""
    expect(page.locator("main")).to_contain_text("shown only once")
    return page.locator(".secret").inner_text()


def writes_policy(supplier: Person, shop: str, today: str, *, js: bool) -> None:
    """By four questions, then sentence by sentence, for one retailer; and publishes it."""
    page = supplier.at("/policies")
    begin(page, shop, today)
    plain = page.locator("#plain")
    expect(plain).to_contain_text("Requested within 45 days of delivery.")
    if js:
        page.evaluate("window.stays = true")
    page.get_by_label("days", exact=True).fill("60")
    press(page, "Check and save")
    expect(plain).to_contain_text("Requested within 60 days of delivery.")
    press(page, "Accept as expected result")
    press(page, "Remove test")
    assert not js or page.evaluate("window.stays")

    supplier.hop()  # the draft is the server's, whichever it is
    adds_sentences(page, shop)
    link(page, "Publish …")
    button(page, "Publish")
    expect(page.get_by_text("Version 1 published, effective from")).to_be_visible()


def adds_sentences(page: Page, shop: str) -> None:
    """A holiday extension, and for whom the policy is; and confirms the tests that are offered."""
    page.get_by_label("Rule", exact=True).select_option("holiday")
    page.get_by_label("Ordered from").fill("2090-11-01")
    page.get_by_label("Ordered until", exact=True).fill("2090-12-25")
    page.get_by_label("Returnable until").fill("2091-01-31")
    press(page, "Add rule")
    expect(page.locator("#plain")).to_contain_text("by 31 Jan 2091")
    page.get_by_label("Rule", exact=True).select_option("retailer")
    page.get_by_label("Retailer", exact=True).select_option(shop)
    press(page, "Add rule")
    keep_tests(page)
    expect(page.locator("#status")).to_contain_text("no problems found")
    assert "# The last day still counts" in text(page)


def asks_for_return(servers: Pair, supplier: Person, retailer: Person, key: str) -> str:
    """The number of a return of an order that its supplier has confirmed."""
    number = f"H-{secrets.token_hex(4)}"
    today = servers.world.parts.now().date().isoformat()
    order = {
        "number": number,
        "partner": "acme-supply",
        "currency": "USD",
        "country": "US",
        "dates": [{"name": name, "on": today} for name in ("ordered", "shipped", "delivered")],
        "lines": [{**making.LINE, "sku": "TENT-2P", "quantity": 2}],
    }
    making.asked_by(
        servers.world, key, making.ADD, input={"orders": [order], "idempotencyKey": number}
    )
    page = supplier.at("/orders/proposals")
    page.get_by_label("The order").first.check()
    button(page, "Confirm selected")
    expect(page.get_by_text("Confirmed. It takes effect now.")).to_be_visible()

    opens_return(retailer, number, "Change of mind", units="2")
    return retailer.page.url.rsplit("/", maxsplit=1)[-1]


def opens_return(retailer: Person, order: str, reason: str, units: str) -> None:
    """What holds is seen first; then the page of the new return is there."""
    page = retailer.at(f"/orders?search={order}")
    page.get_by_role("link", name=order).click()
    link(page, "Open a return")
    page.get_by_label("Units").fill(units)
    page.get_by_label("Reason").select_option(reason)
    page.get_by_label("Condition").select_option("New unused")
    button(page, "Check the policy")
    expect(page.get_by_text("The return is accepted.").first).to_be_visible()
    expect(page.get_by_text("Acme Supply, Returns").first).to_be_visible()  # where it must arrive
    button(page, "Request return")
    page.wait_for_url("**/returns/R-*")


def receives(supplier: Person, number: str, *, js: bool) -> None:
    """At the dock, on a phone, in two parts, with a photo."""
    page = supplier.page
    page.set_viewport_size({"width": 390, "height": 844})
    supplier.at("/dock").get_by_label("RMA or return number").fill(number.lower())
    page.get_by_label("RMA or return number").press("Enter")
    page.wait_for_url(f"**/dock/{number}")
    page.get_by_label("Units received now").fill("1")
    button(page, "Receive these units")
    expect(page.get_by_text("Return status: partially received.")).to_be_visible()
    supplier.hop()
    page.get_by_label("Disposition").select_option("Restock")
    page.get_by_label("Photo").set_input_files(
        {"name": "box.png", "mimeType": "image/png", "buffer": PHOTO}
    )
    assert not js or faults(page) == []
    button(page, "Save inspection")
    button(page, "Confirm inspection")
    button(page, "Receive all")
    page.get_by_label("Disposition").select_option("Scrap")
    button(page, "Save inspection")
    button(page, "Confirm inspection")
    expect(page.get_by_text("Nothing left to do here.")).to_be_visible()
    page.set_viewport_size({"width": 1600, "height": 1000})


@WITH_AND_WITHOUT
def test_a_retailer_sees_what_holds_asks_for_a_return_and_gets_its_money(
    servers: Pair, come: Come, *, js: bool
) -> None:
    order = paid(servers)
    retailer = come(servers.world.keys[RETAILER])
    page = retailer.at("/orders")
    link(page, "Pre-purchase check")
    page.get_by_label("Supplier").select_option("acme-supply")
    page.get_by_label("SKU").fill("TENT-2P")
    page.get_by_label("Unit price").fill("100")
    button(page, "Check the policy")
    expect(page.get_by_text("Account credit USD 100.00")).to_be_visible()

    opens_return(retailer, order["number"], "Defective", units="2")
    assert not js or faults(page) == []
    number = page.url.rsplit("/", maxsplit=1)[-1]
    link(page, "Mark as shipped")
    page.get_by_label("Carrier").fill("UPS")
    page.get_by_label("Tracking number", exact=True).last.fill("1Z999")
    button(page, "Mark as shipped")
    expect(page.get_by_text("Return status: in transit.")).to_be_visible()
    came(servers, number)

    retailer.sees(f"/returns/{number}", "Closed")
    retailer.sees(f"/orders/{order['id']}", "Paid")
    expect(page.locator("#money")).to_contain_text("USD 200.00 refunded or credited")
    page = retailer.at(f"/payments?search={number}")
    expect(page.get_by_text("Gateway account credit of USD 200.00")).to_be_visible()


def paid(servers: Pair) -> dict[str, Any]:
    """An order of southgate for two tents, paid by card at acme's account."""
    order = making.order(servers.world)
    payment = {"amount": 20000, **servers.paid(20000)}
    said = {"order": order["id"], "payment": payment, "idempotencyKey": making.new_key()}
    done = making.asked(servers.world, SUPPLIER, PAY, input=said)["done"]
    assert done["__typename"] == "PaymentAdded", done
    return order


def came(servers: Pair, number: str) -> None:
    """All of a return was counted and restocked, by the supplier's own system."""
    query = "query($n: String!) { returnByNumber(number: $n) { id lines { id quantity } } }"
    found = making.asked(servers.world, SUPPLIER, query, n=number)["returnByNumber"]
    http: Any = servers.world.client()
    walk = Walk(http, servers.world.keys, servers.world.parts.now().date())
    at = {"return": found["id"]}
    lines = [{"line": each["id"], "units": each["quantity"]} for each in found["lines"]]
    walk._step(SUPPLIER, "receiveReturn", {**at, "lines": lines})
    looked = [{**each, "disposition": "RESTOCK"} for each in lines]
    walk._step(SUPPLIER, "inspectReturn", {**at, "lines": looked})


@WITH_AND_WITHOUT
def test_an_agent_explains_a_refusal_decides_against_it_and_refunds_an_order(
    servers: Pair, come: Come, *, js: bool
) -> None:
    late, order = making.return_(servers.world, days=60)["number"], paid(servers)
    supplier = come(servers.world.keys[SUPPLIER])
    page = supplier.at("/partners/keys")
    page.get_by_label("Name (person or program)").fill("Ann")
    page.get_by_label("Support with refunds").check()
    button(page, "Issue key")
    agent = come(secret_on(page))

    explains(agent, late)
    decides(agent, late, js=js)
    page = agent.at(f"/dock/{late}")
    button(page, "Receive all")
    page.get_by_label("Disposition").select_option("Restock")
    button(page, "Save inspection")
    button(page, "Confirm inspection")
    agent.sees(f"/returns/{late}", "Closed")
    refunds(agent, order)


def explains(agent: Person, number: str) -> None:
    """A caller gives a number; the page says why it was refused, by which line of the policy."""
    agent.at("/returns")
    agent.page.get_by_role("searchbox", name="Search").first.fill(number)
    agent.page.keyboard.press("Enter")
    agent.page.wait_for_url(f"**/returns/{number}")
    expect(agent.page.get_by_text("requested came later").first).to_be_visible()
    expect(agent.page.locator("pre.row", has_text="window:").first).to_be_visible()
    assert agent.page.get_by_role("link", name="Override decision").count() == 0


def decides(agent: Person, number: str, *, js: bool) -> None:
    """Opened again, and accepted for a sum that is shown before it is said."""
    page = agent.page
    link(page, "Reopen return")
    page.get_by_label("Reason (visible to both partners)").fill("a good customer")
    button(page, "Reopen return")
    link(page, "Approve or decline")
    expect(page.get_by_label("Amount before tax")).to_be_hidden()
    page.get_by_label("Approve").check()
    page.get_by_label("Amount before tax").fill("150")
    page.get_by_label("Remedy").select_option("Account credit")
    page.get_by_label("Return location").select_option("supplier_warehouse")
    page.get_by_label("Reason").fill("kind")
    button(page, "Preview settlement")
    expect(page.get_by_text("USD 150.00 is owed once the goods have come")).to_be_visible()
    assert not js or faults(page) == []
    button(page, "Confirm decision")
    expect(page.get_by_text("Return status: approved.")).to_be_visible()
    assert number in page.url


def refunds(agent: Person, order: dict[str, Any]) -> None:
    """A part of it, less a fee; what would move is shown first."""
    page = agent.at(f"/orders/{order['id']}")
    link(page, "Refund order")
    page.get_by_label("Amount, USD").fill("50")
    page.get_by_label("Fee withheld").fill("5")
    page.get_by_label("Reason (not sent").fill("late")
    button(page, "Update preview")
    expect(page.get_by_text("USD 155.00 is left after it")).to_be_visible()
    button(page, "Refund USD 45.00")
    expect(page.get_by_text("Refund planned as 1 settlement")).to_be_visible()
    agent.sees(f"/orders/{order['id']}", "Paid")
    expect(page.locator("#money")).to_contain_text("USD 45.00 refunded or credited")

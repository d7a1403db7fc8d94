"""Terms agreed with partners, over HTTP: what ends them is confirmed, and nobody sees another's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Caller, Served

_AGREED: set[tuple[str, str]] = set()
TEXT = """
policy: acme/{name}
version: {version}
effective: {{from: {first}}}
currency: USD
for: {{category: [{name}]}}
agreed: {agreed}
window: {{within: {days}, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
"""


@pytest.fixture(autouse=True)
def _nothing_is_agreed_afterwards(acme: Caller) -> Iterator[None]:
    """Other tests publish policies that would take orders from what is agreed here."""
    yield
    for retailer, name in _AGREED:
        agree(acme, retailer, name)
    _AGREED.clear()


def text(name: str, most: int | None, version: int = 1, first: str = "2024-01-01") -> str:
    """A policy whose window partners may agree on, up to so many days."""
    days = f"{{days: {{type: length, default: 14 days, at_most: {most} days}}}}"
    return TEXT.format(
        name=name,
        version=version,
        first=first,
        agreed=days if most else "{}",
        days="agreed.days" if most else "20 days",
    )


def publish(caller: Caller, yaml: str, ends: str | None = None) -> dict[str, Any]:
    said = {"yaml": yaml, "idempotencyKey": uuid.uuid4().hex, "endsTerms": ends}
    return caller.ask("PublishPolicy", input=said)["publishPolicy"]


def check(caller: Caller, yaml: str) -> dict[str, Any]:
    return caller.ask("PublicationCheck", yaml=yaml)["publicationCheck"]


def partnership(caller: Caller, retailer: str) -> str:
    found = caller.ask("{ me { partnerships { id retailer { handle } } } }")["me"]["partnerships"]
    return next(each["id"] for each in found if each["retailer"]["handle"] == retailer)


def agree(caller: Caller, retailer: str, name: str, *terms: tuple[str, object]) -> dict[str, Any]:
    said = {
        "partnership": partnership(caller, retailer),
        "policy": f"acme/{name}",
        "terms": [{"name": key, "value": value} for key, value in terms],
    }
    if terms:
        _AGREED.add((retailer, name))
    return caller.ask("SetTerms", input=said)["setTerms"]


def test_a_version_that_ends_agreed_terms_is_published_once_that_is_confirmed(
    acme: Caller,
) -> None:
    publish(acme, text("drums", 60))
    agree(acme, "southgate", "drums", ("days", "45 days"))
    new = text("drums", None, version=2, first="2025-07-01")

    shown, refused = check(acme, new), publish(acme, new)
    done = publish(acme, new, shown["endsTerms"])

    (lost,) = shown["lostTerms"]
    assert shown["__typename"] == "ReadyToPublish"
    assert lost == {
        "policy": "acme/drums",
        "retailer": {"handle": "southgate"},
        "name": "days",
        "before": "45 days",
        "after": "20 days",
        "forbidden": False,
        "sentence": "`days: 45 days`, as agreed with `southgate`, ends: version 2 says `20 days` "
        "instead.",
    }
    assert (refused["code"], refused["path"]) == ("terms_ended", "input.endsTerms")
    assert (refused["lostTerms"], refused["endsTerms"]) == ([lost], shown["endsTerms"])
    assert done["__typename"] == "PublishedPolicy"


def test_a_policy_that_takes_orders_from_agreed_terms_is_published_once_that_is_confirmed(
    acme: Caller,
) -> None:
    publish(acme, text("cymbals", 60))
    agree(acme, "southgate", "cymbals", ("days", "45 days"))
    narrower = text("cymbals", None).replace("acme/cymbals", "acme/southgate-cymbals")
    narrower = narrower.replace("for: {", "for: {retailer: [southgate], ")
    other = narrower.replace("southgate", "northwind")

    (lost,) = check(acme, narrower)["lostTerms"]

    assert (lost["policy"], lost["after"], lost["forbidden"]) == ("acme/cymbals", None, False)
    assert lost["sentence"] == (
        "`days: 45 days`, as agreed with `southgate` for `acme/cymbals`, ends for the orders that "
        "`acme/southgate-cymbals` is for: it is the narrower one."
    )
    assert publish(acme, narrower)["code"] == "terms_ended"
    ends = check(acme, narrower)["endsTerms"]
    assert publish(acme, narrower, ends)["__typename"] == "PublishedPolicy"
    assert publish(acme, other)["__typename"] == "PublishedPolicy", "with whom nothing was agreed"


def test_a_version_that_forbids_agreed_terms_names_them_and_is_not_published(
    acme: Caller,
) -> None:
    publish(acme, text("flutes", 60))
    agree(acme, "southgate", "flutes", ("days", "45 days"))
    agree(acme, "northwind", "flutes", ("days", "30 days"))
    new = text("flutes", 40, version=2, first="2025-07-01")

    shown, refused = check(acme, new), publish(acme, new)

    (lost,) = shown["lostTerms"]
    assert (shown["code"], refused["code"]) == ("terms_broken", "terms_broken")
    assert (lost["retailer"], lost["forbidden"]) == ({"handle": "southgate"}, True)
    assert (lost["before"], lost["after"]) == ("45 days", "14 days")
    assert refused["endsTerms"] is None
    agree(acme, "southgate", "flutes", ("days", "40 days"))
    assert publish(acme, new)["__typename"] == "PublishedPolicy"


def test_terms_that_are_too_many_or_said_twice_are_told_apart(acme: Caller) -> None:
    publish(acme, text("lutes", 60))

    many = agree(acme, "southgate", "lutes", *((f"n{number}", "1") for number in range(101)))
    twice = agree(acme, "southgate", "lutes", ("days", "30 days"), ("days", "40 days"))

    assert (many["code"], twice["code"]) == ("too_large", "sent_twice")


def test_nothing_is_to_be_confirmed_where_nothing_was_agreed(acme: Caller) -> None:
    publish(acme, text("harps", 60))

    shown = check(acme, text("harps", None, version=2, first="2025-07-01"))

    assert (shown["endsTerms"], shown["lostTerms"]) == (None, [])


def test_only_the_supplier_hears_what_ends(served: Served) -> None:
    for caller in ("northwind", "southgate"):
        answer = served.callers[caller].ask("PublicationCheck", yaml=text("horns", None))
        assert answer["publicationCheck"]["code"] == "not_allowed"


def test_a_refused_term_is_named_by_its_place_and_by_the_edition_that_forbids_it(
    acme: Caller,
) -> None:
    fee = "agreed: {fee: {type: percent, default: 0%}, days"
    narrow = text("bells", 40).replace("agreed: {days", fee)
    narrow += "fees: {restocking: {fee: agreed.fee of item_price}}\n"
    assert publish(acme, narrow)["__typename"] == "PublishedPolicy"
    publish(acme, text("bells", 90, version=2, first="2025-07-01"))
    query = """mutation($input: SetTermsInput!) { setTerms(input: $input) { __typename
      ... on PolicyFaultsProblem {
        code message path faults { code file line path sentence } } } }"""

    def said(*terms: tuple[str, str]) -> dict[str, Any]:
        return {
            "partnership": partnership(acme, "southgate"),
            "policy": "acme/bells",
            "terms": [{"name": name, "value": value} for name, value in terms],
        }

    first = acme.ask(query, input=said(("fee", "5%"), ("days", "60 days")))["setTerms"]
    unknown = acme.ask(query, input=said(("days", "20 days"), ("dayz", "60 days")))["setTerms"]

    sentence = (
        "`acme/bells@1`, in force from 2024-01-01 to 2025-06-30: The agreed value `days` must be "
        "at most `40 days`."
    )
    assert (first["code"], first["path"], first["message"]) == (
        "terms_not_allowed",
        "input.terms[1]",
        sentence,
    )
    assert first["faults"] == [
        {
            "code": "out_of_bounds",
            "file": "acme/bells@1",
            "line": 7,
            "path": "input.terms[1]",
            "sentence": sentence,
        }
    ]
    assert (unknown["path"], unknown["faults"][0]["code"]) == ("input.terms[1]", "unknown_agreed")
    assert "Did you mean `days`?" in unknown["message"]


FORBIDDEN = """query($id: ID!) { policy(id: $id) { editions {
  version forbiddenTerms { retailer { handle } name value sentence } } } }"""


def test_an_edition_tells_each_retailer_which_of_its_own_terms_it_forbids(
    served: Served, acme: Caller
) -> None:
    publish(acme, text("gongs", 40))
    publish(acme, text("gongs", 90, version=2, first="2025-01-01"))
    assert agree(acme, "southgate", "gongs", ("days", "60 days"))["__typename"] == "TermsSet"
    assert agree(acme, "northwind", "gongs", ("days", "40 days"))["__typename"] == "TermsSet"

    def told(who: str) -> dict[int, list[tuple[str, str]]]:
        editions = served.callers[who].ask(FORBIDDEN, id="acme/gongs")["policy"]["editions"]
        return {
            each["version"]: [
                (one["retailer"]["handle"], one["value"]) for one in each["forbiddenTerms"]
            ]
            for each in editions
        }

    assert told("acme") == {2: [], 1: [("southgate", "60 days")]}
    assert told("southgate") == {2: [], 1: [("southgate", "60 days")]}
    assert told("northwind") == {2: [], 1: []}


CHECK = """query($input: SetTermsInput!) { termsCheck(input: $input) {
  __typename
  ... on TermsCheck {
    version
    changes { name before after default }
    effects { wasBroken edition { version } rows { topic before { sentence } after { sentence } } }
  }
  ... on Problem { code path message } } }"""
EDITIONS = """query($partnership: ID!, $policy: String!) {
  editionsToAgree(partnership: $partnership, policy: $policy) {
    version agreeable { name type default atLeast atMost of } } }"""


def said(caller: Caller, policy: str, **terms: object) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in terms.items()]
    key = partnership(caller, "southgate")
    return {"partnership": key, "policy": f"acme/{policy}", "terms": listed}


def test_what_terms_would_change_is_told_before_they_are_set(acme: Caller) -> None:
    publish(acme, text("lyres", 60))
    publish(acme, text("lyres", 50, version=2, first="2025-08-01"))
    asked = said(acme, "lyres", days="45 days")

    check = acme.ask(CHECK, input=asked)["termsCheck"]
    before = acme.ask(CHECK, input=asked)["termsCheck"]
    done = acme.ask("SetTerms", input={**asked, "ifUnchanged": check["version"]})["setTerms"]
    again = acme.ask("SetTerms", input={**asked, "ifUnchanged": check["version"]})["setTerms"]
    after = acme.ask(CHECK, input=asked)["termsCheck"]
    wrong = acme.ask(CHECK, input=said(acme, "lyres", days="55 days"))["termsCheck"]

    assert check == before
    assert check["changes"] == [
        {"name": "days", "before": None, "after": "45 days", "default": "14 days"}
    ]
    rows = [
        {
            "topic": "deadlines.request",
            "before": {"sentence": "Requested within 14 days of delivery."},
            "after": {"sentence": "Requested within 45 days of delivery."},
        }
    ]
    assert check["effects"] == [
        {"wasBroken": False, "edition": {"version": version}, "rows": rows} for version in (1, 2)
    ]
    assert done["__typename"] == "TermsSet"
    assert (again["code"], again["path"]) == ("changed", "input.ifUnchanged")
    assert (after["changes"], after["effects"]) == ([], [])
    assert (wrong["code"], wrong["path"]) == ("terms_not_allowed", "input.terms[0]")
    assert "`acme/lyres@2`, in force from 2025-08-01 on" in wrong["message"]


def test_each_edition_says_what_may_be_agreed_to_both_partners_and_nobody_else(
    served: Served, acme: Caller
) -> None:
    publish(acme, text("zithers", 60))
    key, other = partnership(acme, "southgate"), partnership(acme, "northwind")

    def editions(who: str, partnership: str = key) -> list[dict[str, Any]]:
        caller = served.callers[who]
        return caller.ask(EDITIONS, partnership=partnership, policy="acme/zithers")[
            "editionsToAgree"
        ]

    days = {"name": "days", "type": "length", "default": "14 days", "atLeast": None}
    expected = [{"version": 1, "agreeable": [{**days, "atMost": "60 days", "of": []}]}]
    assert editions("acme") == editions("southgate") == expected
    assert editions("acme", other) == editions("northwind", other) == expected
    assert editions("northwind") == editions("southgate", other) == editions("globex") == []


def test_only_the_supplier_asks_what_terms_would_change(served: Served, acme: Caller) -> None:
    publish(acme, text("pipes", 60))
    asked = said(acme, "pipes", days="45 days")

    for who, code in (("southgate", "not_allowed"), ("globex", "not_found")):
        assert served.callers[who].ask(CHECK, input=asked)["termsCheck"]["code"] == code


def withdraw(caller: Caller, edition: str, ends: str | None = None) -> dict[str, Any]:
    key = uuid.uuid4().hex
    said = {"edition": edition, "why": "a mistake", "idempotencyKey": key, "endsTerms": ends}
    return caller.ask("WithdrawPolicy", input=said)["withdrawPolicy"]


def test_a_version_whose_withdrawal_ends_agreed_terms_is_withdrawn_once_that_is_confirmed(
    acme: Caller,
) -> None:
    publish(acme, text("rattles", 40))
    publish(acme, text("rattles", 90, version=2, first="2025-01-01"))
    assert agree(acme, "southgate", "rattles", ("days", "60 days"))["__typename"] == "TermsSet"

    refused = withdraw(acme, "acme/rattles@2")
    unread = withdraw(acme, "acme/rattles@2", "another digest")
    done = withdraw(acme, "acme/rattles@2", refused["endsTerms"])

    assert (refused["code"], refused["path"]) == ("terms_ended", "input.endsTerms")
    (lost,) = refused["lostTerms"]
    assert (lost["retailer"]["handle"], lost["before"], lost["forbidden"]) == (
        "southgate",
        "60 days",
        True,
    )
    assert unread["__typename"] == "WithdrawalRefused"
    assert done["instead"] == "acme/rattles@1"

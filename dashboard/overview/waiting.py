"""What waits for the user, each with the list that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.writing.values import noun

Link = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A number of tasks of one kind; `where` is their list, empty if no page shows it."""

    count: int
    text: str
    more: str
    where: str
    act: str
    tone: str = ""


def tasks(found: Mapping[str, Any], link: Link, *, supplier: bool) -> tuple[list[Task], list[Task]]:
    """Returns the tasks of this side and of the other; kinds without any are left out."""
    ours, theirs = _returns(found, link)
    ours += _feeds(found, link) if supplier else []
    money = _money(found, link, supplier=supplier)
    mine, others = ([*ours, *money], theirs) if supplier else ([*theirs, *money], ours)
    return [each for each in mine if each.count], [each for each in others if each.count]


def editions(partners: Sequence[str], link: Link) -> list[Task]:
    """Returns editions in force that a retailer has not accepted; a single one leads to its
    partner.
    """
    if not partners:
        return []
    one = link("partner", partner=partners[0])
    return [
        Task(
            count=len(partners),
            text="to accept",
            more="current terms of suppliers; they apply either way",
            where=one if len(partners) == 1 else link("partners"),
            act="Review",
        )
    ]


def invitations(found: Sequence[Mapping[str, Any]], link: Link, *, supplier: bool) -> list[Task]:
    """Returns unanswered invitations: a retailer has to answer them, a supplier to wait."""
    count = sum(each["state"] == "OPEN" for each in found)
    where = link("invitations")
    if supplier:
        text, more, act = "awaiting a reply", "invitations to retailers", "View"
    else:
        text, more, act = "to answer", "invitations from suppliers", "Answer"
    return [Task(count=count, text=text, more=more, where=where, act=act)] if count else []


def _returns(found: Mapping[str, Any], link: Link) -> tuple[list[Task], list[Task]]:
    """Returns the tasks about returns of the supplier, and of the retailer."""
    waits, partly = found["figures"]["waiting"], found["partly"]["totalCount"]
    where = link("returns")

    def task(count: int, text: str, more: str, query: str, act: str) -> Task:
        return Task(count=count, text=text, more=more, where=f"{where}?{query}", act=act)

    proposed = found["proposed"]["totalCount"]
    orders = link("proposals")
    confirm = Task(
        count=proposed,
        text="to confirm",
        more="orders submitted by a retailer",
        where=orders,
        act="Confirm",
    )
    ours = [
        task(
            waits["approve"],
            "to review",
            "the policy leaves the decision to you",
            "state=IN_REVIEW&waits=SUPPLIER",
            "Review",
        ),
        task(waits["receive"] - partly, "to receive", "in transit", "state=IN_TRANSIT", "Receive"),
        task(partly, "to receive", "partially received", "state=PARTLY_RECEIVED", "Receive"),
        task(
            waits["inspect"],
            "to inspect",
            "received, not inspected yet",
            "state=RECEIVED",
            "Inspect",
        ),
        task(
            found["undecided"]["totalCount"],
            "to decide",
            "inspected; the policy leaves the decision to you",
            "state=INSPECTED&waits=SUPPLIER",
            "Decide",
        ),
        task(
            found["settling"]["totalCount"],
            "to settle",
            "inspected, not settled yet",
            "state=INSPECTED&waits=NOBODY",
            "View",
        ),
        Task(
            count=waits["place"],
            text="without a return address",
            more="approved, but no return location is set",
            where=link("places") or f"{where}?state=APPROVED",
            act="Add location",
            tone="warn",
        ),
        confirm,
    ]
    ship = task(
        waits["ship"], "to send back", "approved, not shipped yet", "state=APPROVED", "View"
    )
    return ours, [_asked(found, link), ship]


def _asked(found: Mapping[str, Any], link: Link) -> Task:
    """Returns the returns that wait for facts of the retailer; a single one leads to their form."""
    asked = found["asked"]
    numbers = [each["number"] for each in asked["nodes"]]
    one = link("return_answer", number=numbers[0]) if asked["totalCount"] == 1 else ""
    return Task(
        count=asked["totalCount"],
        text="waiting for information",
        more="returns that the policy decides with facts that only the retailer knows",
        where=one or f"{link('returns')}?waits=RETAILER",
        act="Provide",
    )


def _money(found: Mapping[str, Any], link: Link, *, supplier: bool) -> list[Task]:
    stuck, owed = found["stuck"]["totalCount"], found["owed"]["totalCount"]
    payments = Task(
        count=stuck,
        text=noun(stuck, "stuck payment"),
        more="for you to resolve; the gateway no longer processes such payments"
        if supplier
        else "for your supplier to resolve",
        where=f"{link('payments')}?state=stuck",
        act="View",
        tone="bad",
    )
    claims = Task(
        count=owed,
        text=noun(owed, "open claim"),
        more="paid out but not due",
        where=f"{link('claims')}?state=OPEN",
        act="View",
    )
    may = "RESOLVE_SETTLEMENTS" in found["me"]["scopes"]
    return [payments, claims] if may or not supplier else []


def _feeds(found: Mapping[str, Any], link: Link) -> list[Task]:
    tasks = []
    for each in found["channels"]["nodes"]:
        sync = each["sync"]
        where = link("channel", channel=each["id"])
        name = each["retailer"]["name"]
        if sync["parked"]:
            more = f"{name} was not updated; retries have stopped"
            text = f"{noun(sync['parked'], 'SKU')} parked"
            tasks.append(_task(sync["parked"], text, more, f"{where}?only=PARKED", "bad"))
        if sync["error"]:
            more = f"{name}: {sync['error']}"
            tasks.append(
                _task(
                    sync["behind"],
                    f"{noun(sync['behind'], 'SKU')} behind",
                    more,
                    f"{where}?only=BEHIND",
                    "warn",
                )
            )
    return tasks


def _task(count: int, text: str, more: str, where: str, tone: str) -> Task:
    return Task(count=count, text=text, more=more, where=where, act="View", tone=tone)

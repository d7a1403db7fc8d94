"""The facts that lines of a return wait for, and who may state each; without pages or mutations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dashboard import facts

_HERE: Final = ("PARTLY_RECEIVED", "RECEIVED", "INSPECTED")


def waiting(found: Mapping[str, Any], side: str) -> list[dict[str, Any]]:
    """Returns all lines of a return: `asked`, what a side may state, `others`, who
    states the rest.
    """
    return [{**line, **_of(line, found, side)} for line in found["lines"]]


def lacking(line: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the facts that a line waits for, as forms ask for them; one fact may name papers."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for outcome in _held(line, found):
        decision = outcome["decision"]
        for each in decision["missingFacts"]:
            fact = {**each["definition"], "toldBy": each["toldBy"]}
            kept = wanted.setdefault((fact["name"], fact["toldBy"]), {**fact, "papers": []})
            if each["name"] not in (fact["name"], *kept["papers"]):
                kept["papers"].append(each["name"])
        for each in decision["open"] if outcome["answer"] == "ACCEPT" else ():
            if fact := each["definition"]:
                wanted.setdefault((fact["name"], fact["toldBy"]), {**fact, "papers": []})
    return list(wanted.values())


def _held(line: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields the open outcomes of a line: of its inspected units, once goods came."""
    if "ANSWER" not in found["nextSteps"]:
        return
    seen = [
        each["outcome"]
        for each in found["inspections"]
        if each["line"] == line["id"] and each["outcome"] and not each["undone"]
    ]
    for outcome in seen if found["state"] in _HERE else [line["outcome"]]:
        accepted = outcome["answer"] == "ACCEPT" and outcome["amount"]
        settled = accepted or outcome["answer"] == "REFUSE"
        if outcome["decision"] and not outcome["judgedBy"] and not settled:
            yield outcome


def _of(line: Mapping[str, Any], found: Mapping[str, Any], side: str) -> dict[str, Any]:
    at = _moment(found)
    wanted = lacking(line, found)
    opens = side == "SUPPLIER" and at == "REQUEST" and _opened_by_supplier(line)
    own = [each for each in wanted if facts.may_say(each, side, at, opens=opens)]
    rest = [each for each in wanted if each not in own]
    said = dict.fromkeys(each["decision"]["sentence"] for each in _held(line, found))
    named = {each["name"]: each for each in own}  # a form asks once for a fact
    return {
        "asked": list(named.values()),
        "sentence": " ".join(said),
        **facts.left_to_others(rest, line["sku"], at),
    }


def _moment(found: Mapping[str, Any]) -> str:
    """Returns how far a return has come; one in review may have been approved before."""
    came = any(line["received"] for line in found["lines"])
    return "RECEIPT" if came or found["expiresOn"] or found["state"] != "IN_REVIEW" else "REQUEST"


def _opened_by_supplier(line: Mapping[str, Any]) -> bool:
    """Whether the supplier requested the return, and so states facts of the retailer too."""
    decision = line["outcome"]["decision"]
    told = {each["name"]: each["told"] for each in decision["facts"]} if decision else {}
    return (told.get("quantity") or {}).get("by") == "SUPPLIER"

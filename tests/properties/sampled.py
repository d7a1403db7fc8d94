"""Rows of every topic with every key, over returns near the edges of their values.

`BASES` are rows that read by themselves, `VALUES` what each key of a topic is tried with.
"""

from typing import Any, Final

from tests.properties.dropping import Given, Lines

HEADER: Final[dict[str, Any]] = {
    "policy": "sampled/policy",
    "version": 1,
    "effective": {"from": "2000-01-01"},
    "currency": "USD",
    "parties": {"owner": "supplier", "claimant": "retailer", "end_customer": "consumer"},
    "values": {"category": ["a", "b"]},
    "groups": {"ours": {"category": "a"}},
    "facts": {"visits": {"type": "count"}},
}
USUAL: Final[dict[str, object]] = {
    "ordered": "2024-05-01",
    "shipped": "2024-05-05",
    "delivered": "2024-05-10",
    "requested": "2024-05-20",
    "item_price": "USD 100.00",
    "unit_price": "USD 50.00",
    "list_price": "USD 120.00",
    "retail_price": "USD 140.00",
    "label_cost": "USD 7.00",
    "outbound_paid": "USD 9.00",
    "outbound_standard": "USD 6.00",
    "quantity": 2,
    "visits": 3,
    "category": "a",
    "reason": "change_of_mind",
    "condition": "new_unused",
    "packaging": "substitute_box",
    "evidence": ["photos"],
}
SEEDS: Final[list[Given]] = [
    USUAL,
    {**USUAL, "category": "b", "condition": "worn", "evidence": ["rma"], "visits": 0},
    {**USUAL, "requested": "2024-06-20", "wanted": "store_credit", "packaging": "sealed_original"},
    {**USUAL, "repair_asked": "2024-05-12", "repair_done": "2024-05-15", "wanted": "refund"},
    {**USUAL, "received_back": None, "now": "2024-07-20", "quantity": 1, "visits": 9},
    {**USUAL, "received_back": "2024-05-18", "wanted": None, "condition": "worn"},
    {"requested": "2024-05-30", "item_price": "USD 3.00", "evidence": [], "category": "a"},
]
LINES: Final[list[Lines]] = [
    (USUAL, [{"category": "a"}, {"category": "b", "item_price": "USD 30.00"}]),
    (USUAL, [{"category": "a", "condition": "worn"}, {"category": "a"}, {"category": "b"}]),
]

_READINGS: Final = [
    {"id": "A", "within": "10 days", "counted_from": "ordered"},
    {"id": "B", "within": "20 days", "counted_from": "delivered"},
]
_TWO: Final = [
    {"id": "A", "answer": "accept", "sets": {"percent": "50%", "fees.label": "USD 2.00"}},
    {"id": "B", "answer": "refuse", "code": "final_sale"},
]
_DAYS: Final = {"within": "15 days", "counted_from": "delivered"}
_WAITING: Final = {"by": "supplier", "event": "received_back", "if_silent": "accept", **_DAYS}
_LEG: Final = {"give": "partial_refund", "of": "50% of item_price"}

BASES: Final[dict[str, list[dict[str, Any]]]] = {
    "deadlines": [
        _DAYS,
        {"within": "48 hours", "counted_from": "delivered"},
        {"under": "1 month", "counted_from": {"later_of": ["delivered", "shipped"]}},
        {"within": "3 business days", "counted_from": {"date": "shipped", "plus": "2 days"}},
        {"until": "2024-05-25"},
        {"no_limit": True},
        {"opens": {"after": "5 days", "counted_from": "delivered"}},
        {"readings": _READINGS, "we_take": "none"},
        {"readings": _READINGS, "we_take": "B"},
        _WAITING,
    ],
    "eligibility": [
        {"answer": "accept"},
        {"answer": "refuse", "code": "final_sale"},
        {"answer": "review", "to_settle": "whether"},
        {"answer": "ask", "missing": ["receipt"]},
        {"answer": "two_readings", "readings": _TWO, "we_take": "none"},
        {"answer": "two_readings", "readings": _TWO, "we_take": "A", "why": "so"},
    ],
    "limits": [
        {"used": "visits", "adds": 1, "at_most": 3},
        {"adds": "return_value", "at_most": "USD 60.00"},
        {"adds": "quantity", "at_least": 2},
    ],
    "demands": [
        {"need": ["rma"]},
        {"must": {"condition": {"no_worse_than": "opened_unused"}}},
        {"subject_to": ["inspection"]},
        {"original_required": True},
    ],
    "remedies": [
        {"give": "store_credit"},
        {"give": "replacement"},
        {"give": "nothing"},
        {"choice": ["refund", "exchange"], "chosen_by": "claimant"},
        {"first": ["repair"], "then": "store_credit", "after": {"visits": {"at_least": 2}}},
        {"give": "refund", "of": "list_price", "percent": "50%"},
    ],
    "after_refusal": [{"do": "keep"}, {"paid_by": "consumer"}],
    "goods": [{"do": "keep"}, {"choice": ["keep", "donate"], "chosen_by": "supplier"}],
    "return_shipping": [{"paid_by": "consumer"}],
    "value": [{"percent": "50%"}, {"of": "list_price"}],
    "fees": [
        {"fee": "USD 5.00"},
        {"fee": "15% of item_price"},
        {"fee": "none"},
        {"fee": "to_be_assessed"},
        {"fee": {"each": "USD 2.00", "per": "unit"}},
    ],
    "outbound_shipping": [{"refund": "full"}],
    "whole_return": [{"waive": ["fees.label"]}],
}

VALUES: Final[dict[str, dict[str, list[Any]]]] = {
    "deadlines": {
        "event": ["received_back"],
        "within": ["10 days", "48 hours"],
        "under": ["1 month"],
        "until": ["2024-05-28"],
        "no_limit": [True],
        "opens": [
            {"after": "14 days", "counted_from": "delivered"},
            {"ahead": "2 days", "counted_from": "repair_asked"},
        ],
        "counted_from": ["shipped", {"first_known": ["repair_done", "delivered"]}],
        "counting": ["start_day_is_first", "next_day"],
        "roll": ["next_business_day", "none"],
        "extended_by": ["3 days", "3 hours"],
        "pauses": [{"from": "repair_asked", "to": "repair_done"}],
        "if_late": ["go_on", "claim_late"],
        "if_early": ["go_on", "claim_late"],
        "must_start": [True, False],
        "by": ["supplier"],
        "if_silent": ["accept", "refuse", "go_on"],
        "readings": [_READINGS],
        "we_take": ["none", "A"],
        "code": ["claim_late"],
    },
    "eligibility": {
        "answer": ["accept", "refuse", "review"],
        "code": ["claim_late", "from_deadline"],
        "to_settle": ["whether"],
        "missing": [["receipt"]],
        "curable": [True, False],
        "belongs_to": ["carrier"],
        "stands": [True],
        "readings": [_TWO],
        "we_take": ["none", "A"],
        "why": ["so"],
        "until": ["2024-05-15"],
    },
    "limits": {
        "used": ["visits", "USD 10.00"],
        "adds": [2, "USD 20.00"],
        "at_most": [5, "USD 90.00"],
        "under": [5, "USD 90.00"],
        "at_least": [2, "USD 10.00"],
        "if_over": ["review", "ask", "refuse"],
        "to_settle": ["whether"],
        "code": ["claim_late"],
    },
    "demands": {
        "need": [["photos"]],
        "must": [{"condition": "new_unused"}],
        "subject_to": [["test"]],
        "if_not": ["refuse", "review", "go_on", "ask"],
        "curable": [True, False],
        "to_settle": ["whether"],
        "original_required": [True, False],
        "code": ["claim_late"],
    },
    "remedies": {
        "give": ["partial_refund", "exchange"],
        "choice": [["refund", "store_credit"]],
        "chosen_by": ["supplier"],
        "first": [["repair", "replacement"]],
        "then": ["refund"],
        "after": [{"visits": {"at_least": 4}}],
        "from": ["supplier"],
        "of": ["list_price", "none"],
        "percent": ["30%"],
        "timing": ["immediate"],
        "pay_within": [{"within": "5 days", "counted_from": "requested", "roll": "none"}],
        "issued_by": ["carrier"],
        "bonus": ["USD 5.00"],
        "creates": [["new_order"]],
        "exchange": [{"same_product": True, "price_difference": "settled"}],
        "code": ["claim_late"],
    },
    "after_refusal": {
        "do": ["destroy"],
        "to": ["manufacturer"],
        "proof": [["photo"]],
        "paid_by": ["nobody"],
        "label_by": ["supplier"],
        "reshipment_paid_by": ["carrier"],
        "remedies": [
            {"retailer": {"give": "nothing"}, "consumer": {**_LEG, "percent": "50%"}},
            {"retailer": {**_LEG, "bonus": "USD 5.00"}},
        ],
        "code": ["claim_late"],
    },
    "goods": {
        "do": ["destroy"],
        "choice": [["keep", "dispose"]],
        "chosen_by": ["supplier"],
        "to": ["manufacturer"],
        "proof": [["photo"]],
        "code": ["claim_late"],
    },
    "return_shipping": {
        "paid_by": ["nobody"],
        "label_by": ["supplier"],
        "reshipment_paid_by": ["carrier"],
        "code": ["claim_late"],
    },
    "value": {
        "of": [
            "none",
            "50% of item_price",
            {"amount": "label_cost", "at_least": "USD 9.00", "at_most": "USD 8.00"},
            {"amount": "list_price", "at_least": "USD 9.00", "at_most": "USD 80.00"},
        ],
        "percent": ["20%", "0%"],
        "code": ["claim_late"],
    },
    "fees": {
        "fee": ["label_cost", {"greater_of": ["USD 1.00", "label_cost"]}],
        "per": ["unit", "return", "line"],
        "taken": ["billed", "deducted"],
        "owed_by": ["consumer"],
        "owed_to": ["carrier"],
        "certainty": ["may", "at_least", "fixed"],
        "to_settle": ["whether"],
        "code": ["claim_late"],
    },
    "outbound_shipping": {"refund": ["standard_part", "none"], "code": ["claim_late"]},
    "whole_return": {
        "waive": [["fees"]],
        "sets": [{"all_of": "ours", "else": "review", "code": "claim_late"}],
        "code": ["claim_late"],
    },
}

_PART: Final = {"deadlines": "request", "limits": "cap", "fees": "fee", "remedies": "retailer"}
_REST: Final[dict[str, dict[str, Any]]] = {
    "deadlines": {"within": "30 days", "counted_from": "ordered"},
    "remedies": {"give": "refund"},
    "return_shipping": {"paid_by": "supplier"},
    "fees": {"fee": "USD 1.00"},
    "eligibility": {"answer": "accept"},
}
_WORN: Final = {
    "id": "E-WORN",
    "when": {"condition": "worn"},
    "answer": "refuse",
    "code": "final_sale",
}
_AROUND: Final[dict[str, dict[str, Any]]] = {
    "eligibility": {
        "deadlines": {"request": {"within": "30 days", "counted_from": "ordered"}},
        "demands": {"rows": [{"id": "D-RECEIPT", "need": ["receipt"], "if_not": "refuse"}]},
        "fees": {"label": {"fee": "USD 1.00"}},
    },
    "after_refusal": {"eligibility": {"rows": [_WORN]}},
    "whole_return": {
        "eligibility": {"rows": [_WORN]},
        "fees": {"label": {"fee": "USD 1.00", "per": "return"}, "other": {"fee": "USD 2.00"}},
    },
}
"""What has to stand around a topic for it to be asked, or to matter."""


def policy_with(topic: str, row: dict[str, Any], beside: dict[str, Any] | None = None) -> Any:
    """A policy of one row, as a line; with `beside` in a table, and with that beside its rows."""
    found: dict[str, Any] = dict(row)
    if beside is not None:
        rows = [{"id": "R-1", "when": {"category": "a"}, **row}]
        rows += [{"id": "R-2", "otherwise": True, **_REST.get(topic, {})}]
        found = {**beside, "rows": rows[: 1 if topic in ("demands", "limits") else 2]}
    part = _PART.get(topic)
    return {**HEADER, **_AROUND.get(topic, {}), topic: {part: found} if part else found}

"""Turns what a corpus case gives into facts of a policy; invents nothing.

A key that is missing is not sent, `null` is sent as absent, an instant beats a date. Words of
evidence that the case does not speak of stay open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

Plain = dict[str, Any]

DATES: Final = {
    "order_date": "ordered",
    "invoice_date": "invoiced",
    "ship_date": "shipped",
    "departure_date": "departed",
    "fulfilment_date": "fulfilled",
    "estimated_delivery_date": "promised",
    "delivery_date": "delivered",
    "last_delivery_date": "last_delivered",
    "release_date": "released",
    "installation_notice_date": "installed",
    "information_given_date": "informed",
    "expiry_date": "expires",
    "request_date": "requested",
    "rma_date": "rma_issued",
    "label_received_date": "label_received",
    "shipped_back_date": "shipped_back",
    "received_back_date": "received_back",
    "return_by_date": "return_by",
    "seller_action_date": "seller_acted",
    "partner_reply_date": "partner_replied",
    "evaluated_date": "now",
    "repair_requested_date": "repair_asked",
    "repair_completed_date": "repair_done",
}
INSTANTS: Final = {
    "order_at": "ordered",
    "delivered_at": "delivered",
    "requested_at": "requested",
    "reported_to_retailer_at": "reported_to_retailer",
    "received_back_at": "received_back",
    "seller_action_at": "seller_acted",
    "evaluated_at": "now",
}
RENAMED: Final = {
    "product_label": "label",
    "label": "label_used",
    "inspection_result": "inspection",
    "requested_resolution": "wanted",
    "consumer_confirmed_exclusion": "exclusion_confirmed",
    "kept_free_items_value": "kept_gift_value",
    "original_shipping": "outbound_paid",
    "standard_shipping": "outbound_standard",
    "original_freight": "outbound_freight",
    "return_label_cost": "label_cost",
    "return_cost": "incident_cost",
    "manufacturer_fee": "manufacturer_charge",
}
SAME: Final = frozenset(
    [
        "category",
        "tags",
        "brand",
        "mobile_carrier",
        "quantity",
        "quantity_ordered",
        "case_pack",
        "power_kva",
        "screen_inches",
        "carat",
        "usage_minutes",
        "trial_night",
        "order_lines",
        "returned_lines",
        "condition",
        "packaging",
        "seal_intact",
        "tags_attached",
        "accessories_complete",
        "set_complete",
        "reason",
        "partner_choice",
        "seller_action",
        "supplier_decision",
        "refund_to",
        "exchange_same_product",
        "exchange_in_stock",
        "price_difference",
        "difference_paid_with",
        "customer_confirmed",
        "buyer_type",
        "sold_by",
        "fulfilment",
        "country",
        "return_country",
        "purchase_region",
        "return_region",
        "channel",
        "request_channel",
        "return_channel",
        "return_route",
        "via_platform",
        "membership",
        "payment_method",
        "order_status",
        "first_order_with_brand",
        "recipient_present",
        "return_cost_informed",
        "unit_price",
        "retail_price",
        "current_price",
        "list_price",
        "lowest_price_365d",
        "discount",
        "discount_percent",
        "order_total",
        "return_value",
        "job_value",
        "missing_value",
        "core_charge",
        "labour_cost",
        "seller_costs",
        "amount_spent",
        "gift_card_balance",
        "prior_12m_purchases",
        "used_allowance",
        "prior_remakes",
        "prior_exchanges_on_order",
        "repairs_done",
        "customer_returns_placed",
        "quarter_units_shipped",
        "quarter_units_returned",
    ]
)
INFORMED: Final = {True: "in_time", False: "never", "late": "late"}
PAPERS: Final = {
    "has_rma": ("rma",),
    "has_receipt": ("receipt", "proof_of_purchase"),
    "has_gift_receipt": ("gift_receipt",),
    "has_photos": ("photos",),
}
"""Keys that speak of one paper; a receipt is a proof of purchase."""
LISTED: Final = frozenset(
    [
        "bol_damage_note",
        "customer_complaint",
        "gia_certificate",
        "invoice_number",
        "law_tag_photo",
        "lot_number",
        "packing_list",
        "packing_slip",
        "photo_in_bag",
        "photo_out_of_bag",
        "po_number",
        "serial_number",
        "video",
    ]
)
"""Papers that `evidence` speaks of whenever it is given: what it does not list is not there."""
SETTINGS: Final = ("partner_terms", "policy_config")
KEYS: Final = frozenset(
    {*DATES, *INSTANTS, *RENAMED, *SAME, *PAPERS, *SETTINGS}
    | {"deliveries", "trader_informed", "evidence", "currency", "lines"}
)
"""Every key that a case may give."""


@dataclass(slots=True)
class Given:
    """A case made ready for a policy: facts, lines, settings, and what could not be used."""

    facts: Plain = field(default_factory=dict)
    lines: list[Plain] = field(default_factory=list)
    settings: Plain = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def read_given(given: Mapping[str, Any], policy: Policy) -> Given:
    """Everything that a case gives, in the words of `policy`."""
    found = Given(settings={key: given[key] for key in SETTINGS if key in given})
    found.facts = _facts(given, policy, found, given.get("currency"))
    for line in given.get("lines") or ():
        found.lines.append(_facts(line, policy, found, line.get("currency", given.get("currency"))))
    found.unknown = list(dict.fromkeys(found.unknown))
    found.unused = list(dict.fromkeys(found.unused))
    return found


def fact_of(key: str) -> str | None:
    """The fact that a key of `given` becomes, if it becomes exactly one."""
    named = DATES.get(key) or INSTANTS.get(key) or RENAMED.get(key)
    if named is None and key == "trader_informed":
        named = "informed_state"
    return named or (key if key in SAME else None)


def shaped(value: Any, type_: FactType, currency: str) -> Any:
    """A value of a case as a fact of `type_` takes it."""
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    as_typed: dict[FactType, Callable[[], Any]] = {
        FactType.MONEY: lambda: f"{currency} {Decimal(str(value))}",
        FactType.PERCENT: lambda: f"{str(value).rstrip('%')}%",
        FactType.NUMBER: lambda: str(value),
        FactType.WORD: lambda: str(value).lower() if isinstance(value, bool) else str(value),
        FactType.SET: lambda: [value] if isinstance(value, str) else list(value),
    }
    return as_typed.get(type_, lambda: value)()


def _facts(given: Mapping[str, Any], policy: Policy, found: Given, currency: Any) -> Plain:
    facts: Plain = {}
    found.unknown += [key for key in given if key not in KEYS]
    for key in sorted(given, key=lambda name: name in INSTANTS):  # an instant comes last and wins
        name = fact_of(key)
        if name is None or (given[key] is None and key in INSTANTS and name in facts):
            continue
        fact = policy.facts.get(name)
        if fact is None:
            found.unused.append(key)  # an own fact, such as a counter, that the policy lacks
            continue
        value = INFORMED.get(given[key], given[key]) if key == "trader_informed" else given[key]
        facts[name] = shaped(value, fact.type, str(currency or policy.currency))
    _deliveries(given, facts)
    _papers(given, policy, facts)
    return facts


def _deliveries(given: Mapping[str, Any], facts: Plain) -> None:
    days = sorted(str(day) for day in given.get("deliveries") or ())
    if days:
        facts["first_delivered"] = days[0]
        if "last_delivery_date" not in given:
            facts["last_delivered"] = days[-1]


def _papers(given: Mapping[str, Any], policy: Policy, facts: Plain) -> None:
    """`evidence` and `lacking`, both sent, so that what the case does not speak of stays open."""
    there, gone = list(given.get("evidence") or ()), []
    for key, words in PAPERS.items():
        if key in given:
            (there if given[key] else gone).extend(words)
    if given.get("expiry_date") is not None:
        there.append("expiry_date")
    if not there and not gone and "evidence" not in given:
        return
    if "evidence" in given:
        gone += sorted(LISTED)
        gone += [word for word in ("proof_of_purchase",) if "has_receipt" not in given]
    known = set(policy.facts["evidence"].words or ())
    facts["evidence"] = _only(there, known)
    facts["lacking"] = _only((word for word in gone if word not in there), known)


def _only(words: Iterable[str], known: set[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word in known]

"""Every code of a problem with its meaning; `docs/problems.md` is generated from it.

`tests/architecture/test_problems.py` compares it with the code that raises them.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry

CODES: Final = {
    "account_taken": "The gateway account belongs to another partner.",
    "ambiguous_order": "Several orders have this number; name the supplier, or the line by its id.",
    "answered_already": "The invitation was answered or withdrawn already.",
    "below_zero": "The stock of a SKU would become negative.",
    "cause_reused": "The same cause already moved other goods.",
    "charge_in_use": "The charge belongs to another payment, and has nothing left for this one.",
    "charge_not_found": "The gateway knows no such charge.",
    "charge_not_paid": "The charge was never paid.",
    "charge_refunded": "The charge was refunded already.",
    "charge_too_small": "The charge is smaller than stated.",
    "claim_ended": "The claim has ended already.",
    "conflict": "Something else changed the same object meanwhile; try again.",
    "contradiction": "Two facts contradict each other.",
    "customer_not_found": "The gateway knows no such customer.",
    "dates_reversed": "A date comes before one that it must follow.",
    "decided_already": "It is decided already; use `overrideReturn` to change it.",
    "disputed": "The payer took the payment back through its bank, or tries to.",
    "draft_changed": "Somebody else has saved or discarded the draft.",
    "duplicate_line": "Two lines of the order have the same number.",
    "duplicate_order": "The supplier and the retailer already have an order with this number.",
    "fact_on_record": "The fact is on the record of the order or the product already.",
    "file_too_large": "The file is larger than permitted.",
    "gateway_in_use": "The new key does not find a settlement that the present key sent.",
    "gateway_unreachable": "The gateway did not answer; try again later.",
    "gone_meanwhile": "The units were moved or sold meanwhile.",
    "goods_came": "Units of the return have arrived already.",
    "governed": "A published policy governs this order.",
    "hidden_character": "A text holds a character that cannot be seen, or that reorders others.",
    "idempotency_key_reused": "The idempotency key was used with another input.",
    "in_the_future": "The date is in the future.",
    "inspected_already": "Units of it were inspected; undo the inspection first.",
    "invited_already": "The retailer was invited and has not answered.",
    "invoice_not_found": "The gateway knows no such invoice.",
    "joined_already": "You already trade with the partner.",
    "key_refused": "The gateway does not accept the key.",
    "missing": "Something required is missing.",
    "missing_date": "A date that every order has is missing.",
    "missing_reason": "A reason is required.",
    "more_than_announced": "More units than the line was requested for.",
    "moved_after_all": "The gateway has moved the money after all.",
    "negative_money": "An amount is negative.",
    "no_feeds_folder": "This server has no folder for stock files.",
    "no_gateway": "No account at a gateway is set.",
    "no_gateway_way": "No gateway can pay this; pay it by hand.",
    "no_master_key": "This server cannot store secrets: it has no master key.",
    "no_payment": "No payment of the order is known.",
    "no_platform_key": "This server's operator has no account at the gateway.",
    "no_secret": "The channel has no secret.",
    "not_allowed": "This key does not permit this, by its role or its scopes.",
    "not_amendable": "This cannot be changed any more.",
    "not_at_stripe": "The gateway knows no such object, or the amount is beyond its limits.",
    "not_cancelled": "The units were not cancelled.",
    "not_comparable": "No return can be decided by both policies.",
    "not_found": "There is no such object, or it is another partner's.",
    "not_in_force": "The edition is not in force on any of these days.",
    "not_inspected": "Units wait to be inspected.",
    "not_of_goods": "This fact cannot be declared for a product.",
    "not_of_orders": "This fact cannot be stated for an order.",
    "not_received": "The units did not arrive at this location.",
    "not_to_be_found": "An inspection cannot find this fact.",
    "not_yours_to_say": "This fact is for somebody else to state.",
    "nothing_arrived": "Nothing was counted.",
    "nothing_found": "Nothing was inspected.",
    "nothing_left": "Nothing is left of the payment.",
    "nothing_to_change": "The input changes nothing.",
    "nothing_to_refund": "Nothing would be refunded.",
    "nothing_to_resolve": "The settlement does not wait for a decision.",
    "nothing_waits": "Nothing of it waits for an answer.",
    "order_declined": "The supplier declined the order.",
    "order_not_confirmed": "The supplier has not confirmed the order.",
    "orders_wrong": "Some of the orders are wrong; each fault is listed.",
    "other_account": "The key is of another account.",
    "other_amount": "The payment is recorded with another amount.",
    "other_currency": "The currency is different.",
    "other_customer": "The charge belongs to another customer.",
    "other_invoice": "The charge belongs to another invoice.",
    "over_balance": "The amount exceeds the available credit.",
    "over_ceiling": "The amount exceeds what was paid.",
    "over_what_is_left": "The amount exceeds what is left of the payment.",
    "over_worth": "The amount exceeds the worth of the order.",
    "place_unknown": "The location of the units is unknown.",
    "policy_faults": "The text of the policy has faults.",
    "policy_gone": "The policy that made the decision is not available any more.",
    "quantity_exceeded": "More units than were bought and not yet returned.",
    "refunded_already": "The units were refunded already.",
    "replaced_already": "Another settlement already replaced it.",
    "sealed_otherwise": "A secret was encrypted with another master key.",
    "selection_tie": "Two policies would govern the same orders.",
    "sent_twice": "The same value is repeated in the input.",
    "several_retailers": "The lines belong to several retailers.",
    "step_not_allowed": "The state of the return does not permit this step.",
    "still_open": "The outcome leaves something open that has to be stated.",
    "terms_broken": "The policy does not permit an agreed value any more.",
    "terms_changed": "The terms have changed since they were read.",
    "terms_not_allowed": "The policy does not permit this agreed value.",
    "tests_failed": "Tests inside the policy fail.",
    "tied_already": "The parcel is tied to a return already.",
    "too_large": "The input is larger than permitted.",
    "too_long": "A text is longer than permitted.",
    "too_long_to_read": "The policy text could not be read within the time limit.",
    "too_many": "More than permitted at once.",
    "too_many_cancelled": "More units than are left of the line.",
    "too_many_documents": "The partner has sent the maximum number of files for the return.",
    "too_many_units": "More units than the engine can count.",
    "too_many_words": "More words than a fact may have.",
    "too_much_asked": "The request needs more decisions than permitted.",
    "undone_already": "It was undone already.",
    "units_gone": "The units are not where they were counted.",
    "unknown_currency": "There is no such currency.",
    "unknown_cursor": "There is no such cursor.",
    "unknown_date": "An order has no date with this name.",
    "unknown_fact": "There is no such fact.",
    "unknown_location": "The supplier has no such location.",
    "unknown_partner": "You do not trade with such a partner.",
    "unknown_sku": "The supplier has no such SKU.",
    "unknown_word": "The fact has no such value.",
    "unrestricted_key": "The key may do everything in the account; use a restricted one.",
    "version_taken": "The version is published already, with another text.",
    "withdrawn_already": "The edition was withdrawn for these days already.",
    "wrong_account": "There is no such account at the gateway, or it is not connected.",
    "wrong_address": "The address cannot be used.",
    "wrong_amount": "The amount is not a positive number of minor units.",
    "wrong_buffer": "The buffer is not a number of units.",
    "wrong_channel": "The sales channel is not a word.",
    "wrong_charge": "The text is not a charge or payment intent of the gateway.",
    "wrong_consumer": "The name or address of the consumer is invalid.",
    "wrong_country": "The country is neither a two-letter code of ISO 3166-1 nor `XK`.",
    "wrong_currency": "The currency is not a three-letter code of ISO 4217.",
    "wrong_customer": "The text is not a customer of the gateway.",
    "wrong_date": "The text is not a date or time of ISO 8601.",
    "wrong_facts": "The facts cannot be read.",
    "wrong_filter": "The filters cannot be combined.",
    "wrong_handle": "A handle consists of small letters, digits, hyphens and underscores.",
    "wrong_hours": "The number of hours is out of range.",
    "wrong_idempotency_key": "The key is empty or too long.",
    "wrong_invoice": "The text is not an invoice of the gateway.",
    "wrong_key": "The text is not a key of the gateway.",
    "wrong_kind": "There is no such kind.",
    "wrong_kind_of_file": "By its content, the file is of no permitted kind.",
    "wrong_lines": "The lines cannot be decided together.",
    "wrong_moment": "The time is in the future, or has no offset.",
    "wrong_money": "The text is not an amount with its currency, such as `USD 5.00`.",
    "wrong_month": "The text is not a month, such as `2026-11`.",
    "wrong_name": "A name has 1 to 200 visible characters.",
    "wrong_number": "The value is not a number, is out of range, or has look-alike characters.",
    "wrong_owner": "The policy names another owner.",
    "wrong_page": "A page has 1 to 100 members.",
    "wrong_price": "The price is not a positive number of minor units.",
    "wrong_programme": "A programme has 1 to 200 visible characters.",
    "wrong_quantity": "The quantity is not a number of units, or out of range.",
    "wrong_range": "There are too many days, or they are in the wrong order.",
    "wrong_reason": "The reason is empty or too long.",
    "wrong_reference": "The reference is empty or too long.",
    "wrong_role": "Your kind of partner has no such role.",
    "wrong_secret": "The secret is invalid.",
    "wrong_signing_secret": "The text is not a signing secret of the gateway.",
    "wrong_size": "Too few or too many at once.",
    "wrong_sku": "The SKU is empty, too long, or has hidden characters.",
    "wrong_title": "The title is empty or too long.",
    "wrong_tracking": "The carrier or the tracking number is invalid.",
    "wrong_type": "The value has the wrong type.",
    "wrong_why": "The reason is empty or too long.",
}
OPERATORS: Final = frozenset(
    {
        *("unavailable", "wrong_database", "wrong_event", "wrong_master_key"),
        *("wrong_signature", "journal_rewritten", "unknown_key", "wrong_setting", "took_too_long"),
    }
)
"""Codes that appear on the command line, in answers to a gateway, or as errors of a
whole request.
"""

_HEAD: Final = """# Problems

What the API refuses is a problem: a member of the union that is the result, with a `code`, a
`message` for people, and the `path` of the value that is wrong. A code never changes its meaning.
What refuses a whole request, such as `rate_limited`, is in
[Limits of the API](limits.md#what-is-answered).
This page is made by `python -m returns_api.export`.
"""

_Enum: Any = Enum  # mypy knows the members of a literal only
ProblemCode: Any = strawberry.enum(
    _Enum(
        "ProblemCode",
        {code: strawberry.enum_value(code, description=says) for code, says in CODES.items()},
    ),
    description="What is wrong; errors use the same names in `extensions.code`.",
)


def page() -> str:
    """Returns the catalogue of codes as a page of the guide."""
    rows = "".join(f"| `{code}` | {says} |\n" for code, says in CODES.items())
    return f"{_HEAD}\n| Code | Means |\n| --- | --- |\n{rows}"

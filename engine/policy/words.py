"""The closed lists of words that every policy may use; data, no behaviour."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PARTIES: Final = _words(
    "supplier retailer consumer platform carrier manufacturer distributor other_seller nobody"
)
ROLES: Final = _words("owner claimant seller end_customer operator")
ANSWERS: Final = _words("accept refuse review ask two_readings")
STRENGTH: Final = {"accept": 0, "review": 1, "ask": 2, "two_readings": 3, "refuse": 4}
"""The strength of each answer: the higher number wins."""
UNSETTLED: Final = ("refuse", "two_readings")
"""Answers after which nothing is given: nothing at all, or what a person is still to choose."""
DEFAULT_CODES: Final = {
    "accept": "ok",
    "review": "discretionary",
    "ask": "missing_evidence",
    "two_readings": "conflict_in_text",
    "refuse": "not_entitled",
}
"""The code of an answer whose row gives none."""
SILENCES: Final = _words("accept refuse settle send_back close go_on")
STATES: Final = _words("early in_time late pending silent not_started none disputed")
UNDATED: Final = "undated"
"""The state that is shown of a deadline while nobody has said what day it is; rows do not know its
state then."""
BAD: Final = ("late", "early", "silent")
"""States of a deadline that count against the claimant."""
SUMMED: Final = ("early", "late", "disputed", "silent")
"""States that the fact `deadlines` sums up over all deadlines, in order of precedence."""
LIMIT_STATES: Final = _words("inside over open none")
REMEDIES: Final = _words(
    "refund original_payment_refund refund_by_check store_credit gift_card account_credit "
    "credit_memo core_credit invoice_reduction invoice_deduction exchange replacement "
    "part_replacement repair partial_refund allowance covered_by_allowance nothing"
)
FEE_PER: Final = _words("line unit return order")
FEE_TAKEN: Final = _words("deducted billed")
FEE_CERTAINTIES: Final = _words("fixed at_least may")
ACCEPTED_ALONE: Final = _words(
    "remedies goods return_shipping value fees outbound_shipping whole_return"
)
"""Topics that are evaluated only if the answer is not a refusal."""
TAKEN_ONCE: Final = frozenset(_words("return order"))
"""What a fee may be `per` that is taken once, over all lines."""
OVERPAID: Final = _words("offset billed")
OUTBOUND: Final = _words("none full standard_part")
PRICES: Final = _words("item_price unit_price base current_price lowest_price_365d")
"""Amounts that a settlement may start from; no fee may take more than the whole of one."""
WITHOUT_MONEY: Final = frozenset(_words("exchange replacement part_replacement repair"))
"""Remedies that move no money; the value is made good in kind."""
WORTHLESS: Final = frozenset(_words("covered_by_allowance nothing"))
"""Remedies worth zero."""
TIMINGS: Final = _words("immediate at_drop_off after_receipt when_supplier_refunds")
GOODS: Final = _words(
    "ship_back keep keep_until_released may_be_kept_by_retailer destroy dispose "
    "donate restock_in_store sent_back_to_sender not_to_supplier"
)
PLACES: Final = _words(
    "supplier_warehouse supplier_facility other_facility platform_warehouse "
    "retailer_fulfilment_center retailer_location store_of_purchase "
    "store_of_return partner manufacturer"
)

CONDITIONS: Final = _words(
    "new_unused opened_unused tried_on used_clean gently_used core_undamaged assembled installed "
    "used worn worn_out soiled stained pet_damage corroded altered damaged_on_arrival "
    "damaged_by_buyer consumed"
)
"""The order of wear, best first, for policies that declare none of their own."""
PACKAGINGS: Final = _words(
    "sealed_original opened_original retaped damaged_original substitute_box none"
)
USUAL_WORDS: Final = ("change_of_mind", "new_unused", "sealed_original")
"""The reason, condition and packaging of the returns that checks and comparisons show."""
ORIGINAL_PACKAGINGS: Final = _words("sealed_original opened_original")
"""The states of packaging that `original_required` accepts."""
REASONS: Final = _words(
    "allowance_reset arrived_dead better_price cancellation change_of_mind core_return "
    "customer_return_passed_on damaged_in_transit defective died expired late_delivery misprinted "
    "missing_item not_as_specified not_compatible_with_own_system not_received not_satisfied "
    "not_useful_for_purpose ordered_by_mistake overstock packaging_damaged_only refused_delivery "
    "short_dated stained unclaimed_parcel undeliverable_address unwanted_gift wrong_fit wrong_item "
    "wrong_size wrong_size_sent"
)
EVIDENCE: Final = _words(
    "rma approval photos video photo_in_bag photo_out_of_bag receipt gift_receipt "
    "proof_of_purchase serial_number lot_number expiry_date packing_list packing_slip "
    "customer_complaint bol_damage_note order_number invoice_number po_number comment "
    "description law_tag_photo certificate gia_certificate manufacturer_approval "
    "customer_contact original_packaging proof_of_destruction inspection_report "
    "tracking_number"
)
STEPS: Final = _words(
    "inspection test approval platform_approval manufacturer_approval comment "
    "description certificate customer_contact law_tag"
)
"""What may still have to happen before a return is settled (`subject_to`)."""

CODES: Final[dict[str, str]] = {
    "ok": "The return is accepted.",
    "outside_window": "The time for returning has passed.",
    "too_early": "It is too early to ask for this return.",
    "claim_late": "The claim came too late.",
    "authorization_expired": "The return authorization or label is no longer valid.",
    "missing_authorization": "A return authorization is needed first.",
    "missing_photos": "Photos or a video are missing.",
    "missing_evidence": "A document is missing.",
    "missing_proof_of_purchase": "Proof of purchase is missing.",
    "packaging_not_met": "The packaging is not as the policy asks.",
    "excluded_condition": "The goods are not in a state that may come back.",
    "excluded_category": "Goods of this kind cannot be returned.",
    "final_sale": "This was a final sale.",
    "incomplete": "Parts are missing.",
    "quantity_rule": "The quantity does not follow the policy's rule.",
    "value_limit": "The return exceeds a limit on value.",
    "count_limit": "The return exceeds a limit on number.",
    "usage_limit": "The goods were used more than the policy allows.",
    "reason_not_covered": "The policy does not cover this reason.",
    "not_entitled": "This buyer or sale has no such right.",
    "not_first_order": "Only the first order qualifies.",
    "wrong_channel": "The return was not asked for or handed in where it must be.",
    "wrong_country": "The goods cannot be handed in in this country.",
    "wrong_counterparty": "The claim belongs to another party.",
    "claim_with_carrier": "The claim belongs to the carrier.",
    "delivered_per_tracking": "Tracking shows the parcel as delivered.",
    "condition_breached": "A condition of the policy was not kept.",
    "inspection_failed": "The inspection did not confirm the claim.",
    "already_shipped": "The order has shipped and can no longer be cancelled.",
    "wrong_order_status": "The status of the order does not allow this.",
    "settlement_not_allowed": "This way of settling is not offered.",
    "exchange_not_allowed": "This exchange is not offered.",
    "insufficient_balance": "The balance is too small.",
    "supplier_declined": "The supplier declined the return.",
    "config_invalid": "The policy itself breaks a rule.",
    "no_policy": "No policy covers this order.",
    "no_policy_for_country": "No policy covers this country.",
    "no_policy_for_currency": "No policy covers orders in this currency.",
    "other_policy_applies": "Another owner's policy governs this sale.",
    "approval_needed": "Someone has to approve this.",
    "discretionary": "The policy leaves this to someone's judgement.",
    "statutory_exception": "A statute decides this, without figures in the policy.",
    "conflict_in_text": "Two sentences of the policy disagree.",
    "undefined_boundary": "The policy does not say on which side of the line this falls.",
    "anchor_not_stated": "The policy does not say from when the days count.",
    "not_stated": "The policy is silent on this.",
    "precedence_not_stated": "Two rules apply and the policy does not say which wins.",
    "fact_missing": "Something must be known before this can be decided.",
    "unknown_word": "A word was used that the policy does not know.",
    "overlapping_seasons": "Two seasons overlap.",
    "policy_gap": "No row of the policy covers this case.",
    "policy_breach": "The outcome would break a promise of the policy.",
    "engine_disagreement": "Two evaluations of the policy disagree; a person must look.",
}
"""Every built-in code with its sentence."""

SHORT_FIELDS: Final = {
    ("deadlines", "days"): "within",
    ("return_shipping", "return_paid_by"): "paid_by",
    ("goods", "goods"): "do",
    ("eligibility", "eligible"): "answer",
}
"""Short field names by topic, and the full names that they stand for."""


def short_fields(topic: str) -> tuple[str, ...]:
    """Returns the short names of a topic's fields."""
    return tuple(short for of, short in SHORT_FIELDS if of == topic)

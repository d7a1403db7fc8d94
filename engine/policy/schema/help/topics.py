"""What each key of a topic means; see `help`."""

from __future__ import annotations

from typing import Final

from engine.policy.schema.help.sentences import said

_CLOCK: Final = said("""
    event: What must have happened in time; `requested` if left out.
    within: It ends this long after the start; the last day or moment still counts.
    under: The same, but the end itself is too late.
    until: A fixed last day.
    no_limit: It is never late.
    opens: The first good day; before it the answer is too early.
    counted_from: The date from which it counts, or a choice of several.
    counting: Whether the day of the start is day 0 (`next_day`) or day 1.
    roll: Whether an end on a weekend or holiday moves to the next business day.
    extended_by: Added to the length.
    pauses: The days of the running time between two dates do not count.
    if_late: The code of the refusal, or `go_on`: nothing is refused, the state is only tested.
    if_early: The code of the refusal, or `go_on`.
    must_start: Ask if the start was not sent.
    by: The party that must act.
    if_silent: What holds if that party does nothing.
    readings: The clocks that the text allows, where it allows several.
    we_take: The id of the reading that holds, or `none`: a person decides.
    code: The code where the readings disagree; that of a late return is `if_late`.
    days: Short for `within`, in days.
    id: The name of the reading, for `we_take`.
    because: The sentence for the consumer.
    clause: The place in the text of the policy.
""")

TOPICS: Final[dict[str, dict[str, str]]] = {
    "deadlines": _CLOCK,
    "deadlines.readings.item": _CLOCK,
    "pay_within": _CLOCK,
    "opens": said("""
        after: It opens this long after the start.
        ahead: It opens this long before the start, which may be an expiry date.
        counted_from: The date from which it counts, or a choice of several.
    """),
    "pauses": said("""
        from: The date at which the clock stops.
        to: The date at which it goes on.
    """),
    "eligibility": said("""
        answer: `accept`, `refuse`, `ask`, `review` or `two_readings`.
        to_settle: The question for a person, where the answer is `review`.
        missing: What the claimant can supply, where the answer is `ask`.
        curable: The claimant can fix it and ask again.
        belongs_to: The claim is this other party's.
        stands: Limits and demands do not touch this answer.
        readings: The ways to read a text that contradicts itself.
        we_take: The id of the reading that holds, or `none`: a person decides.
        why: Why that reading was taken.
        until: It ends nothing: write `effective` on the row, and a row after it.
        eligible: Short for `answer`: true accepts, false refuses.
    """),
    "eligibility.readings.item": said("""
        id: The name of the reading, for `we_take`.
        answer: What it answers.
        code: The reason, as a code.
        because: The sentence for the consumer.
        clause: The place in the text of the policy.
        to_settle: The question for a person.
        sets: What else it would change in the outcome.
    """),
    "limits": said("""
        used: What was used before; 0 if left out.
        adds: What this return adds; 0 if left out.
        at_most: The sum may be this or less.
        under: The sum must be less than this.
        at_least: The sum must be this or more.
        if_over: The answer if the limit is broken; `refuse` if left out.
        to_settle: The question for a person, where it is `review`.
    """),
    "demands": said("""
        need: Evidence that must be there.
        must: A condition that must hold.
        subject_to: Steps that are still to come; shown, never failed.
        if_not: What happens if it is not met; `ask` if left out.
        curable: The claimant can fix it and ask again.
        to_settle: The question for a person, where it is `review`.
        original_required: The packaging must be the original one, sealed or opened.
    """),
    "remedies": said("""
        give: What is given.
        choice: Several, of which `chosen_by` picks one.
        chosen_by: Who picks.
        first: What is given until the condition `after` holds.
        then: What is given after that.
        after: Once this condition holds, `then` is given.
        from: Who bears it.
        of: The amount that this party's part is worth, if not what `value` says.
        percent: The share of it.
        timing: When it is given.
        pay_within: The time in which it must be paid; shown as `pay_by`.
        issued_by: Who pays it out.
        bonus: An amount on top.
        creates: What follows from it, as in `[new_order]`.
        exchange: What holds for an exchange.
        to_supplier: What the supplier is given.
        to_retailer: What the retailer is given; `credit` is short for `account_credit`.
        to_consumer: What the consumer is given.
        to_platform: What the platform is given.
        to_carrier: What the carrier is given.
        to_manufacturer: What the manufacturer is given.
        to_distributor: What the distributor is given.
        to_other_seller: What another seller is given.
        to_nobody: What is given to nobody.
        to_owner: What the owner of the policy is given.
        to_claimant: What the claimant is given.
        to_seller: What the seller is given.
        to_end_customer: What the end customer is given.
        to_operator: What the operator of the platform is given.
    """),
    "exchange": said("""
        same_product: Only the same product is given in exchange.
        price_difference: Whether a difference in price is settled.
    """),
    "goods": said("""
        do: What becomes of the goods; `ship_back` if left out.
        choice: Several, of which `chosen_by` picks one.
        chosen_by: Who picks.
        to: Where they go: a place, one of yours, or `country XX`.
        proof: What must be shown for it.
        goods: Short for `do`.
    """),
    "return_shipping": said("""
        paid_by: Who pays for return shipping.
        label_by: Who makes the label.
        reshipment_paid_by: Who pays for sending goods out again.
        return_paid_by: Short for `paid_by`.
    """),
    "after_refusal": said("""
        do: What becomes of the goods.
        to: Where they go.
        proof: What must be shown for it.
        paid_by: Who pays for the shipping.
        label_by: Who makes the label.
        reshipment_paid_by: Who pays for sending goods out again.
        remedies: What parties are given all the same.
    """),
    "value": said("""
        of: The amount; `item_price` if left out.
        percent: The share of it; `100%` if left out.
    """),
    "fees": said("""
        fee: The amount; `none` for no fee.
        per: `line` if left out, `unit` (times `quantity`), or once: `return` (all lines), `order`.
        taken: `deducted` if left out, or `billed`: owed apart.
        owed_by: Who owes it; the claimant if left out.
        owed_to: Who it is owed to; the owner if left out.
        certainty: `fixed` if left out, `at_least` (more may follow), or `may` (not deducted).
        to_settle: The question for a person, where `certainty` is `may`.
    """),
    "outbound_shipping": said("""
        refund: `none` if left out, `full`, or `standard_part`.
    """),
    "whole_return": said("""
        waive: Fees that are not taken: `fees.NAME`, or `fees` for all.
    """),
    "sets": said("""
        all_of: The group whose lines come back together or not at all.
        else: What the others are answered; `refuse` if left out.
        code: The reason, as a code; `quantity_rule` if left out.
        remedy: What is given.
        percent: The share of the value.
        base: The amount that the settlement starts from.
        return_paid_by: Who pays for return shipping.
        label_by: Who makes the label.
        goods: What becomes of the goods.
        goods_to: Where they go.
        timing: When it is settled.
        choice: Several remedies, of which one is picked.
        outbound_shipping: Whether outbound shipping is given back.
    """),
}

"""What each key means, for editors to show on hover; the only place where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.policy.register.built_in import SENT


def said(text: str) -> dict[str, str]:
    """Returns the sentences of a text by their keys."""
    pairs = (line.split(": ", 1) for line in text.strip().splitlines())
    return {key.strip(): sentence.strip() for key, sentence in pairs}


POLICY: Final[dict[str, dict[str, str]]] = {
    "policy": said("""
        policy: The id of the policy: words joined by `/`, as in `acme/standard`.
        version: A whole number; a change of a published policy is a new version.
        title: What people call this policy; the id if left out.
        parties: Who plays which role; by default the supplier owns and the retailer claims.
        effective: The days on which the policy holds, both included; no `until` means open end.
        applies_by: Which date of the return picks the edition; `ordered` if left out.
        time_zone: Where days begin and end, as in `America/Chicago`; `UTC` if left out.
        currency: The one currency of the whole policy (ISO 4217).
        business_days: Weekend and holidays; Saturday, Sunday and no holidays if left out.
        rounding: How each amount is rounded, once, to whole minor units; `half_up` if left out.
        overpaid: What becomes of money that was paid and is not owed; `offset` if left out.
        for: Which orders the policy is for; all orders of its owner if left out.
        values: Your own words for facts; any other word is asked back.
        groups: Conditions with a name, for `is` and `is_not`.
        facts: Your own facts, or what is assumed where a built-in one is not sent.
        agreed: Values that are settled partner by partner; `agreed.NAME` stands for one.
        codes: Your own reason codes, each with its sentence.
        deadlines: Named clocks: what must happen until when. `request` is the main one.
        eligibility: Who may return what: each row gives an answer.
        limits: What must not be exceeded: `used` + `adds` stay within a bound.
        demands: What must be there: authorisation, evidence, condition, packaging.
        after_refusal: What happens to goods and parties once a return is refused.
        remedies: What each party is given, one part for each.
        goods: What becomes of the goods, and where they go.
        return_shipping: Who pays for return shipping, and who makes the label.
        value: What a return is worth: a percent of an amount.
        fees: What is taken off, one part for each kind of fee.
        outbound_shipping: Whether the shipping to the consumer is given back.
        whole_return: What holds for all lines of a return together.
        window: Short for the clock `request` of `deadlines`.
        remedy: Short for the claimant's part of `remedies`.
        shipping: Short for `return_shipping`.
        packaging: Short for a demand on the packaging.
        disposition: Short for `goods`.
        must: Promises: what every finished outcome keeps; a breach is reviewed by a person.
        partners_may: What policies that extend this one may change, and how far.
        tests: Returns and what must come of them; publishing needs them to pass.
        compare: What must not become worse than in the base, or in another policy.
        extends: The base that this policy changes, with its version: `acme/base@4`.
        changes: The edits of the base, in their order.
    """),
    "for": said("""
        currency: The currency of the order, which is that of the policy.
    """),
    "roles": said("""
        owner: Whose policy this is.
        claimant: Who asks for the return and is settled with.
        seller: Who sold the goods, where that is another than the claimant.
        end_customer: Who bought the goods in the end.
        operator: Who runs the platform.
    """),
    "parties": said("""
        supplier: What the supplier is given.
        retailer: What the retailer is given.
        consumer: What the consumer is given.
        platform: What the platform is given.
        carrier: What the carrier is given.
        manufacturer: What the manufacturer is given.
        distributor: What the distributor is given.
        other_seller: What another seller is given.
        nobody: What is given to nobody.
        owner: What the owner of the policy is given.
        claimant: What the claimant is given.
        seller: What the seller is given.
        end_customer: What the end customer is given.
        operator: What the operator of the platform is given.
    """),
    "effective": said("""
        from: The first day.
        until: The last day; open if left out.
    """),
    "business_days": said("""
        weekend: Days of the week that are no business days.
        holidays: A country (`US`), a part of one (`DE-BY`), `us_federal`, or a list of days.
        also: More days that are no business days.
    """),
    "overpaid": said("""
        by: `offset` against the next credit (if left out), or `billed`: claimed by itself.
        within: How long the claimant has to pay it back; no deadline if left out.
    """),
    "values": said("""
        words: The words of this fact.
        best_first: The words of this fact in their order, best first.
        open: Whether other words are legal too.
        place: Places of yours, beside the built-in ones.
    """),
    "fact": said("""
        type: What its values are.
        told_by: Who may state it; the supplier if left out.
        of: The words that it may have.
        best_first: The words that it may have in their order, best first.
        open: Whether other words are legal too.
        if_not_sent: The value used if it was not sent; write one only if the text says so.
        counter: In words, what others count; in braces, what Takeback counts in its own returns.
        per: For whom it is counted.
        over: Over which time it is counted.
    """),
    "counter": said("""
        of: What is counted: the value or the units that come back, returns, or lines exchanged.
        per: Whose returns are counted: those of the order, its line, the SKU, or the retailer.
        over: The days that count: a length up to the request, its `calendar year`, or `lifetime`.
    """),
    "agreed": said("""
        type: What the value is.
        of: The words that may be agreed.
        default: What holds until something is agreed.
        at_least: The least that may be agreed.
        at_most: The most that may be agreed.
    """),
    "row": said("""
        id: Its name in decisions and tests, unique in the file.
        when: All of this must hold for the row to apply.
        otherwise: Applies where no row above did; closes the table.
        effective: The row holds only for dates of `applies_by` within these days.
        code: The reason, as a code: a built-in one, or yours under `codes`.
        because: The sentence for the consumer; `<last_day>` and the like stand for values.
        for_agent: Another sentence, for staff.
        clause: The place in the text of the policy, as in `c5` or `Art 14(2)`.
        locked: No partner may change the row.
    """),
    "table": said("""
        rows: The rows; the first that applies decides, unless `decide` says otherwise.
        decide: How it is settled when several rows apply.
        sets: Groups of lines that come back together or not at all.
    """),
    "amount": said("""
        greater_of: The greatest of these amounts.
        lesser_of: The smallest of these amounts.
        percent: A share, of the amount `of`.
        of: The amount that the share is taken of.
        each: An amount for every unit, or for every one of a count fact.
        per: `unit`, or a count fact.
        amount: An amount with a floor or a cap.
        at_least: The floor.
        at_most: The cap.
    """),
    "when": said("""
        any_of: A list of conditions of which one is enough.
        is: A group, or a list of groups of which one holds.
        is_not: A group, or a list of groups of which none holds.
    """),
    "test": said("""
        not: Neither this word or value, nor one of this list.
        under: Less than this.
        over: More than this.
        at_least: This or more.
        at_most: This or less.
        between: The first and the last value, both included.
        worse_than: Worse than this word, in the order of the fact.
        no_worse_than: This word or a better one.
        better_than: Better than this word, in the order of the fact.
        no_better_than: This word or a worse one.
        has: The set has this word.
        lacks: The set does not have this word.
        has_any: The set has one of these words.
        has_all: The set has all of these words.
        has_none: The set has none of these words.
    """),
    "start": said("""
        first_known: The first date of the list that is known.
        later_of: The latest of the dates that are known.
        earlier_of: The earliest of the dates that are known.
        date: The name of a date.
        plus: Moves the date by this length.
    """),
    "must": said("""
        id: Its name, unique in the file.
        when: The promise holds only for such returns.
        outcome: What every finished outcome must be.
        never_both: Two groups that must never hold together.
        code: The code of a breach; `policy_breach` if left out.
        clause: The place in the law, contract or rule that demands it.
        because: A sentence about the breach.
        locked: No partner may change it; no child ever may.
    """),
    "edit": said("""
        set: The path of a field or a row: topic.part.row.field.
        to: The new value.
        add: A new row, or a new part.
        into: The path of the table or the part.
        before: The row before which the new one goes.
        after: The row after which the new one goes.
        drop: The path of what is removed.
        why: Why the base is changed here.
        effective: The edit holds only on these days; they make an edition.
    """),
    "permission": said("""
        at_least: The least that a partner may set.
        at_most: The most that a partner may set.
    """),
    "compare": said("""
        with: The policy to compare with; the base if left out.
        never: What must not happen, as in `{eligible: from yes to no}` or `{fee: higher}`.
    """),
    "tests": said("""
        usual: Facts that every test is given.
        cases: The tests.
        inherit: Tests of the base by name, with their changed results.
    """),
    "case": said("""
        name: What the test shows.
        given: Facts that differ from `usual`; `not_sent` takes one away.
        with: Edits of the policy for this test only.
        expect: Fields of the outcome; what is not named is not tested.
    """),
    "given": said("""
        lines: The lines of one return, each with its own facts.
        agreed: Values that are agreed with the partner.
    """),
}


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


_DEADLINES: Final = said("""
    state: Whether the main deadline is met: `in_time`, `late`, `early`, `pending` and so on.
    last_day: The last good day of the main deadline.
    first_day: The first good day of the main deadline.
    days_left: Days from the event to the last day; -1 is one day late.
    days_since_open: Days since the first good day, which is 0.
    days_allowed: Days that the main deadline gives.
    row: The row of the main deadline that applied.
""")

_FOUND: Final = said("""
    deadlines: Whether any deadline is `early`, `late`, `silent` or `disputed`.
    answer: The answer to the return.
    code: The reason, as a code.
    missing: What is needed and not there.
    failed: The demands that are not met.
    remedy: What the claimant is given.
    timing: When the claimant is given it.
    goods: What becomes of the goods.
    goods_to: Where the goods go.
    return_paid_by: Who pays for return shipping.
    label_by: Who makes the label.
    base: What the return is worth.
    fee_total: All fees that are deducted.
""")

FACTS: Final = {
    **_DEADLINES,
    **_FOUND,
    **{name: fact.help for name, fact in SENT.items()},
}

OUTCOME: Final = {
    **_DEADLINES,
    **_FOUND,
    **said("""
    choice: The remedies of which one is picked.
    reshipment_paid_by: Who pays for sending goods out again.
    net: What the claimant gets in money.
    percent: The share of the value that is given.
    outbound_refunded: The outbound shipping that is given back.
    decided_by: Ids of rows that decided, in any topic.
    requires: Evidence that must be there.
    subject_to: Steps that are still to come.
    open: What could not be judged yet.
    to_settle: The questions for a person.
    curable: The claimant can fix it and ask again.
    belongs_to: The party whose claim it is.
    readings: What each reading answers.
    unsettled: The row whose readings are not settled for good.
    on_silence: What holds because a party did nothing.
    chosen_by: Who picks.
    fees: All fees by their name; `none` for none.
    waived: The fees that are not taken after all.
    sentence: The sentence for the consumer.
    lines: What is expected of each line.
    publish: `accepted` or `refused`: whether the policy itself could be published.
    """),
}


SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    **POLICY,
    **TOPICS,
    "facts": FACTS,
    "outcome": OUTCOME,
    "expect": OUTCOME,
}
"""The sentence of each key, by the kind of map that it is in."""


def described(where: str, forms: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Adds to each form what its key means; raises LookupError for a key without a sentence.

    A place without sentences of its own shares those of the place named by its last word.
    """
    said = SENTENCES[where if where in SENTENCES else where.rpartition(".")[2]]
    missing = [key for key in forms if key not in said]
    if missing:
        raise LookupError(f"No sentence says what `{where}.{missing[0]}` means; write one in help.")
    return {key: {"description": said[key], **form} for key, form in forms.items()}

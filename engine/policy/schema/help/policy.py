"""What each key of a policy means that belongs to no topic; see `help`."""

from __future__ import annotations

from typing import Final

from engine.policy.schema.help.sentences import said

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

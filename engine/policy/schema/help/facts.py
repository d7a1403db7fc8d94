"""What each fact and each field of an outcome means; see `help`."""

from __future__ import annotations

from typing import Final

from engine.policy.register.built_in import SENT
from engine.policy.schema.help.sentences import said

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

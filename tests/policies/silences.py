# ruff: noqa: E501 - rows read best in one line
"""Policies with something that is not heeded, what to write instead, and a return that shows it."""

from dataclasses import dataclass, field

USUAL: dict[str, object] = {
    "ordered": "2024-05-01",
    "delivered": "2024-05-10",
    "requested": "2024-05-20",
    "item_price": "USD 100.00",
}
NOT_SENT = object()
OTHERWISE = "not_as_written"
PRICED = "accept USD 100.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A policy with a silence: where it stands, its code, what the finding says to write.

    `given` is the return of which the fields `about` are other where the policy is written `right`:
    `then` and not `today`. With `lines` they are the answer and the net of a whole return.
    """

    wrong: str
    right: str
    at: str
    write: str
    today: str
    then: str
    code: str = OTHERWISE
    given: dict[str, object] = field(default_factory=dict)
    lines: list[dict[str, object]] = field(default_factory=list)
    about: str = "answer net"

    @property
    def sent(self) -> dict[str, object]:
        """The facts of the return."""
        every = {**USUAL, **self.given}
        return {name: value for name, value in every.items() if value is not NOT_SENT}


def swapped(text: str, old: str, new: str) -> dict[str, str]:
    """A policy, and the same with one thing written otherwise."""
    assert text.count(old) == 1, text
    return {"wrong": text, "right": text.replace(old, new)}


# --- clocks ---------------------------------------------------------------------------------------

READINGS = "{id: A, within: 60 days, counted_from: ordered}, {id: B, within: 60 days, counted_from: delivered}"
CLOCK = f"deadlines: {{request: {{KEYwe_take: none, readings: [{READINGS}]}}}}\n"


def beside(key: str) -> dict[str, str]:
    """A clock with a key beside its readings, and with it inside each of them."""
    inside = READINGS.replace("}", f", {key}}}")
    return {
        "wrong": CLOCK.replace("KEY", f"{key}, "),
        "right": CLOCK.replace("KEY", "").replace(READINGS, inside),
    }


def third(key: str) -> dict[str, str]:
    """A clock with another whole clock beside its readings, and with that as a reading."""
    return {
        "wrong": CLOCK.replace("KEY", f"{key}, "),
        "right": CLOCK.replace("KEY", "").replace(READINGS, f"{READINGS}, {{id: C, {key}}}"),
    }


CLOCKS = {
    "a length beside readings": Plant(
        **third("within: 30 days, counted_from: delivered"),
        at="within: 30 days",
        write="{id: C, within: 30 days, counted_from: delivered}",
        given={"requested": "2024-06-20"},
        today=PRICED,
        then="two_readings None",
    ),
    "a fixed end beside readings": Plant(
        **third("until: 2024-05-15"),
        at="until: 2024",
        write="{id: C, until: 2024-05-15}",
        today=PRICED,
        then="two_readings None",
    ),
    "an event beside readings": Plant(
        **beside("event: received_back"),
        at="event: received_back",
        write=f"readings: [{READINGS.replace('}', ', event: received_back}')}]",
        code="ignored",
        given={"received_back": "2024-08-20"},
        today=PRICED,
        then="refuse None",
    ),
    "an opening beside readings": Plant(
        **beside("opens: {ahead: 1 day, counted_from: promised}"),
        at="opens: {",
        write="counted_from: ordered, opens: {ahead: 1 day, counted_from: promised}}",
        code="ignored",
        given={"promised": "2024-06-20"},
        today=PRICED,
        then="refuse None",
    ),
    "counting beside readings": Plant(
        **beside("counting: start_day_is_first"),
        at="counting: start",
        write="counted_from: ordered, counting: start_day_is_first}",
        code="ignored",
        given={"requested": "2024-07-09"},
        today="two_readings None",
        then="refuse None",
    ),
    "pauses beside readings": Plant(
        **beside("pauses: {from: repair_asked, to: repair_done}"),
        at="pauses: {",
        write="counted_from: ordered, pauses: {from: repair_asked, to: repair_done}}",
        code="ignored",
        given={
            "requested": "2024-07-20",
            "repair_asked": "2024-06-01",
            "repair_done": "2024-07-01",
        },
        today="refuse None",
        then=PRICED,
    ),
    "an extension beside readings": Plant(
        **beside("extended_by: 30 days"),
        at="extended_by: 30",
        write="counted_from: ordered, extended_by: 30 days}",
        code="ignored",
        given={"requested": "2024-07-20"},
        today="refuse None",
        then=PRICED,
    ),
    "rolling beside readings": Plant(
        **beside("roll: next_business_day"),
        at="roll: next",
        write="counted_from: ordered, roll: next_business_day}",
        code="ignored",
        given={"ordered": "2024-05-08", "delivered": "2024-05-08", "requested": "2024-07-08"},
        today="refuse None",
        then=PRICED,
    ),
    "a code of lateness beside readings": Plant(
        **beside("if_late: claim_late"),
        at="if_late: claim",
        write="counted_from: ordered, if_late: claim_late}",
        code="ignored",
        given={"requested": "2024-09-20"},
        about="answer code",
        today="refuse outside_window",
        then="refuse claim_late",
    ),
    "an event beside rows, for a row with readings": Plant(
        wrong=f"window: {{event: received_back, rows: [{{id: W-TWO, when: {{category: a}}, we_take: none, readings: [{READINGS}]}}, {{id: W-ELSE, otherwise: true, within: 60 days, counted_from: delivered}}]}}\n",
        right=f"window: {{event: received_back, rows: [{{id: W-TWO, when: {{category: a}}, we_take: none, readings: [{READINGS.replace('}', ', event: received_back}')}]}}, {{id: W-ELSE, otherwise: true, within: 60 days, counted_from: delivered}}]}}\n",
        at="event: received_back, rows",
        write=f"readings: [{READINGS.replace('}', ', event: received_back}')}]",
        code="ignored",
        given={"category": "a", "received_back": "2024-08-20"},
        today=PRICED,
        then="refuse None",
    ),
    "going on in a reading": Plant(
        wrong=f"deadlines: {{request: {{we_take: none, readings: [{READINGS.replace('delivered}', 'delivered, if_late: go_on}')}]}}}}\n",
        right="deadlines: {request_a: {within: 60 days, counted_from: ordered, if_late: go_on}, request_b: {within: 60 days, counted_from: delivered, if_late: go_on}}\n"
        "eligibility: {rows: [{id: E-BOTH, when: {request_a: late, request_b: late}, answer: refuse, code: outside_window}]}\n",
        at="if_late: go_on",
        write="deadlines: {request_a: {within: 60 days, counted_from: ordered, if_late: go_on}, request_b: {within: 60 days, counted_from: delivered, if_late: go_on}}",
        code="ignored",
        given={"requested": "2024-07-05"},
        today="two_readings None",
        then=PRICED,
    ),
    "readings that are weighed": Plant(
        **swapped(
            "window: {decide: shortest, rows: [{id: W-TWO, when: {category: a}, we_take: none, readings: [{id: A, within: 5 days, counted_from: ordered}, {id: B, within: 5 days, counted_from: delivered}]}, {id: W-ELSE, otherwise: true, within: 30 days, counted_from: delivered}]}\n",
            "decide: shortest",
            "decide: first",
        ),
        at="decide: shortest",
        write="decide: first",
        given={"category": "a", "requested": "2024-05-12"},
        today=PRICED,
        then="two_readings None",
    ),
    "a code where nothing is read twice": Plant(
        **swapped(
            "window: {within: 5 days, counted_from: delivered, code: claim_late}\n",
            ", code:",
            ", if_late:",
        ),
        at="code: claim",
        write="if_late: claim_late",
        code="ignored",
        about="answer code",
        today="refuse outside_window",
        then="refuse claim_late",
    ),
    "waiting for what every return has": Plant(
        **swapped(
            "deadlines: {reply: {by: supplier, within: 3 days, counted_from: delivered, if_silent: accept}}\n",
            "by: supplier,",
            "by: supplier, event: partner_replied,",
        ),
        at="if_silent: accept",
        write="event: partner_replied",
        code="ignored",
        given={"partner_replied": None, "now": "2024-05-20"},
        today="refuse None",
        then=PRICED,
    ),
    "starting with what must come in time": Plant(
        **swapped("window: {within: 5 days, counted_from: requested}\n", "requested", "delivered"),
        at="counted_from",
        write="counted_from: delivered",
        today=PRICED,
        then="refuse None",
    ),
    "a state that nobody asks": Plant(
        **swapped(
            "window: {within: 30 days, counted_from: delivered, opens: {after: 14 days, counted_from: delivered}}\neligibility: {rows: [{id: E-LATE, when: {deadlines: late}, answer: refuse, code: from_deadline}]}\n",
            "deadlines: late",
            "deadlines: [late, early]",
        ),
        at="opens: {",
        write="when: {deadlines: [late, early]}",
        code="not_asked",
        today=PRICED,
        then="refuse None",
    ),
    "a clock that nobody asks": Plant(
        **swapped(
            "deadlines: {request: {within: 30 days, counted_from: delivered}, arrival: {event: received_back, within: 5 days, counted_from: rma_issued}}\neligibility: {rows: [{id: E-LATE, when: {request: late}, answer: refuse, code: from_deadline}]}\n",
            "when: {request: late}",
            "when: {any_of: [{request: late}, {arrival: late}]}",
        ),
        at="within: 5 days",
        write="when: {any_of: [{request: late}, {arrival: late}]}",
        code="not_asked",
        given={"rma_issued": "2024-05-21", "received_back": "2024-05-27"},
        today=PRICED,
        then="refuse None",
    ),
    "a code that nobody tells": Plant(
        **swapped(
            "window: {within: 5 days, counted_from: delivered, if_late: claim_late}\neligibility: {rows: [{id: E-LATE, when: {deadlines: late}, answer: refuse, code: outside_window}]}\n",
            "code: outside_window",
            "code: from_deadline",
        ),
        at="if_late",
        write="code: from_deadline",
        about="answer code",
        today="refuse outside_window",
        then="refuse claim_late",
    ),
    "a silence that nobody hears": Plant(
        **swapped(
            "deadlines: {reply: {by: supplier, event: partner_replied, within: 3 days, counted_from: requested, if_silent: accept}}\neligibility: {rows: [{id: E-LATE, when: {deadlines: [late, silent]}, answer: refuse, code: outside_window}]}\n",
            "code: outside_window",
            "code: from_deadline",
        ),
        at="if_silent",
        write="code: from_deadline",
        given={"partner_replied": None, "now": "2024-06-20"},
        today="refuse None",
        then=PRICED,
    ),
    "a length beside rows that no row takes": Plant(
        wrong="window: {within: 30 days, counted_from: delivered, rows: [{id: W-TECH, when: {category: tech}, within: 15 days}]}\n",
        right="window: {counted_from: delivered, rows: [{id: W-TECH, when: {category: tech}, within: 15 days}, {id: REQUEST-ELSE, otherwise: true, within: 30 days}]}\n",
        at="within: 30 days",
        write="{id: REQUEST-ELSE, otherwise: true, within: 30 days}",
        given={"category": "lamp", "requested": "2024-08-20"},
        today=PRICED,
        then="refuse None",
    ),
}

# --- answers, limits and demands ------------------------------------------------------------------

LATE = "window: {within: 5 days, counted_from: delivered}\n"
TWO = "eligibility: {rows: [{id: E-TWO, when: {category: a}, answer: two_readings, we_take: A, why: so, readings: [READINGS]}]}\n"
TAKEN = TWO.replace("READINGS", "{id: A, answer: accept}, {id: B, answer: refuse}").replace(
    "why: so", "why: so, DAYS"
)
OF_A = {"category": "a"}

ANSWERS = {
    "the code of a deadline for a review": Plant(
        **swapped(
            LATE
            + "eligibility: {rows: [{id: E-LATE, when: {deadlines: late}, answer: review, code: from_deadline, to_settle: whether it is taken}]}\n",
            "from_deadline",
            "approval_needed",
        ),
        at="code: from",
        write="code: approval_needed",
        about="answer",
        today="refuse",
        then="review",
    ),
    "the code of a deadline for what is accepted": Plant(
        **swapped(
            LATE
            + "eligibility: {rows: [{id: E-LATE, when: {deadlines: late}, answer: accept, code: from_deadline}]}\n",
            ", code: from_deadline",
            "",
        ),
        at="code: from",
        write="Leave `code` out",
        today="refuse None",
        then=PRICED,
    ),
    "the code of a deadline where none is asked": Plant(
        **swapped(
            "eligibility: {rows: [{id: E-KIND, when: {category: a}, answer: refuse, code: from_deadline}]}\n",
            "from_deadline",
            "not_entitled",
        ),
        at="code: from",
        write="code: not_entitled",
        code="ignored",
        given=OF_A,
        about="answer code",
        today="refuse outside_window",
        then="refuse not_entitled",
    ),
    "the code of a deadline that goes on": Plant(
        **swapped(
            "deadlines: {request: {within: 5 days, counted_from: delivered, if_late: go_on}, reply: {by: supplier, event: partner_replied, within: 1 day, counted_from: delivered, if_silent: accept}}\neligibility: {rows: [{id: E-OLD, when: {request: late}, answer: refuse, code: from_deadline}]}\n",
            "from_deadline",
            "outside_window",
        ),
        at="code: from",
        write="code: outside_window",
        code="ignored",
        given={"partner_replied": None, "now": "2024-06-20"},
        about="answer",
        today="accept",
        then="refuse",
    ),
    "a question that nobody is asked": Plant(
        **swapped(
            "eligibility: {rows: [{id: E-MAY, when: {category: a}, answer: accept, to_settle: whether it is taken}]}\n",
            "accept",
            "review",
        ),
        at="to_settle",
        write="answer: review",
        given=OF_A,
        about="answer",
        today="accept",
        then="review",
    ),
    "something missing that is accepted": Plant(
        **swapped(
            "eligibility: {rows: [{id: E-PAPER, when: {category: a}, answer: accept, missing: [receipt]}]}\n",
            "accept",
            "ask",
        ),
        at="missing",
        write="answer: ask",
        code="ignored",
        given=OF_A,
        about="answer",
        today="accept",
        then="ask",
    ),
    "another's claim that is accepted": Plant(
        **swapped(
            "eligibility: {rows: [{id: E-CARRIER, when: {category: a}, answer: accept, belongs_to: carrier}]}\n",
            "answer: accept",
            "answer: refuse, code: wrong_counterparty",
        ),
        at="belongs_to",
        write="answer: refuse, code: wrong_counterparty",
        code="ignored",
        given=OF_A,
        about="answer code",
        today="accept ok",
        then="refuse wrong_counterparty",
    ),
    "a reading that is taken for ever": Plant(
        wrong=TAKEN.replace("DAYS", "until: 2024-04-30"),
        right=TAKEN.replace("DAYS", "effective: {from: 2024-01-01, until: 2024-04-30}").replace(
            "}]}]}",
            "}]}, {id: E-STILL, when: {category: a}, answer: two_readings, we_take: none, readings: [{id: A, answer: accept}, {id: B, answer: refuse}]}]}",
        ),
        at="until: 2024-04-30",
        write="effective: {from: 2024-01-01, until: 2024-04-30}",
        code="ignored",
        given=OF_A,
        about="answer",
        today="accept",
        then="two_readings",
    ),
    "what a reading sets of a refusal": Plant(
        wrong=TWO.replace(
            "READINGS",
            "{id: A, answer: refuse, sets: {goods: sent_back_to_sender}}, {id: B, answer: accept}",
        ),
        right=TWO.replace("READINGS", "{id: A, answer: refuse}, {id: B, answer: accept}")
        + "after_refusal: {rows: [{id: A-REFUSED, when: {code: conflict_in_text}, do: sent_back_to_sender}]}\n",
        at="sets: {",
        write="after_refusal: {rows: [{id: A-REFUSED, when: {code: conflict_in_text}, do: sent_back_to_sender}]}",
        code="ignored",
        given=OF_A,
        about="answer goods",
        today="refuse None",
        then="refuse sent_back_to_sender",
    ),
    "a choice that a reading sets": Plant(
        **swapped(
            TWO.replace(
                "READINGS",
                "{id: A, answer: accept, sets: {choice: [store_credit, exchange]}}, {id: B, answer: refuse}",
            ),
            "choice: [store_credit, exchange]",
            "remedy: store_credit",
        ),
        at="choice: [",
        write="remedy: store_credit",
        given=OF_A,
        about="answer remedy",
        today="accept refund",
        then="accept store_credit",
    ),
    "a question of a reading that accepts": Plant(
        **swapped(
            TWO.replace(
                "READINGS",
                "{id: A, answer: accept, to_settle: whether it is taken}, {id: B, answer: refuse}",
            ),
            "answer: accept,",
            "answer: review,",
        ),
        at="to_settle",
        write="answer: review",
        given=OF_A,
        about="answer",
        today="accept",
        then="review",
    ),
    "a limit of nothing": Plant(
        **swapped(
            "limits: {dear: {at_most: USD 50.00}}\n", "at_most", "adds: return_value, at_most"
        ),
        at="at_most",
        write="adds: return_value",
        today=PRICED,
        then="refuse None",
    ),
    "a limit that asks nobody": Plant(
        **swapped(
            "limits: {dear: {adds: return_value, at_most: USD 50.00, to_settle: whether it is taken}}\n",
            "to_settle",
            "if_over: review, to_settle",
        ),
        at="to_settle",
        write="if_over: review",
        about="answer",
        today="refuse",
        then="review",
    ),
    "a demand in place of another": Plant(
        wrong="demands: {rows: [{id: D-BOX, original_required: true, must: {condition: new_unused}}]}\n",
        right="demands: {rows: [{id: D-BOX, original_required: true}, {id: D-BOX-2, must: {condition: new_unused}, if_not: refuse}]}\n",
        at="must: {",
        write="{id: D-BOX-2, must: {condition: new_unused}, if_not: refuse}",
        given={"condition": "worn", "packaging": "sealed_original"},
        today=PRICED,
        then="refuse None",
    ),
    "a step that cannot fail": Plant(
        wrong="demands: {rows: [{id: D-LOOK, subject_to: [inspection], if_not: refuse}]}\n",
        right="demands: {rows: [{id: D-LOOK, subject_to: [inspection]}]}\neligibility: {rows: [{id: E-FOUND, when: {inspection: no_fault_found}, answer: refuse, code: inspection_failed}]}\n",
        at="if_not",
        write="{id: E-FOUND, when: {inspection: no_fault_found}, answer: refuse, code: inspection_failed}",
        code="ignored",
        given={"inspection": "no_fault_found"},
        today=PRICED,
        then="refuse None",
    ),
    "a demand that asks nobody": Plant(
        **swapped(
            "demands: {rows: [{id: D-PAPER, need: [receipt], to_settle: whether it is taken}]}\n",
            "to_settle",
            "if_not: review, to_settle",
        ),
        at="to_settle",
        write="if_not: review",
        given={"evidence": []},
        about="answer",
        today="ask",
        then="review",
    ),
    "what is asked for and cannot be supplied": Plant(
        **swapped(
            "demands: {rows: [{id: D-PAPER, need: [receipt], curable: false}]}\n",
            "curable",
            "if_not: refuse, curable",
        ),
        at="curable",
        write="if_not: refuse",
        code="ignored",
        given={"evidence": []},
        about="answer",
        today="ask",
        then="refuse",
    ),
    "an exception that is none": Plant(
        wrong="demands: {rows: [{id: D-BOX, original_required: true}, {id: D-FREE, when: {reason: defective}, original_required: false}]}\n",
        right="demands: {rows: [{id: D-BOX, when: {reason: {not: defective}}, original_required: true}]}\n",
        at="original_required: false",
        write="when: {reason: {not: defective}}",
        given={"reason": "defective", "packaging": "substitute_box"},
        today="refuse None",
        then=PRICED,
    ),
    "a demand of all others": Plant(
        wrong="demands: {rows: [{id: D-TOOL, when: {category: tool}, need: [serial_number]}, {id: D-ELSE, otherwise: true, need: [receipt], if_not: refuse}]}\n",
        right="demands: {rows: [{id: D-TOOL, when: {category: tool}, need: [serial_number]}, {id: D-ELSE, when: {category: {not: tool}}, need: [receipt], if_not: refuse}]}\n",
        at="otherwise",
        write="when: {category: {not: tool}}",
        given={"category": "tool", "evidence": ["serial_number"]},
        today="refuse None",
        then=PRICED,
    ),
    "a demand that is only misnamed": Plant(
        **swapped(
            "demands: {rows: [{id: D-BOX, must: {opened: false}, if_not: go_on}]}\nfees: {opened: {rows: [{id: F-NONE, when: {failed: {lacks: D-BOXX}}, fee: none}, {id: F-OPEN, otherwise: true, fee: USD 9.00}]}}\n",
            "D-BOXX",
            "D-BOX",
        ),
        at="D-BOXX",
        write="Did you mean `D-BOX`?",
        code="ignored",
        given={"opened": True},
        today=PRICED,
        then="accept USD 91.00",
    ),
    "a packaging row with more than packaging": Plant(
        wrong="packaging: {rows: [{id: P-TECH, when: {category: tech}, original_required: true}, {id: P-ELSE, otherwise: true, original_required: false, need: [receipt], if_not: refuse}]}\n",
        right="packaging: {rows: [{id: P-TECH, when: {category: tech}, original_required: true}]}\ndemands: {rows: [{id: P-ELSE, need: [receipt], if_not: refuse}]}\n",
        at="need: [",
        write="demands: {rows: [{id: P-ELSE, need: [receipt], if_not: refuse}]}",
        code="ignored",
        given={"category": "lamp", "evidence": []},
        today=PRICED,
        then="refuse None",
    ),
    "packaging that the demands take in": Plant(
        wrong="packaging: {original_required: true}\ndemands: {when: {category: tool}, need: [serial_number]}\n",
        right="demands: {rows: [{id: PACKAGING, code: packaging_not_met, original_required: true}, {id: DEMANDS, when: {category: tool}, need: [serial_number]}]}\n",
        at="when: {category",
        write="demands: {rows: [{id: PACKAGING, code: packaging_not_met, original_required: true}, {id: DEMANDS, when: {category: tool}, need: [serial_number]}]}",
        code="ignored",
        given={"category": "lamp", "packaging": "substitute_box"},
        today=PRICED,
        then="refuse None",
    ),
}

# --- money ----------------------------------------------------------------------------------------

MONEY = {
    "a share of nothing": Plant(
        **swapped(
            "remedy: {give: store_credit, percent: 50%}\n",
            "percent: 50%",
            "of: item_price, percent: 50%",
        ),
        at="percent",
        write="of: item_price, percent: 50%",
        today=PRICED,
        then="accept USD 50.00",
    ),
    "a share of nothing beside rows": Plant(
        **swapped(
            "remedy: {percent: 50%, rows: [{id: R-OLD, when: {condition: used}, give: store_credit}, {id: R-ELSE, otherwise: true, give: refund}]}\n",
            "percent: 50%",
            "of: item_price, percent: 50%",
        ),
        at="percent",
        write="of: item_price, percent: 50%",
        given={"condition": "used"},
        today=PRICED,
        then="accept USD 50.00",
    ),
    "a remedy of nothing": Plant(
        **swapped("remedy: {give: refund, of: none}\n", "of: none", "of: item_price, percent: 0%"),
        at="of: none",
        write="of: item_price, percent: 0%",
        today=PRICED,
        then="accept USD 0.00",
    ),
    "a value of nothing": Plant(
        **swapped(
            "value: {rows: [{id: V-GIFT, when: {category: gift}, of: none}, {id: V-ELSE, otherwise: true}]}\n",
            "of: none",
            "percent: 0%",
        ),
        at="of: none",
        write="percent: 0%",
        given={"category": "gift"},
        today=PRICED,
        then="accept USD 0.00",
    ),
    "a value that the remedy passes over": Plant(
        **swapped(
            "value: {rows: [{id: V-USED, when: {condition: used}, percent: 80%}, {id: V-ELSE, otherwise: true}]}\nremedy: {to_retailer: credit, of: item_price}\n",
            ", of: item_price",
            "",
        ),
        at="of: item_price",
        write="Leave `of` out",
        given={"condition": "used"},
        today=PRICED,
        then="accept USD 80.00",
    ),
    "part of the money that is all of it": Plant(
        **swapped(
            "remedy: {give: partial_refund}\n",
            "partial_refund",
            "partial_refund, of: 50% of item_price",
        ),
        at="give",
        write="of: 50% of item_price",
        today=PRICED,
        then="accept USD 50.00",
    ),
    "a bonus on what is given in kind": Plant(
        **swapped(
            "remedy: {give: nothing, bonus: USD 5.00}\n",
            "give: nothing, bonus: USD 5.00",
            "give: allowance, of: USD 5.00",
        ),
        at="bonus",
        write="Leave `bonus` out",
        today="accept USD 0.00",
        then="accept USD 5.00",
    ),
    "a sequence without a first": Plant(
        **swapped(
            "remedy: {give: repair, then: refund, after: {quantity: {at_least: 2}}}\n",
            "give: repair",
            "first: [repair]",
        ),
        at="then",
        write="first: [repair]",
        given={"quantity": 2},
        today="accept None",
        then=PRICED,
    ),
    "what is paid after a refusal": Plant(
        wrong="eligibility: {rows: [{id: E-USED, when: {condition: used}, answer: refuse, code: excluded_condition}]}\nafter_refusal: {rows: [{id: A-USED, when: {condition: used}, remedies: {retailer: {give: partial_refund, of: 50% of item_price}}}]}\n",
        right="eligibility: {rows: [{id: E-PART, when: {condition: used}, answer: accept}]}\nremedies: {retailer: {rows: [{id: R-PART, when: {condition: used}, give: partial_refund, of: 50% of item_price}, {id: R-ELSE, otherwise: true, give: refund}]}}\n",
        at="of: 50%",
        write="{id: R-PART, when: {condition: used}, give: partial_refund, of: 50% of item_price}",
        given={"condition": "used"},
        today="refuse None",
        then="accept USD 50.00",
    ),
    "another party's leg alone": Plant(
        **swapped(
            "remedies: {consumer: {from: retailer, give: replacement}}\n",
            "{consumer",
            "{retailer: {give: refund}, consumer",
        ),
        at="consumer",
        write="retailer: {give: refund}",
        today="accept None",
        then=PRICED,
    ),
    "a remedy that is there only sometimes": Plant(
        wrong="remedy: {when: {reason: defective}, give: refund}\n",
        right="remedy: {rows: [{id: RETAILER, when: {reason: defective}, give: refund}, {id: RETAILER-ELSE, otherwise: true, give: refund}]}\n",
        at="when: {reason",
        write="{id: RETAILER-ELSE, otherwise: true, give: refund}",
        given={"reason": "change_of_mind"},
        about="answer remedy",
        today="accept None",
        then="accept refund",
    ),
    "a fee of all units for each of them": Plant(
        **swapped("fees: {restocking: {fee: 20% of item_price, per: unit}}\n", ", per: unit", ""),
        at="per: unit",
        write="Leave `per` out",
        given={"quantity": 2},
        today="accept USD 60.00",
        then="accept USD 80.00",
    ),
    "units that are counted twice": Plant(
        **swapped(
            "fees: {repacking: {fee: {each: USD 2.00, per: unit}, per: unit}}\n",
            "}, per: unit",
            "}",
        ),
        at="per: unit}}\n",
        write="Leave `per` out",
        given={"quantity": 3},
        today="accept USD 82.00",
        then="accept USD 94.00",
    ),
    "a share of all for each": Plant(
        **swapped(
            "fees: {restocking: {fee: {each: 10% of item_price, per: unit}}}\n",
            "{each: 10% of item_price, per: unit}",
            "10% of item_price",
        ),
        at="each",
        write="10% of item_price",
        given={"quantity": 3},
        today="accept USD 70.00",
        then="accept USD 90.00",
    ),
    "a fee that is to be settled and taken": Plant(
        **swapped(
            "fees: {service: {fee: 10% of item_price, to_settle: whether it is charged}}\n",
            "to_settle",
            "certainty: may, to_settle",
        ),
        at="to_settle",
        write="certainty: may",
        today="accept USD 90.00",
        then=PRICED,
    ),
    "a fee that another owes": Plant(
        **swapped(
            "fees: {label: {fee: USD 7.00, owed_by: consumer}}\n",
            "owed_by",
            "taken: billed, owed_by",
        ),
        at="owed_by",
        write="taken: billed",
        today="accept USD 93.00",
        then=PRICED,
    ),
    "a floor above its cap": Plant(
        **swapped(
            "fees: {restocking: {fee: {amount: 15% of item_price, at_least: USD 20.00, at_most: USD 10.00}}}\n",
            "at_least: USD 20.00, at_most: USD 10.00",
            "at_least: USD 10.00, at_most: USD 20.00",
        ),
        at="at_least",
        write="at_least: USD 10.00, at_most: USD 20.00",
        today="accept USD 90.00",
        then="accept USD 85.00",
    ),
    "a fee beside rows that no row takes": Plant(
        wrong="fees: {restocking: {fee: 20% of item_price, rows: [{id: F-FAULT, when: {reason: defective}, fee: none}]}}\n",
        right="fees: {restocking: {rows: [{id: F-FAULT, when: {reason: defective}, fee: none}, {id: RESTOCKING-ELSE, otherwise: true, fee: 20% of item_price}]}}\n",
        at="fee: 20%",
        write="{id: RESTOCKING-ELSE, otherwise: true, fee: 20% of item_price}",
        given={"reason": "change_of_mind"},
        today=PRICED,
        then="accept USD 80.00",
    ),
    "the highest of unlike fees": Plant(
        **swapped(
            "fees: {wrap: {decide: highest, rows: [{id: F-UNIT, when: {category: a}, fee: USD 5.00, per: unit}, {id: F-FLAT, when: {quantity: {at_least: 2}}, fee: USD 8.00}]}}\n",
            "fee: USD 5.00, per: unit",
            "fee: {each: USD 5.00, per: unit}, per: line",
        ),
        at="per: unit",
        write="fee: {each: USD 5.00, per: unit}, per: line",
        given={"category": "a", "quantity": 3},
        today="accept USD 92.00",
        then="accept USD 85.00",
    ),
    "a fee of the first line for all": Plant(
        **swapped(
            "fees: {label: {fee: 10% of retail_price, per: return}}\n", "per: return", "per: line"
        ),
        at="per: return",
        write="per: line",
        lines=[{"retail_price": "USD 50.00"}, {"retail_price": "USD 200.00"}],
        today="accept USD 195.00",
        then="accept USD 175.00",
    ),
    "a fee of the first line's own amount for all": Plant(
        **swapped(
            "facts: {crate: {type: money}}\nfees: {label: {fee: 10% of crate, per: order}}\n",
            "per: order",
            "per: line",
        ),
        at="per: order",
        write="per: line",
        lines=[{"crate": "USD 50.00"}, {"crate": "USD 200.00"}],
        today="accept USD 195.00",
        then="accept USD 175.00",
    ),
    "a waiver that asks the first line": Plant(
        wrong="fees: {label: {fee: USD 7.00, per: return}}\nwhole_return: {rows: [{id: T-GIFT, when: {category: gift}, waive: [fees.label]}]}\n",
        right="fees: {label: {rows: [{id: F-NONE, when: {category: gift}, fee: none}, {id: F-LABEL, otherwise: true, fee: USD 7.00, per: return}]}}\n",
        at="when: {category",
        write="fees: {label: {rows: [{id: F-NONE",
        lines=[{"category": "gift"}, {"category": "lamp"}],
        today="accept USD 200.00",
        then="accept USD 193.00",
    ),
    "a row of the whole return that does nothing": Plant(
        **swapped(
            "fees: {label: {fee: USD 7.00, per: return}}\nwhole_return: {rows: [{id: T-FREE, when: {return_value: {at_least: USD 50.00}}}]}\n",
            "USD 50.00}}}",
            "USD 50.00}}, waive: [fees.label]}",
        ),
        at="{id: T-FREE",
        write="waive: [fees.label]",
        code="ignored",
        today="accept USD 93.00",
        then=PRICED,
    ),
}

# --- open choices ---------------------------------------------------------------------------------

FEE = "fees: {restocking: {when: {remedy: refund}, fee: 20% of item_price}}\n"
SEQUENCE = "remedy: {first: [repair, refund], then: store_credit, after: {quantity: {over: 2}}}\n"
DONATE = "goods: {rows: [{id: G-PICK, when: {reason: overstock}, choice: [ship_back, donate], chosen_by: supplier}, {id: G-BACK, otherwise: true, do: ship_back}]}\nfees: {handling: {when: {goods: ship_back}, fee: USD 9.00}}\n"

CHOICES = {
    "a fee on a sequence that is not chosen yet": Plant(
        wrong=SEQUENCE + FEE,
        right="remedy: {rows: [{id: RETAILER-FIRST, when: {quantity: {not: {over: 2}}}, choice: [repair, refund], chosen_by: claimant}, {id: RETAILER-THEN, otherwise: true, give: store_credit}]}\n"
        + FEE
        + "demands: {rows: [{id: D-WISH, must: {any_of: [{wanted: [repair, refund]}, {quantity: {over: 2}}]}, if_not: ask, code: fact_missing}]}\n",
        at="refund}, fee",
        write="{id: RETAILER-FIRST, when: {quantity: {not: {over: 2}}}, choice: [repair, refund], chosen_by: claimant}",
        code="open_choice",
        given={"wanted": "refund"},
        about="answer net net_certainty",
        today="accept USD 100.00 at_most",
        then="accept USD 80.00 exact",
    ),
    "a fee on goods that are not chosen yet": Plant(
        wrong=DONATE,
        right=DONATE
        + 'eligibility: {rows: [{id: E-GOODS, when: {reason: overstock}, answer: review, code: approval_needed, to_settle: "which of them: ship_back or donate"}]}\n',
        at="ship_back}, fee",
        write='{id: E-GOODS, when: {reason: overstock}, answer: review, code: approval_needed, to_settle: "which of them: ship_back or donate"}',
        code="open_choice",
        given={"reason": "overstock"},
        today=PRICED,
        then="review USD 100.00",
    ),
}

# --- names ----------------------------------------------------------------------------------------

NAMES = {
    "an order of wear that is open": Plant(
        **swapped(
            "facts: {grade: {type: word, best_first: [a, b, c], open: true}}\ndemands: {rows: [{id: D-GRADE, must: {grade: {no_worse_than: b}}, if_not: refuse}]}\n",
            ", open: true",
            "",
        ),
        at="open: true",
        write="Leave `open` out",
        code="ignored",
        given={"grade": "ruined"},
        about="answer",
        today="accept",
        then="ask",
    ),
    "business days that nothing counts": Plant(
        **swapped(
            "business_days: {holidays: [2024-05-13]}\nwindow: {within: 6 days, counted_from: delivered}\n",
            "within: 6 days",
            "within: 6 business days",
        ),
        at="business_days",
        write="within: 5 business days",
        code="ignored",
        today="refuse None",
        then=PRICED,
    ),
}

PLANTS = {**CLOCKS, **ANSWERS, **MONEY, **CHOICES, **NAMES}

IDLE = {
    "nobody to choose goods": (
        "goods: {do: keep, chosen_by: supplier}",
        "chosen_by",
        ", chosen_by: supplier",
    ),
    "nobody to choose a remedy": (
        "remedy: {give: refund, chosen_by: supplier}",
        "chosen_by",
        ", chosen_by: supplier",
    ),
    "no exchange": (
        "remedy: {give: refund, exchange: {same_product: true}}",
        "exchange: {",
        ", exchange: {same_product: true}",
    ),
    "a bonus of another": (
        "remedies: {retailer: {give: refund}, consumer: {give: refund, bonus: USD 5.00}}",
        "bonus",
        ", bonus: USD 5.00",
    ),
    "no fee to bill": ("fees: {label: {fee: none, taken: billed}}", "taken", ", taken: billed"),
    "no answer to a fee": (
        "fees: {label: {fee: USD 5.00, code: claim_late}}",
        "code",
        ", code: claim_late",
    ),
    "no answer to goods": ("goods: {do: keep, code: claim_late}", "code", ", code: claim_late"),
    "no end to be late after": (
        "window: {no_limit: true, if_late: claim_late}",
        "if_late",
        ", if_late: claim_late",
    ),
    "no end to extend": (
        "window: {no_limit: true, extended_by: 3 days}",
        "extended_by",
        ", extended_by: 3 days",
    ),
    "a start that is always asked for": (
        "window: {within: 30 days, counted_from: delivered, must_start: false}",
        "must_start",
        ", must_start: false",
    ),
    "no readings to take": (
        "window: {within: 30 days, counted_from: delivered, we_take: none}",
        "we_take",
        ", we_take: none",
    ),
    "no readings of an answer to take": (
        "eligibility: {rows: [{id: E-1, when: {category: a}, answer: accept, we_take: none}]}",
        "we_take",
        ", we_take: none",
    ),
    "nothing to mend": (
        "eligibility: {rows: [{id: E-1, when: {category: a}, answer: accept, curable: true}]}",
        "curable",
        ", curable: true",
    ),
    "a failure that goes on": (
        "demands: {rows: [{id: D-1, need: [receipt], if_not: go_on, code: claim_late}]}",
        "code",
        ", code: claim_late",
    ),
    "a cap behind another": (
        "limits: {most: {adds: return_value, at_most: USD 900.00, under: USD 500.00}}",
        "at_most",
        "at_most: USD 900.00, ",
    ),
    "a default that every row replaces": (
        "goods: {to: manufacturer, rows: [{id: G-1, when: {category: a}, do: keep, to: partner}, {id: G-2, otherwise: true, do: ship_back, to: partner}]}",
        "to: manufacturer",
        "to: manufacturer, ",
    ),
    "two lists of words": (
        "facts: {grade: {type: word, of: [a, b], best_first: [a, b]}}",
        "of: [a",
        "of: [a, b], ",
    ),
    "words that nothing lists": (
        "facts: {parts: {type: count, open: true}}",
        "open",
        ", open: true",
    ),
    "a party without a counter": (
        "facts: {parts: {type: count, per: order}}",
        "per",
        ", per: order",
    ),
    "silence beside readings": (
        CLOCK.replace("KEY", "by: supplier, ").strip(),
        "by: supplier",
        "by: supplier, ",
    ),
}
"""What has no effect at all: the policy, where it stands, and what is to be left out."""

PROMISES = {
    "a role": (
        "return_shipping: {paid_by: claimant}\nmust: [{id: M, outcome: {return_paid_by: {not: claimant}}}]\n",
        "return_paid_by: {",
        "claimant}}",
        "retailer}}",
    ),
    "a word that no outcome has": (
        "remedy: {give: store_credit}\nmust: [{id: M, outcome: {remedy: {not: store_credits}}}]\n",
        "remedy: {not",
        "store_credits",
        "store_credit",
    ),
    "a bare number of coins": (
        "fees: {label: {fee: USD 9.00}}\nmust: [{id: M, outcome: {net: {at_least: 95}}}]\n",
        "net: {",
        "at_least: 95",
        "at_least: USD 95.00",
    ),
    "days against money": (
        "window: {within: 10 days, counted_from: delivered}\nmust: [{id: M, outcome: {request.days_allowed: {at_most: USD 14.00}}}]\n",
        "request.days",
        "at_most: USD 14.00",
        "at_most: 9",
    ),
    "a word against money": (
        "must: [{id: M, outcome: {net: {not: USD 100.00}}}]\n",
        "net: {",
        "not: USD 100.00",
        "under: USD 100.00",
    ),
}
"""Promises that nothing can break: where they stand, and how they are written so that they bite."""

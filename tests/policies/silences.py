# ruff: noqa: E501 - rows read best in one line
"""Policies with something that is not heeded, what to write instead, and a return that shows it."""

from dataclasses import dataclass, field

USUAL: dict[str, object] = {
    "ordered": "2024-05-01",
    "delivered": "2024-05-10",
    "requested": "2024-05-20",
    "item_price": "USD 100.00",
}
NONE = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A policy with a silence: its code, where it stands, what the finding says to write.

    `right` is the policy with that, `given` the return of which the fields `about` are other under
    the two: `today` and `then`. With `lines` it is the answer and the net of a whole return.
    """

    wrong: str
    right: str
    at: str
    write: str
    today: str
    then: str
    code: str = "ignored"
    given: dict[str, object] = field(default_factory=dict)
    lines: list[dict[str, object]] = field(default_factory=list)
    about: str = "answer net"

    @property
    def sent(self) -> dict[str, object]:
        """The facts of the return."""
        return {name: value for name, value in {**USUAL, **self.given}.items() if value is not NONE}


OTHERWISE = "not_as_written"
A_B = "readings: [{id: A, within: 60 days, counted_from: ordered}, {id: B, within: 60 days, counted_from: delivered}]"
READ = f"deadlines: {{request: {{we_take: none, KEY, {A_B}}}}}\n"


def beside(key: str, inside: str) -> tuple[str, str]:
    """A clock with a key beside its readings, and with it inside of each."""
    wrong = READ.replace("KEY", key)
    right = (
        READ.replace("KEY, ", "")
        .replace("ordered}", f"ordered, {inside}}}")
        .replace("delivered}", f"delivered, {inside}}}")
    )
    return wrong, right


def swap(text: str, old: str, new: str) -> dict[str, str]:
    """The policy as it is, and with one thing written otherwise."""
    assert text.count(old) == 1, text
    return {"wrong": text, "right": text.replace(old, new)}


CLOCKS = {
    "a length beside readings": Plant(
        wrong=READ.replace("KEY", "within: 30 days, counted_from: delivered"),
        right=READ.replace("KEY, ", "").replace(
            "delivered}]", "delivered}, {id: C, within: 30 days, counted_from: delivered}]"
        ),
        at="within: 30",
        write="{id: C, within: 30 days, counted_from: delivered}",
        code=OTHERWISE,
        given={"requested": "2024-06-20"},
        today="accept USD 100.00",
        then="two_readings USD 100.00",
    ),
    "a fixed end beside readings": Plant(
        wrong=READ.replace("KEY", "until: 2024-05-15"),
        right=READ.replace("KEY, ", "").replace(
            "delivered}]", "delivered}, {id: C, until: 2024-05-15}]"
        ),
        at="until: 2024",
        write="{id: C, until: 2024-05-15}",
        code=OTHERWISE,
        today="accept USD 100.00",
        then="two_readings USD 100.00",
    ),
    "an event beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside("event: received_back", "event: received_back"),
                strict=True,
            )
        ),
        at="event: received_back",
        write="readings: [{id: A, within: 60 days, counted_from: ordered, event: received_back}, {id: B, within: 60 days, counted_from: delivered, event: received_back}]",
        given={"received_back": "2024-08-20"},
        today="accept USD 100.00",
        then="refuse None",
    ),
    "an opening beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside(
                    "opens: {after: 14 days, counted_from: delivered}",
                    "opens: {after: 14 days, counted_from: delivered}",
                ),
                strict=True,
            )
        ),
        at="opens: {",
        write="counted_from: ordered, opens: {after: 14 days, counted_from: delivered}}",
        today="accept USD 100.00",
        then="refuse None",
    ),
    "counting beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside("counting: start_day_is_first", "counting: start_day_is_first"),
                strict=True,
            )
        ),
        at="counting: start",
        write="counted_from: ordered, counting: start_day_is_first}",
        given={"requested": "2024-07-09"},
        today="two_readings USD 100.00",
        then="refuse None",
    ),
    "pauses beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside(
                    "pauses: {from: repair_asked, to: repair_done}",
                    "pauses: {from: repair_asked, to: repair_done}",
                ),
                strict=True,
            )
        ),
        at="pauses: {",
        write="counted_from: ordered, pauses: {from: repair_asked, to: repair_done}}",
        given={
            "requested": "2024-07-20",
            "repair_asked": "2024-06-01",
            "repair_done": "2024-07-01",
        },
        today="refuse None",
        then="accept USD 100.00",
    ),
    "an extension beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside("extended_by: 30 days", "extended_by: 30 days"),
                strict=True,
            )
        ),
        at="extended_by: 30",
        write="counted_from: ordered, extended_by: 30 days}",
        given={"requested": "2024-07-20"},
        today="refuse None",
        then="accept USD 100.00",
    ),
    "rolling beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside("roll: next_business_day", "roll: next_business_day"),
                strict=True,
            )
        ),
        at="roll: next",
        write="counted_from: ordered, roll: next_business_day}",
        given={"ordered": "2024-05-08", "delivered": "2024-05-08", "requested": "2024-07-08"},
        today="refuse None",
        then="accept USD 100.00",
    ),
    "a code of lateness beside readings": Plant(
        **dict(
            zip(
                ("wrong", "right"),
                beside("if_late: claim_late", "if_late: claim_late"),
                strict=True,
            )
        ),
        at="if_late: claim",
        write="counted_from: ordered, if_late: claim_late}",
        given={"requested": "2024-09-20"},
        about="answer code",
        today="refuse outside_window",
        then="refuse claim_late",
    ),
    "waiting for a party beside readings": Plant(
        wrong=READ.replace("KEY", "by: supplier"),
        right=READ.replace("KEY, ", "by: supplier, ").replace("by: supplier, ", ""),
        at="by: supplier",
        write="Leave `by` out",
        given={"requested": "2024-09-20"},
        about="answer on_silence",
        today="refuse None",
        then="refuse None",
    ),
}
PLANTS = {**CLOCKS}

"""Prints a decision in a terminal: the answer first, then the rows, days and money behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from engine.comparing.nearest import WouldAccept
from engine.decision.record import (
    Because,
    Decision,
    ReadingOutcome,
    ReturnDecision,
    Seen,
    Step,
)
from engine.meaning.nearest import MOST_FACTS
from engine.policy.model import Clock, Policy
from takeback.terminal import clean, say
from takeback.wording import (
    counted,
    counted_by,
    fee,
    money,
    of_lines,
    outcome,
    plain,
    reading,
    shares,
    shown,
    standing,
    unasked,
    unsettled,
)

Place = Callable[[str], str]
"""Returns the file as people name it, for the file that a row names."""

ANSWERS = {
    "accept": ("Accepted", "bold green"),
    "refuse": ("Refused", "bold red"),
    "review": ("A person decides", "bold yellow"),
    "ask": ("Not yet", "bold yellow"),
    "two_readings": ("Two readings", "bold yellow"),
}
_MARKS = {True: ("yes", "green"), False: ("no", "red"), None: ("?", "yellow")}


class Story:
    """Prints decisions by one policy on one console."""

    def __init__(self, console: Console, place: Place, policy: Policy) -> None:
        rows = [row for table in policy.deadlines for row in table.rows]
        self._clocks = {row.id: row.body for row in rows if isinstance(row.body, Clock)}
        self._console = console
        self._place = place
        self._width = min(console.width, 100)

    def tell(self, decision: Decision, nearest: WouldAccept | None = None) -> None:
        """Explains the decision of one line; `nearest` is what would have made it accepted."""
        self._answer(decision.answer, decision.code, decision.sentence)
        if decision.for_agent != decision.sentence:
            self._indented(f"For staff: {decision.for_agent}")
        if decision.answer not in ("accept", "refuse"):
            self._indented("Were it accepted as it stands, this would follow:")
        self._pairs(outcome(decision))
        self._because(decision.because)
        self._deadlines(decision)
        self._others(decision)
        if nearest is not None:
            self._listing("Would be accepted with", _nearest(nearest))
        self._readings(decision.readings)
        self._money(decision.steps)
        self._listing("Still open", unsettled(decision))
        self._facts(decision)

    def tell_return(self, decision: ReturnDecision) -> None:
        """Explains the decision of a return: the whole first, then every line."""
        count = len(decision.lines)
        self._answer(decision.answer, decision.code, of_lines(decision))
        self._pairs(shares(decision))
        self._listing("Taken once", [fee(each) for each in decision.fees])
        self._listing("Waived", decision.waived)
        self._because(decision.because)
        self._money(decision.steps)
        for number, line in enumerate(decision.lines, 1):
            self._heading(f" Line {number} of {count} ".center(40, "-"))
            self.tell(line)

    # --- parts of the story -----------------------------------------------------------------------

    def _answer(self, answer: str, code: str, sentence: str) -> None:
        word, style = ANSWERS[answer]
        self._indented(Text.assemble((word, style), f" ({code}): ", clean(sentence)), 0)

    def _because(self, rows: Iterable[Because]) -> None:
        for number, row in enumerate(rows):
            if not number:
                self._heading("Because")
            where = "built in" if row.built_in else f"{self._place(row.file)}:{row.line}"
            clause = f"  ({row.clause})" if row.clause else ""
            say(self._console, "  ", (row.topic, "bold"), f"  {row.row}  ", (where, "cyan"), clause)
            if not row.sentence.endswith(f"row {row.row} applies."):  # the line above says that
                self._indented(row.sentence, 4)
            if row.for_agent != row.sentence:
                self._indented(f"For staff: {row.for_agent}", 4)
            self._seen(row.seen)

    def _seen(self, seen: Iterable[Seen]) -> None:
        for each in seen:
            mark, style = _MARKS[each.holds]
            test = f"{each.fact} {each.test}: "
            self._indented(Text.assemble(clean(test), (mark, style), f" ({clean(each.value)})"), 4)

    def _deadlines(self, decision: Decision) -> None:
        facts = dict(decision.facts)
        for number, each in enumerate(decision.deadlines):
            if not number:
                self._heading("Deadlines")
            self._indented(Text.assemble((clean(each.name), "bold"), f"  {standing(each)}"))
            clock = self._clocks.get(each.row)
            how = counted(each, clock, facts)
            for sentence in (how, each.note):
                if sentence:
                    self._indented(sentence, 4)
            for reading_ in clock.readings if clock and each.state == "disputed" else ():
                self._indented(f"{reading_.id}: {counted_by(reading_.clock, facts)}", 4)

    def _others(self, decision: Decision) -> None:
        held = [
            f"{row.topic}: {row.row} (line {row.line}) lost to {row.lost_to}"
            for row in decision.also_true
        ]
        near = [
            f"{row.topic}: {row.row} (line {row.line}), with {row.change}"
            for row in decision.nearly
        ]
        self._listing("Also true, but lost", held)
        self._listing("Rows that nearly held", near)

    def _readings(self, readings: Iterable[ReadingOutcome]) -> None:
        for number, each in enumerate(readings):
            if not number:
                self._heading("The text can be read as")
            word, style = ANSWERS[each.answer]
            line = Text.assemble((each.id, "bold"), "  ", (word, style), f" ({each.code}): ")
            self._indented(line.append(clean(each.sentence)))
            self._indented(reading(each), 4)

    def _money(self, steps: tuple[Step, ...]) -> None:
        if not steps:
            return
        self._heading("Money")
        labels = [plain(step.label) for step in steps]
        amounts = [money(step.amount) for step in steps]
        left, right = max(map(cell_len, labels)) + 2, max(map(cell_len, amounts)) + 2
        for step, label, amount in zip(steps, labels, amounts, strict=True):
            style = "bold" if step.label == "net" else ""
            room = max(20, self._width - 2 - left - right)
            for number, line in enumerate(self._wrapped(Text(clean(step.working)), room)):
                start, end = (label, amount) if not number else ("", "")
                middle = line.plain + " " * (room - line.cell_len)
                self._line(Text(f"  {start.ljust(left)}{middle}{end.rjust(right)}", style))

    def _facts(self, decision: Decision) -> None:
        sent = [f"{name} {clean(shown(value))}" for name, value in dict(decision.facts).items()]
        self._listing("Facts sent", ["; ".join(sent)] if sent else [])
        unused = "; ".join(unasked(decision))
        self._listing("Sent, but no row asks for it", [unused] if unused else [])
        spared = "; ".join(decision.not_needed)
        self._listing("Not sent, and makes no difference", [spared] if spared else [])

    # --- layout -----------------------------------------------------------------------------------

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        left = max(cell_len(name) for name, _ in pairs) + 2
        for name, value in pairs:
            lines = self._wrapped(Text(clean(value)), self._width - 2 - left)
            for number, line in enumerate(lines):
                start = "" if number else name
                self._line(Text.assemble("  ", (start.ljust(left), "dim"), line))

    def _listing(self, heading: str, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines):
            if not number:
                self._heading(heading)
            self._indented(line)

    def _heading(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, "bold underline"))

    def _indented(self, text: str | Text, by: int = 2) -> None:
        whole = Text(clean(text)) if isinstance(text, str) else text
        for line in self._wrapped(whole, self._width - by):
            self._line(Text.assemble(" " * by, line))

    def _wrapped(self, text: Text, width: int) -> list[Text]:
        lines = text.wrap(self._console, max(20, width))
        for line in lines:
            line.rstrip()
        return list(lines)

    def _line(self, line: Text) -> None:
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def _nearest(nearest: WouldAccept) -> list[str]:
    """Describes the changes, and whether there may be others."""
    found = [each.change for each in nearest.changes]
    if nearest.complete:
        return found or [f"no change of up to {MOST_FACTS} facts"]
    return [*found, "not all changes were looked at, or are shown: there may be others"]

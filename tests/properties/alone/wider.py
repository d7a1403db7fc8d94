"""Random policies with the topics that `making` leaves out: remedies, promises, readings, sets."""

import json
from typing import Any

from tests.properties.making import CODES, PARTIES, PERCENTS, Maker

REMEDIES = ("refund", "credit_memo", "replacement", "repair", "exchange", "nothing")
ANSWERS = ("accept", "refuse", "review", "ask")
DEMANDS = ("photos", "receipt", "invoice_number")
TAKEN = ({"we_take": "none"}, {"we_take": "A", "why": "a letter"})

Policy = dict[str, Any]


class WiderMaker(Maker):
    """Makes one policy of every topic, some of them now and then."""

    def text(self) -> str:
        """The whole policy as JSON."""
        found = json.loads(super().text())
        found["parties"] = {"owner": "supplier", "claimant": "retailer", "end_customer": "consumer"}
        deadlines = {part: self.known[part] for part in found["deadlines"]}
        self.known = {}
        self.doubtful_clock(found["deadlines"])
        self.known = dict(deadlines)
        found["eligibility"]["rows"][:0] = self.some(1, self.doubtful)
        found["demands"]["rows"] += self.some(2, self.demand)
        self.known |= {"code": CODES, "answer": ANSWERS}
        found["remedies"] = self.remedies()
        found["after_refusal"] = {"rows": self.some(3, self.refused)}
        self.known |= {"remedy": REMEDIES}
        found["goods"]["rows"][:0] = self.some(1, lambda: {**self.row(1), "do": "ship_back"})
        self.known |= {"goods": ("ship_back", "keep"), "return_paid_by": PARTIES}
        for table in found["fees"].values():
            table["rows"][:0] = self.some(1, lambda: {**self.row(1), **self.fee()})
        self.figures(found)
        return json.dumps(found, indent=1)

    def figures(self, found: Policy) -> None:
        """Adds topics whose figures decide which rows hold, mostly none."""
        if self.chance(0.6):
            found.pop("limits", None)
            for table in found["fees"].values():
                table["decide"] = "first"
            return
        if self.chance(0.3):
            found["must"] = [self.promise()]
        if self.chance(0.3):
            waive = {**self.row(1), "waive": [self.one(("fees.label", "fees.restocking"))]}
            found["whole_return"] = {"rows": [waive]}
        if self.chance(0.3):
            row = {"id": self.id(), "when": {"base": {"over": "USD 50.00"}}, **self.fee()}
            found["fees"]["label"]["rows"].insert(0, row)

    def remedies(self) -> dict[str, object]:
        found = {"retailer": {"from": "supplier", **self.table(self.remedy)}}
        if self.chance(0.4):
            consumer = self.table(lambda: {"give": self.one(REMEDIES), "of": "retail_price"})
            found["consumer"] = {"from": "retailer", **consumer}
        return found

    def remedy(self) -> dict[str, object]:
        way = self.one(("give", "give", "choice", "first"))
        if way == "give":
            found: dict[str, object] = {"give": self.one(REMEDIES)}
        elif way == "choice":
            words = self.random.sample(REMEDIES, 2)
            found = {"choice": words, "chosen_by": self.one(PARTIES)}
        else:
            found = {"first": ["repair"], "then": "refund", "after": self.tests(1)}
        found |= {"timing": "after_receipt"} if self.chance(0.3) else {}
        found |= {"bonus": "10% of item_price"} if self.chance(0.2) else {}
        found |= {"of": "item_price", "percent": self.one(PERCENTS)} if self.chance(0.2) else {}
        if self.chance(0.3):
            found["pay_within"] = {"within": "14 days", "counted_from": "received_back"}
        return found

    def refused(self) -> dict[str, object]:
        found: dict[str, object] = {**self.row(1), "paid_by": self.one(PARTIES)}
        found["do"] = self.one(("keep", "sent_back_to_sender"))
        if self.chance(0.5):
            found["when"] = self.one(
                ({"code": self.one(CODES)}, {"missing": {"has": self.one(DEMANDS)}})
            )
        if self.chance(0.3):
            found["remedies"] = {"retailer": {"give": self.one(REMEDIES)}}
        return found

    def demand(self) -> dict[str, object]:
        found = super().demand()
        if "need" in found and self.chance(0.5):
            found["need"] = self.random.sample(DEMANDS, 2)
        return found

    def doubtful(self) -> dict[str, object]:
        """A row that can be read in two ways."""
        readings = [
            {"id": "A", "answer": "refuse", "code": "claim_late"},
            {"id": "B", "answer": "accept", "sets": {"return_paid_by": "consumer"}},
        ]
        row = {**self.row(3), "answer": "two_readings", "code": "conflict_in_text"}
        return {**row, "readings": readings, **self.one(TAKEN)}

    def doubtful_clock(self, deadlines: Policy) -> None:
        """Now and then a clock that can be read in two ways."""
        if self.chance(0.7):
            return
        dates = {"A": "ordered", "B": "delivered"}
        readings = [
            {"id": name, "within": "10 days", "counted_from": date} for name, date in dates.items()
        ]
        rows = deadlines[self.one(tuple(deadlines))]["rows"]
        rows.insert(
            0,
            {
                "id": self.id(),
                "when": self.tests(1),
                "readings": readings,
                "we_take": self.one(("none", "A")),
            },
        )

    def promise(self) -> dict[str, object]:
        outcome = self.one(
            (
                {"fees.restocking": {"at_most": "10% of item_price"}},
                {"return_paid_by": {"not": "consumer"}},
                {"answer": {"not": "refuse"}},
            )
        )
        return {**self.row(1), "outcome": outcome}


class FailedMaker(WiderMaker):
    """Makes policies whose rows after the demands test what failed and what is missing."""

    def demand(self) -> dict[str, object]:
        return {**super().demand(), "if_not": self.one(("go_on", "go_on", "refuse"))}

    def figures(self, found: Policy) -> None:
        super().figures(found)
        known, self.known = self.known, {}  # demands see nothing of what comes after them
        demands = found["demands"]["rows"] = [*found["demands"]["rows"], self.demand()]
        self.known = known
        tests = [{"failed": {"has": row["id"]}} for row in demands]
        tests += [{"missing": {"has": word}} for row in demands for word in row.get("need", ())]
        topics = ("remedies", "goods", "return_shipping", "value", "fees", "outbound_shipping")
        tables = [found[topic] for topic in topics]
        tables += [part for topic in ("remedies", "fees") for part in found[topic].values()]
        for row in [row for table in tables for row in table.get("rows", ())]:
            if "when" in row and self.chance(0.5):
                row["when"] |= self.one(tests)

"""Makes random policies, as the maps of their YAML, and random facts at their thresholds.

Thresholds and facts come from the same short lists, so that a fact often equals a threshold or
misses it by one.
"""

import json
import re
from random import Random

MONEY = ("USD 0.00", "USD 4.99", "USD 5.00", "USD 5.01", "USD 99.99", "USD 100.00", "USD 250.37")
COUNTS = (0, 1, 2, 3, 4)
NUMBERS = ("0", "0.5", "1", "1.000001", "2.25")
PERCENTS = ("0%", "5%", "12.5%", "100%")
DAYS = ("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-09", "2024-03-10", "2024-03-11")
LATER = ("2024-03-12", "2024-03-15", "2024-03-31", "2024-04-01", "2024-04-10", "2024-05-31")
MOMENTS = ("2024-03-09T23:30:00-05:00", "2024-03-10T07:30:00Z", "2024-03-11T02:30:00-04:00")
LENGTHS = (
    "1 day",
    "10 days",
    "24 hours",
    "48 hours",
    "2 clock days",
    "3 business days",
    "2 weeks",
    "1 month",
    "1 year",
)
LONG = (None, "10 days", "2 weeks", "1 month", "1 year")
WORDS = {
    "category": ("a", "b", "c"),
    "brand": ("x", "y"),
    "condition": ("new_unused", "used_clean", "worn", "consumed"),
    "reason": ("defective", "wrong_item", "change_of_mind"),
    "grade": ("best", "middle", "worst"),
    "path": ("left", "right"),
}
MARKS = ("m1", "m2", "m3")
PHOTOS = ("photos", "receipt")
SENT = {
    **dict.fromkeys(WORDS, "word"),
    **dict.fromkeys(("job_value", "deposit"), "money"),
    **dict.fromkeys(("trial_night", "visits"), "count"),
    **dict.fromkeys(("carat", "weight"), "number"),
    **dict.fromkeys(("discount_percent", "share"), "percent"),
    **dict.fromkeys(("seal_intact", "loyal"), "yes_no"),
    **dict.fromkeys(("ordered", "shipped", "delivered", "bought"), "date"),
    **dict.fromkeys(("tags", "marks"), "set"),
    "evidence": "set",
}
HEADER = {
    "policy": "random/policy",
    "version": 1,
    "effective": {"from": "2000-01-01"},
    "time_zone": "America/New_York",
    "currency": "USD",
    "business_days": {"holidays": ["2024-03-12", "2024-04-01"]},
    "values": {"category": ["a", "b", "c"], "brand": {"words": ["x", "y"], "open": True}},
    "facts": {
        "grade": {"type": "word", "best_first": list(WORDS["grade"])},
        "path": {"type": "word"},
        "deposit": {"type": "money"},
        "visits": {"type": "count", "if_not_sent": 2},
        "weight": {"type": "number"},
        "share": {"type": "percent"},
        "loyal": {"type": "yes_no", "if_not_sent": False},
        "bought": {"type": "date"},
        "marks": {"type": "set"},
    },
}
PLACES = ("supplier_warehouse", "partner", "manufacturer", "retailer_location")
PARTIES = ("supplier", "retailer", "consumer")
CODES = ("excluded_category", "not_entitled", "final_sale")
SIZES = ("under", "over", "at_least", "at_most")

THRESHOLD = re.compile(r'("(?:under|over|at_least|at_most)": )("USD [0-9.]+"|[0-9]+(?=[,\s}]))')
"""Sizes in the tests of a policy, as JSON writes them."""


class Maker:
    """Makes one policy; `text` is JSON, which is YAML too."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows = 0
        self.groups = {"g1": self.tests(2), "g2": self.tests(1)}
        self.known: dict[str, tuple[str, ...]] = {}

    def text(self) -> str:
        """The whole policy."""
        deadlines = self.deadlines()
        topics: dict[str, object] = {
            "deadlines": deadlines,
            "eligibility": self.eligibility(),
            "demands": {"rows": self.some(2, self.demand)},
            "goods": self.table(
                lambda: {"do": self.one(("ship_back", "keep")), "to": self.one(PLACES)}
            ),
        }
        self.known["goods"] = ("ship_back", "keep")
        topics |= {
            "return_shipping": self.table(lambda: {"paid_by": self.one(PARTIES)}),
            "value": self.table(lambda: {"percent": self.one(("100%", "50%", "33.333%"))}),
        }
        self.known["return_paid_by"] = PARTIES
        topics["fees"] = {part: self.fees() for part in ("restocking", "label")}
        topics["outbound_shipping"] = self.table(
            lambda: {"refund": self.one(("none", "full", "standard_part"))}
        )
        if self.chance(0.3):
            topics["limits"] = {"size": {"adds": "return_value", "at_most": self.one(MONEY[3:])}}
        return json.dumps({**HEADER, "groups": self.groups, **topics}, indent=1)

    # --- topics -----------------------------------------------------------------------------------

    def deadlines(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for part in self.random.sample(("request", "claim", "arrival"), self.random.randint(1, 3)):
            rows = self.some(3, lambda: {**self.row(2), **self.clock()})
            decide = self.one(("first", "first", "longest", "shortest"))
            found[part] = {"decide": decide, "rows": [*rows, self.otherwise(self.clock())]}
            self.known[part] = ("early", "in_time", "late", "pending", "silent", "not_started")
        return found

    def counting_of(self, *, on_clock: bool) -> dict[str, object]:
        """How a clock counts; a clock of hours can only be extended by hours."""
        if on_clock:
            return {"extended_by": "3 hours"} if self.chance(0.2) else {}
        found: dict[str, object] = {"counting": "start_day_is_first"} if self.chance(0.3) else {}
        found |= {"roll": "next_business_day"} if self.chance(0.3) else {}
        found |= {"extended_by": self.one(("3 days", "1 month"))} if self.chance(0.2) else {}
        found |= {"pauses": {"from": "shipped", "to": "bought"}} if self.chance(0.2) else {}
        return found

    def clock(self) -> dict[str, object]:
        kind = self.one(("within", "within", "within", "under", "until", "no_limit"))
        if kind == "no_limit":
            found: dict[str, object] = {"no_limit": True}
        elif kind == "until":
            found = {"until": self.one(LATER)}
        else:
            length = self.one(LENGTHS)
            found = {kind: length, "counted_from": self.start()}
            found |= self.counting_of(on_clock=length.endswith(("hours", "clock days")))
        if found.get("within", found.get("under")) in LONG and self.chance(0.3):
            found["opens"] = {"after": self.one(("1 day", "1 week")), "counted_from": "shipped"}
        if self.chance(0.3):
            found["if_late"] = self.one(("go_on", "claim_late"))
        if self.chance(0.3):
            found["event"] = self.one(("received_back", "shipped_back"))
        if self.chance(0.2):
            found |= {"by": "supplier", "if_silent": self.one(("accept", "refuse", "go_on"))}
        return found

    def start(self) -> object:
        dates = ["delivered", {"date": "shipped", "plus": "2 days"}, "ordered"]
        if self.chance(0.5):
            return self.one(("delivered", "shipped", "ordered"))
        return {self.one(("first_known", "later_of", "earlier_of")): dates}

    def eligibility(self) -> dict[str, object]:
        rows = self.some(4, self.verdict)
        if self.chance(0.5):
            when = {"deadlines": self.one(("late", "early", "silent"))}
            rows.append(
                {
                    "id": self.id(),
                    "when": when,
                    "answer": "refuse",
                    "code": "from_deadline",
                }
            )
        return {"rows": rows}

    def verdict(self) -> dict[str, object]:
        answer = self.one(("accept", "refuse", "review", "ask"))
        found: dict[str, object] = {**self.row(3), "answer": answer}
        found |= {"code": self.one(CODES)} if answer == "refuse" else {}
        found |= {"to_settle": "whether"} if answer == "review" else {}
        found |= {"missing": ["receipt"]} if answer == "ask" else {}
        return found

    def demand(self) -> dict[str, object]:
        found: dict[str, object] = {**self.row(2), "if_not": self.one(("ask", "refuse", "go_on"))}
        if self.chance(0.5):
            return {**found, "need": [self.one(PHOTOS)]}
        return {**found, "must": self.tests(2)}

    def fees(self) -> dict[str, object]:
        decide = self.one(("first", "first", "highest", "lowest", "add_up"))
        rows = self.some(3, lambda: {**self.row(2), **self.fee()})
        return {"decide": decide, "rows": [*rows, self.otherwise(self.fee())]}

    def fee(self) -> dict[str, object]:
        amount = self.one(
            (
                "none",
                "USD 5.00",
                "12.5% of item_price",
                "label_cost",
                {"greater_of": ["USD 1.00", "10% of base"]},
                {"lesser_of": ["USD 30.00", "item_price"]},
                {"amount": "50% of item_price", "at_least": "USD 2.00", "at_most": "USD 20.00"},
                {"each": "USD 2.00", "per": "unit"},
            )
        )
        return {"fee": amount, "per": self.one(("line", "line", "unit", "return"))}

    def table(self, body) -> dict[str, object]:  # type: ignore[no-untyped-def]
        rows = self.some(3, lambda: {**self.row(2), **body()})
        return {"rows": [*rows, self.otherwise(body())]}

    # --- rows and tests ---------------------------------------------------------------------------

    def row(self, most: int) -> dict[str, object]:
        return {"id": self.id(), "when": self.tests(most)}

    def otherwise(self, body: dict[str, object]) -> dict[str, object]:
        return {"id": self.id(), "otherwise": True, **body}

    def id(self) -> str:
        self.rows += 1
        return f"R-{self.rows}"

    def tests(self, most: int, depth: int = 0) -> dict[str, object]:
        found: dict[str, object] = {}
        for _ in range(self.random.randint(1, most)):
            fact = self.one(tuple(SENT))
            found[fact] = self.test(fact, SENT[fact])
        derived = getattr(self, "known", {})
        if derived and self.chance(0.4):
            fact = self.one(tuple(derived))
            found[fact] = self.word_test(derived[fact])
        if "request" in derived and self.chance(0.2):
            found["request.days_left"] = {self.one(SIZES): self.one((0, 1, 5))}
        if "request" in derived and self.chance(0.1):
            found["request.last_day"] = {self.one(SIZES): self.one(LATER)}
        if depth < 2 and self.chance(0.2):
            found["any_of"] = [self.tests(2, depth + 1) for _ in range(2)]
        if hasattr(self, "groups") and self.chance(0.2):
            found[self.one(("is", "is_not"))] = self.one(("g1", "g2"))
        return found

    def test(self, fact: str, kind: str) -> object:
        if kind == "set":
            words = PHOTOS if fact == "evidence" else MARKS
            way = self.one(("has", "lacks", "has_any", "has_all", "has_none"))
            return {way: self.one(words) if way in ("has", "lacks") else list(words[:2])}
        if self.chance(0.12):
            return self.one(("known", "unknown", None, {"not": None}))
        if kind == "word":
            if fact in ("condition", "grade") and self.chance(0.5):
                way = self.one(("worse_than", "no_worse_than", "better_than", "no_better_than"))
                return {way: self.one(WORDS[fact])}
            return self.word_test(WORDS[fact])
        if kind == "yes_no":
            return self.chance(0.5)
        return self.sized({"date": DAYS, "money": MONEY, "count": COUNTS}.get(kind), kind)

    def word_test(self, words: tuple[str, ...]) -> object:
        several = self.random.sample(words, min(len(words), 2))
        return self.one((words[0], several, {"not": words[-1]}, {"not": several}))

    def sized(self, values: tuple[object, ...] | None, kind: str) -> object:
        pool = values or {"number": NUMBERS, "percent": PERCENTS}[kind]
        if self.chance(0.2):
            low, high = sorted(self.random.sample(range(len(pool)), 2))
            return {"between": [pool[low], pool[high]]}
        if self.chance(0.2):
            return self.one((pool[1], [pool[0], pool[-1]], {"not": pool[2]}))
        return {self.one(SIZES): self.one(pool)}

    # --- chance -----------------------------------------------------------------------------------

    def one(self, things):  # type: ignore[no-untyped-def]
        return self.random.choice(things)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, most: int, make):  # type: ignore[no-untyped-def]
        return [make() for _ in range(self.random.randint(0, most))]


def renumbered(text: str, random: Random) -> str:
    """Returns the same policy with other thresholds; equal ones stay equal, others different."""
    counts = iter(random.sample(range(12), 12))
    known: dict[str, str] = {}

    def drawn(found: re.Match[str]) -> str:
        if found[2] not in known:
            money = f'"USD {random.randint(0, 260)}.{len(known) + 10}"'
            known[found[2]] = money if found[2].startswith('"') else str(next(counts))
        return f"{found[1]}{known[found[2]]}"

    return THRESHOLD.sub(drawn, text)


def facts(random: Random) -> dict[str, object]:
    """A return whose facts are often on an edge, absent (`None`) or not sent."""
    sent = random.choice((0.5, 0.9, 1.0, 1.0))
    found = {
        name: None if random.random() < 0.08 and kind != "set" else _value(name, kind, random)
        for name, kind in SENT.items()
        if random.random() < sent
    }
    found["requested"] = random.choice((*LATER, "2024-03-12T12:00:00-04:00"))
    if random.random() < 0.9:
        found["item_price"] = random.choice(MONEY)
    for name, values in (
        ("received_back", LATER),
        ("quantity", (1, 2)),
        ("label_cost", MONEY),
        ("outbound_paid", MONEY),
        ("outbound_standard", MONEY),
        ("now", ("2024-06-15",)),
    ):
        if random.random() < 0.5:
            found[name] = random.choice(values)
    for first, after in (("ordered", "delivered"),):
        if found.get(first) is not None and found.get(after) is not None:
            found.pop(first)  # either may be the later one, which the door refuses
    return found


def _value(name: str, kind: str, random: Random) -> object:
    if kind == "set":
        words = PHOTOS if name == "evidence" else MARKS
        return random.sample(words, random.randint(0, len(words)))
    if kind == "word":
        words = WORDS[name]
        return random.choice((*words, "other") if name in ("brand", "path") else words)
    if kind == "yes_no":
        return random.random() < 0.5
    if kind == "date":
        return random.choice((*DAYS, *MOMENTS) if name != "bought" else (*DAYS, *LATER))
    pools = {"money": MONEY, "count": COUNTS, "number": NUMBERS, "percent": PERCENTS}
    return random.choice(pools[kind])

"""GraphQL documents: the operations that clients run, with variables, and broken ones of both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, Final

from graphql import parse, print_ast, separate_operations

from returns_api.schema import core_schema
from tests.faults.fuzzing import nasties, policies, values
from tests.faults.fuzzing.corpus import ROOT
from tests.faults.fuzzing.places import Place, places, put

TOKEN: Final = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|\w+|\s+|.')
DRAFT: Final = """policy: hearth-home/draft
version: 1
effective: {from: 2020-01-01}
currency: USD
window: {days: 30, counted_from: delivered}
remedy: {to_retailer: credit}
shipping: {return_paid_by: consumer}
"""
OF_SUPPLIERS: Final = (
    "WithdrawPolicy",
    "PublishPolicy",
    "PreviewPolicy",
    "SetTerms",
    "PutProducts",
)
SUPPLIER: Final = 2
"""Which of the keys is a supplier's; those before it are retailers'."""
MORE: Final = {
    "PolicyByName": "query PolicyByName($id: ID!) { policy(id: $id) { name editions { yaml } } }",
    "AsOf": "query AsOf($lines: [EligibilityLineInput!]!, $id: ID!, $page: Page, $asOf: Date, "
    "$knownAt: DateTime, $partner: String) { eligibility(lines: $lines, asOf: $asOf, knownAt: "
    "$knownAt) { code } policy(id: $id, asOf: $asOf, knownAt: $knownAt) { name } policies(partner: "
    "$partner, asOf: $asOf, knownAt: $knownAt, page: $page) { totalCount edges { cursor } } }",
    "Lists": "query Lists($text: String, $first: Int, $after: String) { consumerReturns(search: "
    "$text, first: $first, after: $after) { totalCount } products(search: $text, first: $first) { "
    "totalCount } locations(search: $text, first: $first) { totalCount } decisions(first: $first, "
    "after: $after) { totalCount } journalEntries(first: $first, after: $after) { totalCount } }",
    "Foretold": "query Foretold($input: VerdictPreviewInput!) { verdictPreview(input: $input) { "
    "__typename } }",
    "Known": "query Known($key: String!) { answered(idempotencyKey: $key) }",
    "Publishable": "query Publishable($yaml: String!) { publicationCheck(yaml: $yaml) { "
    "__typename } }",
    "Types": "{ __schema { types { name fields { name type { name } } } } __type(name: "
    '"Query") { name } }',
}
"""What the schema offers and no operation of `graphql/operations/` asks."""


@cache
def documents() -> dict[str, str]:
    """Every operation by name, alone in its document."""
    found = {}
    for path in sorted((ROOT / "graphql" / "operations").glob("*.graphql")):
        for name, document in separate_operations(parse(path.read_text("utf-8"))).items():
            found[name] = print_ast(document)
    return {**found, **MORE}


def roots() -> list[str]:
    """The fields of the schema at its roots."""
    schema = core_schema()
    kinds = (schema.query_type, schema.mutation_type)
    return [name for kind in kinds if kind for name in kind.fields]


def variables(name: str, ids: tuple[str, ...], random: Random) -> dict[str, Any]:
    """Variables that fit an operation; ids are anybody's."""
    line = {
        **random.choice(({"order": "R-0601-1", "line": "1"}, {"orderLine": random.choice(ids)})),
        "quantity": random.choice((1, 1, 2)),
        "reason": random.choice(("change_of_mind", "defective", "wrong_item")),
        "facts": [{"name": "membership", "value": "plus"}],
        "evidence": ["photos"],
        "requestedOn": "2025-06-01",
    }
    key = f"key-{random.randrange(10**9)}"
    drafted = {"yaml": _draft(random), "scenario": {"ordered": "2025-03-01", "quantity": 1}}
    made: dict[str, dict[str, Any]] = {
        "CanItComeBack": {"lines": [line] * random.choice((1, 1, 2))},
        "TermsByReason": {"order": "R-0601-1", "line": "1"},
        "PoliciesInForce": {"supplier": "acme-supply", "asOf": "2025-06-01"},
        "FindOrder": {"number": "R-0601-1"},
        "AddOrders": {"input": {"orders": [_order(random)], "idempotencyKey": key}},
        "PreviewPolicy": {"input": {**drafted, "agreed": [{"name": "fee", "value": "5%"}]}},
        "PublishPolicy": {"input": {"yaml": drafted["yaml"], "idempotencyKey": key}},
        "SetTerms": {
            "input": {
                "partnership": random.choice(ids),
                "policy": random.choice(("hearth-home/home-goods", "acme-supply/standard")),
                "terms": [{"name": "fee", "value": random.choice(("5%", 5, {"a": [1]}))}],
            }
        },
        "PutProducts": {"input": _goods()},
        "WholeStory": {"id": random.choice(ids)},
        "Find": {"id": random.choice(ids)},
        "PolicyByName": {"id": random.choice((*ids, "acme-supply/standard"))},
    }
    if name not in made or random.random() < 0.2:
        return values.variables(documents()[name], ids, random)
    return deepcopy(made[name])


def _draft(random: Random) -> str:
    if random.random() < 0.5:
        return DRAFT.replace("version: 1", f"version: {random.randrange(1, 10**9)}")
    return policies.text_of(random.randrange(10**6), 0)


def _order(random: Random) -> dict[str, Any]:
    lines = {"number": "1", "sku": "TABLE-OAK", "quantity": 2, "unitPrice": 2400, "returned": 0}
    return {
        "number": f"F-{random.randrange(10**9)}",
        "partner": random.choice(("hearth-home", "southgate", "northwind", "acme-supply")),
        "currency": "USD",
        "country": "US",
        "dates": [{"name": "ordered", "on": "2025-05-01"}],
        "lines": [{**lines, "facts": [{"name": "payment_method", "value": "cash"}]}],
        "facts": [{"name": "membership", "value": "plus"}],
    }


def _goods() -> dict[str, Any]:
    place = {"handle": "dock", "name": "Dock", "lines": ["1 Dock Road"], "country": "US"}
    facts = [{"name": "category", "value": "lighting"}]
    return {
        "products": [{"sku": "F-1", "title": "Lamp", "facts": facts}],
        "locations": [place],
    }


# --- broken ---------------------------------------------------------------------------------------


def spoil(said: dict[str, Any], ids: tuple[str, ...], random: Random) -> None:
    """One of the variables, somewhere inside, becomes something else."""
    if not said:
        said[random.choice(nasties.KEYS)] = deepcopy(random.choice(sendable()))
        return
    found = places(said)
    leaves = [each for each in found if not isinstance(each.value, dict | list)]
    place = random.choice(leaves if leaves and random.random() < 0.85 else found)
    way = random.randrange(16)
    if way < 12:
        put(place, deepcopy(random.choice(_alike(place))))
    elif way == 12:
        put(place, random.choice(ids))
    elif way == 13:
        put(place, random.choice(([place.value], {"a": place.value}, [place.value] * 150)))
    elif way == 14 and isinstance(place.within, dict):
        place.within[random.choice((*nasties.KEYS, *place.within))] = place.within.pop(place.at)
    else:
        del place.within[place.at]


def _alike(place: Place) -> tuple[Any, ...]:
    """Mostly of the type that was there, which the schema would let through."""
    if isinstance(place.value, str) and place.at != "value":
        return _texts()
    if isinstance(place.value, int) and place.at != "value":
        return (0, -1, 3, 500, 2**31 - 1, 2**31, 2**63, 2**64, 10**15, 10**15 + 1, 10**30)
    return sendable()


@cache
def _texts() -> tuple[str, ...]:
    return tuple(each for each in sendable() if isinstance(each, str))


@cache
def sendable() -> tuple[Any, ...]:
    """Values that JSON has; deep ones too."""
    deep: Any = "x"
    for _ in range(150):
        deep = {"a": [deep]}
    return (*(each for each in nasties.VALUES if not _huge(each)), *nasties.SCALARS, deep)


def _huge(value: object) -> bool:
    return isinstance(value, int) and abs(value) > 10**4_000


def literals(document: str, said: dict[str, Any]) -> str:
    """The document with its variables written out as literals."""
    found = re.sub(r"^((?:query|mutation)(?: \w+)?)\s*\((?:[^()]|\n)*\)", r"\1", document, count=1)
    for name, value in sorted(said.items(), key=lambda each: -len(each[0])):
        found = found.replace(f"${name}", literal(value))
    return found


def literal(value: Any) -> str:
    """A value as GraphQL writes it; words that may be enums, and block strings, now and then."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


def spoil_text(document: str, random: Random) -> str:
    """Its tokens lost, doubled, swapped, or others put in."""
    tokens = TOKEN.findall(document)
    for _ in range(random.choice((1, 1, 2, 4))):
        at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        random.choice(ON_TOKENS)(tokens, at, other, random)
    return "".join(tokens)


def _lose(tokens: list[str], at: int, other: int, random: Random) -> None:
    tokens[at] = ""


def _double(tokens: list[str], at: int, other: int, random: Random) -> None:
    tokens.insert(at, tokens[other])


def _swap(tokens: list[str], at: int, other: int, random: Random) -> None:
    tokens[at], tokens[other] = tokens[other], tokens[at]


def _put_in(tokens: list[str], at: int, other: int, random: Random) -> None:
    tokens.insert(at, random.choice((*BITS, *nasties.CHARACTERS, *nasties.KEYS)))


def _repeat(tokens: list[str], at: int, other: int, random: Random) -> None:
    low, high = sorted((at, other))
    tokens[low:high] = tokens[low:high] * random.choice((2, 3, 20))


BITS: Final = (
    *(" @skip(if: true) ", " @include(if: $x) ", " @a ", " @skip ", " @deprecated ", " @oneOf "),
    *(
        " __typename ",
        " a: __typename ",
        " ...A ",
        " ... { ",
        " ... on Policy { ",
        " fragment A on ",
    ),
    *(" { ", " } ", "(", ")", "[", "]", "$", "$x: Int = 5", "!", ": ", '"', '"""', "#", " null "),
    *('"\\ud800"', '"\\u{110000}"', '"\\u{1F600}"', '"\\u0000"', "1e999", "9" * 400, "-0", "01"),
    *(" mutation ", " query ", " subscription { a } ", " extend type Query { a: Int } ", "{a:1}"),
    *(" __schema { types { name } } ", ' __type(name: "Query") { name } ', "id ", "nodes { id } "),
)
ON_TOKENS: Final[tuple[Callable[[list[str], int, int, Random], None], ...]] = (
    *(_lose, _lose, _double, _swap, _put_in, _put_in, _put_in, _repeat),
)

"""A document's size is measured with its fragments put in, and each fragment is measured once."""

from __future__ import annotations

from graphql import parse

from returns_api.serving.limits import MOST_DEFINITIONS, breaches


def said(document: str) -> list[str]:
    return [error.message.partition(";")[0] for error in breaches(parse(document))]


def test_an_ordinary_document_is_let_through() -> None:
    assert said("query A { me { role } } query B { me { ...F } } fragment F on Me { role }") == []


def test_depth_counts_through_fragments() -> None:
    inner = "{ a " * 8 + "{ b }" + "}" * 8
    document = f"{{ ...F }} fragment F on Query {{ a {{ a {{ a {{ a {inner} }} }} }} }}"

    assert said(document) == ["The operation has 13 levels of fields"]


def test_aliases_and_directives_count_through_fragments() -> None:
    aliases = " ".join(f"a{n}: b" for n in range(16))
    document = f"{{ ...F ...F @x }} fragment F on Query {{ {aliases} {'c @x ' * 25} }}"

    assert said(document) == ["The operation has 32 aliases", "The operation has 51 directives"]


def test_doubling_fragments_are_counted_and_not_walked() -> None:
    names = range(60)
    spread = " ".join(f"fragment F{n} on Q {{ ...F{n + 1} ...F{n + 1} }}" for n in names[:45])
    document = f"{{ ...F0 }} {spread} fragment F45 on Q {{ a }}"

    assert said(document) == ["The operation has more than a million fields"]


def test_operations_are_measured_one_by_one() -> None:
    fields = " ".join(f"f{n}" for n in range(400))
    document = f"query A {{ ...F }} query B {{ ...F }} fragment F on Query {{ {fields} }}"

    assert said(document) == []
    assert said(f"{document} query C {{ ...F a {{ ...F }} }}") == ["The operation has 801 fields"]


def test_introspection_may_be_deep() -> None:
    document = (
        "{ __schema { a { b { c { d { e { f { g { h { i { j { k { l { m } } } } } } } } } } } } } }"
    )

    assert said(document) == []


def test_one_mutation_is_done_at_once() -> None:
    assert said("mutation { a }") == []
    assert said("mutation { a __typename }") == []
    assert said("mutation { __typename x: __typename }") == []
    assert said("mutation { a b }") == ["The operation has 2 mutations"]
    assert said("mutation { ...F } fragment F on Mutation { a }") != []


def test_a_document_has_so_many_operations_and_fragments() -> None:
    queries = [f"query Q{n} {{ a }}" for n in range(MOST_DEFINITIONS + 1)]

    assert said(" ".join(queries[1:])) == []
    assert said(" ".join(queries)) == ["The document has 201 operations and fragments"]

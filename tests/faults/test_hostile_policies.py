"""A policy text comes from outside: whatever it holds, it is read or refused, and soon.

Time is that of the processor, so that a busy machine fails no test; twice the second that a text
may take leaves room for a slow one.
"""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from tests.timing import within

HEAD = "policy: a/b\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"
WINDOW = "window: {days: 30, counted_from: delivered}\n"
USUAL = HEAD + WINDOW
SECONDS = 2.0
"""Of this thread's own processor time; servers of other tests may run beside it."""


def codes(text: str) -> list[str]:
    """The codes of the faults of a text, none if it is read; no other error may come out."""

    def found(_again: int) -> list[str]:
        try:
            load(text, "hostile.yaml", lambda _name, _version: text)
        except PolicyFaults as error:
            str(error).encode()
            return [fault.code for fault in error.faults]
        return []

    return within(SECONDS, found, time.thread_time)


def fees(rows: int, when: str) -> str:
    listed = "".join(
        f"   - {{id: F-{n}, when: {when.replace('N', str(n))}, fee: none}}\n" for n in range(rows)
    )
    return f"fees:\n  a:\n   rows:\n{listed}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: b\n" * 2_000_000, "too_large"),
        ("x" * 10_000_000, "too_large"),
        ("a:\n" + "- a\n" * 30_000, "too_large"),
        ("a: [" + "[]," * 30_000, "too_large"),
        ("".join(f"k{n}: 1\n" for n in range(9_000)), "unknown_key"),
        ("a: " + "[" * 1_000 + "]" * 1_000, "too_deep"),
        ("a: " + "{a: " * 1_000 + "}" * 1_000, "too_deep"),
        ("a: " + "[" * 60_000, "too_deep"),
        ("\n".join(" " * n + "a:" for n in range(480)), "too_deep"),
        ("- " * 60_000 + "a", "too_deep"),
        ("- " * 1_000 + "a", "too_deep"),
        ("a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "anchor"),
        (USUAL + "<<: {goods: {do: keep}}\n", "unknown_key"),
        (USUAL + "title: a\x00b\n", "hidden_character"),
        (USUAL + "title: a\ud800b\n", "hidden_character"),
        (USUAL + 'title: "\\ud800"\n', "hidden_character"),
        (USUAL + 'title: "\\UFFFFFFFF"\n', "not_yaml"),
        (USUAL + "title: a\u202eb\n", "hidden_character"),
        (HEAD + "\ufeff" + WINDOW, "hidden_character"),
        (HEAD + "window:\n\tdays: 30\n", "tab"),
        (USUAL + "---\n" + USUAL, "second_document"),
        ("%YAML 1.1\n---\n" + USUAL, "directive"),
        (USUAL + "? [a, b]\n: c\n", "wrong_shape"),
        (USUAL + "1: a\n", "unknown_key"),
        (USUAL + "true: a\n", "unknown_key"),
        (USUAL + ": a\n", "unknown_key"),
        (USUAL + "__proto__: {a: b}\n", "unknown_key"),
        (USUAL + "groups: {__class__: {reason: expired}}\n", "wrong_type"),
        (USUAL + "fees: {__init__: {fee: none}}\n", "wrong_type"),
        (USUAL + "title: !!python/object:os.system x\n", "tag"),
        (USUAL.replace("version: 1", "version: " + "9" * 400), "wrong_type"),
        (USUAL.replace("version: 1", "version: 1e400"), "wrong_type"),
        (USUAL.replace("version: 1", "version: .inf"), "wrong_type"),
        (USUAL.replace("version: 1", "version: .nan"), "wrong_type"),
        (USUAL.replace("2024-01-01", "0000-01-01"), "wrong_type"),
        (USUAL.replace("2024-01-01", "9999-12-31"), "wrong_type"),
        (USUAL.replace("2024-01-01", "2024-01-01T00:00:00Z"), "wrong_type"),
        (HEAD + "extends: a/b@1\n", "unknown_key"),
        (HEAD.replace("currency: USD\n", "extends: a/b@1\n"), "circular"),
        (USUAL + "time_zone: ../../../etc/passwd\n", "unknown_zone"),
        (USUAL + "business_days: {holidays: ../x}\n", "unknown_region"),
        (USUAL + f"business_days: {{holidays: [{'2024-01-01, ' * 5000}]}}\n", "too_large"),
        (USUAL + f"values: {{category: [{'x' * 100_000}]}}\n", "wrong_type"),
        ("policy: " + "a/" * 50_000 + "!\n" + USUAL.partition("\n")[2], "wrong_type"),
        (HEAD + f"window: {{within: '{'1 ' * 50_000}', counted_from: ordered}}\n", "wrong_type"),
        (USUAL + f"fees: {{a: {{fee: '{'%' * 100_000}'}}}}\n", "unknown_amount"),
        (USUAL + f"fees: {{a: {{fee: '{'1% of ' * 15_000}item_price'}}}}\n", "wrong_type"),
        (USUAL + f"fees: {{a: {{fee: 'USD {'1' * 100_000}'}}}}\n", "wrong_type"),
        (USUAL + f"title: '{'<a' * 50_000}'\n", "too_long"),
        (USUAL + f"title: '{'agreed.a' * 10_000}'\n", "unknown_agreed"),
        (USUAL + "groups: {g: " + "{any_of: [" * 8 + "{a: b}" + "]}" * 8 + "}\n", "too_deep"),
        ('a: "' + "x " * 50_000, "not_yaml"),
        ("%" * 50_000, "not_yaml"),
        ("", "wrong_shape"),
        ("#" * 100_000, "wrong_shape"),
    ],
    ids=lambda value: value if len(value) < 20 else f"{value[:12]!a}…{value[-12:]!a}",
)  # fmt: skip
def test_a_hostile_text_is_refused_for_what_it_is(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + USUAL,
        USUAL.replace("\n", "\r\n"),
        USUAL.replace("{from: 2024-01-01}", "{from: 1900-01-01, until: 9000-12-31}"),
        USUAL + "title: שלום, 你好 and ça va?\n",
        USUAL + "tests: {usual: {category: <<}, cases: []}\n",
        USUAL + fees(900, "{quantity: N}"),
        USUAL + f"values: {{category: [{', '.join(f'w{n}' for n in range(5_000))}]}}\n"
        + fees(900, "{category: [wN, w4999]}"),
    ],
    ids=["bom", "crlf", "years", "scripts", "words", "rows", "rows of many words"],
)  # fmt: skip
def test_a_strange_text_that_is_good_is_read(text: str) -> None:
    assert codes(text) == []


def groups(step: str) -> str:
    grown = "".join(f"  g{n}: {step.replace('G', f'g{n - 1}')}\n" for n in range(1, 60))
    return f"groups:\n  g0: {{reason: expired}}\n{grown}"


MANY = ", ".join(["{reason: expired}"] * 2_000)


@pytest.mark.parametrize(
    "text",
    [
        groups("{any_of: [{is: G}, {is_not: G}]}"),
        groups("{is: [" + "G, " * 40 + "G]}"),
        groups("{is_not: [G, G, G]}"),
        f"groups: {{g: {{any_of: [{MANY}]}}}}\n" + fees(700, "{is: g}"),
        f"demands:\n  must: {{any_of: [{MANY}]}}\n  rows: [{', '.join(['{id: A}'] * 700)}]\n",
        "tests:\n  usual: {" + ", ".join(f"k{n}: 1" for n in range(3_000)) + "}\n"
        "  cases: [" + "{name: a, expect: {}}, " * 900 + "]\n",
        f"agreed: {{x: {{type: rows, default: [{'{id: a}, ' * 2_000}]}}}}\n"
        "fees: {" + ", ".join(f"f{n}: {{rows: agreed.x}}" for n in range(59)) + "}\n",
    ],
)
def test_what_grows_when_it_is_used_is_refused_before_it_has_grown(text: str) -> None:
    assert "too_large" in codes(USUAL + text)


def test_an_agreed_value_cannot_contain_itself() -> None:
    text = "agreed: {x: {type: rows, default: [agreed.x, agreed.x]}}\nfees: {a: {rows: agreed.x}}\n"

    assert codes(USUAL + text)


def test_faults_are_counted_once_there_are_too_many() -> None:
    many = codes(USUAL + fees(600, "{unheard_of_N: wN}"))

    assert len(many) == 201
    assert many[-1] == "more_faults"


@pytest.mark.parametrize(
    "path",
    [
        "..",
        ".",
        "a." * 5_000,
        "__class__",
        "fees.__class__.x",
        "fees.\u0000",
        "*",
        "/etc/passwd",
        "0",
    ],
)
@pytest.mark.parametrize(
    "edit", ["{set: PATH, to: 1}", "{drop: PATH}", "{add: {id: A}, into: PATH}"]
)
def test_the_path_of_an_edit_leads_nowhere_but_into_the_policy(edit: str, path: str) -> None:
    child = "policy: a/c\nversion: 1\nextends: a/b@1\neffective: {from: 2024-01-01}\nchanges:\n"
    quoted = '"' + path.replace("\u0000", "\\0") + '"'
    text = f"{child}  - {edit.replace('PATH', quoted)[:-1]}, why: harm}}\n"

    with pytest.raises(PolicyFaults) as caught:
        load(text, "hostile.yaml", lambda _name, _version: USUAL + "fees: {a: {fee: none}}\n")

    assert {fault.code for fault in caught.value.faults} <= {"unknown_path", "hidden_character"}


def test_five_large_bases_are_no_larger_together_than_one_text_may_be() -> None:
    body = fees(250, "{quantity: N}") + "# " + "x" * 12_000 + "\n"
    names = [f"a/b{n}" for n in range(6)]
    texts = {"a/b0": USUAL.replace("a/b", "a/b0") + body}
    for base, name in pairwise(names):
        texts[name] = (
            f"policy: {name}\nversion: 1\nextends: {base}@1\neffective: {{from: 2024-01-01}}\n"
            "changes:\n"
            + "".join(
                f"  - {{set: fees.a.F-{n}.fee, to: USD {n + 1}.{name[-1]}0, why: a}}\n"
                for n in range(250)
            )
        )

    def loaded(_again: int) -> PolicyFile:
        return load(texts["a/b5"], "a.yaml", lambda name, _version: texts[name])

    assert len(within(2 * SECONDS, loaded, time.thread_time).policy.extends) == 5

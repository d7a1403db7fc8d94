"""A policy declares its own facts and says what holds where a fact was not sent."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import FactType, Moment, Owner

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def test_a_counter_says_what_is_counted_for_whom_and_how_long(read: Read) -> None:
    fact = read(
        "facts: {remakes: {type: count, counter: remakes sent, per: household, over: lifetime}}\n"
    ).facts["remakes"]

    assert (fact.type, fact.counter) == (FactType.COUNT, "remakes sent, household, lifetime")


@pytest.mark.parametrize(
    ("declared", "default"),
    [
        ("{type: yes_no, if_not_sent: false}", False),
        ("{type: count, if_not_sent: 0}", 0),
        ("{type: money, if_not_sent: USD 0.00}", "USD 0.00"),
        ("{type: percent, if_not_sent: 5%}", "5%"),
        ("{type: set, if_not_sent: []}", []),
        ("{type: word, of: [plus, none], if_not_sent: none}", "none"),
    ],
)
def test_a_default_is_of_the_type_of_its_fact(read: Read, declared: str, default: object) -> None:
    assert read(f"facts: {{own: {declared}}}\n").facts["own"].if_not_sent == default


def test_a_built_in_fact_may_get_a_default_and_words(read: Read) -> None:
    fact = read("facts: {membership: {type: word, of: [plus], if_not_sent: plus}}\n").facts[
        "membership"
    ]

    assert (fact.words, fact.if_not_sent) == (("plus",), "plus")


DEFAULTS = {
    FactType.YES_NO: "false",
    FactType.COUNT: "2",
    FactType.NUMBER: "2",
    FactType.MONEY: "USD 1.00",
    FactType.PERCENT: "5%",
    FactType.DATE: "2025-01-01",
    FactType.SET: "[]",
    FactType.WORD: "any",
}


@pytest.mark.parametrize("name", sorted(SENT))
def test_a_built_in_fact_needs_no_type_because_it_keeps_its_own(read: Read, name: str) -> None:
    default = (SENT[name].words or (DEFAULTS[SENT[name].type],))[0]
    default = "[]" if SENT[name].type is FactType.SET else default

    alone = read(f"facts: {{{name}: {{if_not_sent: {default}}}}}\n").facts[name]
    typed = read(f"facts: {{{name}: {{type: {SENT[name].type}, if_not_sent: {default}}}}}\n")

    assert alone == typed.facts[name]
    assert alone.if_not_sent is not None


@pytest.mark.parametrize(
    ("declared", "code", "said"),
    [
        ("own: {of: [a]}", "missing_key", "needs a `type`"),
        ("own: {type: text}", "unknown_word", "is not a type of fact"),
        ("own: {type: rows}", "unknown_word", "is not a type of fact"),
        ("own: {type: count, if_not_sent: few}", "wrong_type", "not a whole number"),
        ("own: {type: word, of: [a], if_not_sent: b}", "unknown_word", "not a word of `own`"),
        ("own: {type: count, counter: [a]}", "wrong_type", "not a list"),
        ("own: {type: money, of: [a]}", "wrong_type", "takes no words"),
        ("own: {type: word, words: [a]}", "unknown_key", "a fact"),
        ("own: {type: count, told_by: nobody}", "unknown_word", "who tells a fact"),
        ("own: {type: count, told_by: derived}", "unknown_word", "who tells a fact"),
        ("reason: {type: word, told_by: supplier}", "wrong_owner", "is `retailer`"),
        ("reason: {type: count}", "wrong_type", "its type is `word`"),
        ("opened: {if_not_sent: perhaps}", "wrong_type", "not `true` or `false`"),
        ("reason: {if_not_sent: whim}", "unknown_word", "a word of `reason`"),
        ("item_price: {of: [a]}", "wrong_type", "takes no words"),
        ("answer: {type: word}", "name_taken", "a word of the language"),
        ("last_day: {type: date}", "name_taken", "a word of the language"),
        ("is_not: {type: word}", "name_taken", "a word of the language"),
        ("__class__: {type: word}", "wrong_type", "small letters"),
    ],
)
def test_a_fact_that_cannot_be_meant(faults: Faults, declared: str, code: str, said: str) -> None:
    (fault,) = faults(f"facts: {{{declared}}}\n")

    assert fault.code == code
    assert said in fault.sentence


def test_the_words_of_values_hold_for_a_default_too(faults: Faults) -> None:
    found = faults(
        "values: {category: [hats]}\nfacts: {category: {type: word, if_not_sent: hat}}\n"
    )

    assert [fault.code for fault in found] == ["unknown_word"]


def test_a_fact_of_a_policys_own_is_its_suppliers_unless_it_says_whose(read: Read) -> None:
    facts = read(
        "facts: {grade: {type: word}, note: {type: yes_no, told_by: retailer},"
        " reason: {type: word, told_by: retailer}}\n"
    ).facts

    assert (facts["grade"].told_by, facts["grade"].owner_named) == (Owner.SUPPLIER, False)
    assert (facts["note"].told_by, facts["note"].owner_named) == (Owner.RETAILER, True)
    assert (facts["note"].until, facts["note"].found) == (Moment.REQUEST, True)
    assert facts["reason"].owner_named

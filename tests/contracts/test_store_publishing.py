"""A policy is published whole and for good, or it is said why not."""

from __future__ import annotations

from adapters.store.publishing import Draft, Refused, publish
from adapters.store.records import Edition
from tests.contracts.conftest import World
from tests.contracts.test_store_editions import POLICY

TESTS = """
tests:
  usual: {ordered: 2025-03-01, delivered: 2025-03-05, item_price: USD 40.00}
  cases:
    - {name: in time, given: {requested: 2025-03-10}, expect: {answer: %s}}
"""


def published(
    world: World, policy: str = "acme/standard", version: int = 1, more: str = ""
) -> Edition | Refused:
    text = POLICY.format(policy=policy, version=version, more=more)
    with world.store.session(), world.store.atomic():
        return publish(world.store, world.partners["acme"], Draft(text=text, by="tests"))


def code(answer: Edition | Refused) -> str:
    return answer.code if isinstance(answer, Refused) else "published"


def test_a_policy_whose_tests_pass_is_published(world: World) -> None:
    answer = published(world, more=TESTS % "accept")

    assert isinstance(answer, Edition)
    assert answer.reference == "acme/standard@1"


def test_the_same_text_again_is_the_same_edition(world: World) -> None:
    assert published(world) == published(world)


def test_another_text_needs_another_version(world: World) -> None:
    published(world)

    assert code(published(world, more="for: {country: [US]}")) == "version_taken"
    assert code(published(world, version=2, more="for: {country: [US]}")) == "published"


def test_a_base_is_published_with_the_text_that_its_children_know(world: World) -> None:
    known = POLICY.format(policy="acme/standard", version=1, more="")
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/standard@1\n"
        "effective: {from: 2025-02-01}\nfor: {retailer: [northwind]}\n"
        "changes: [{set: window.days, to: 20, why: terms}]\n"
        "tests: {cases: [{name: in time, given: {ordered: 2025-03-01, delivered: 2025-03-05, "
        "requested: 2025-03-10, item_price: USD 40.00}, expect: {answer: accept}}]}\n"
    )
    with world.store.session(), world.store.atomic():
        draft = Draft(text=child, by="tests")
        made = publish(world.store, world.partners["acme"], draft, lambda *_: known)
    assert isinstance(made, Edition), made

    other = published(world, more="for: {country: [US]}")
    assert isinstance(other, Refused)
    assert (other.code, other.message) == (
        "version_taken",
        "`acme/child@1` is published on another text of `acme/standard@1`, which stays as it is; "
        "publish version 2.",
    )
    assert code(published(world)) == "published"


def test_faults_are_named_with_their_lines(world: World) -> None:
    answer = published(world, more="windw: {days: 3}")

    assert isinstance(answer, Refused)
    assert answer.code == "policy_faults"
    assert [(each.code, each.source.line) for each in answer.faults] == [("unknown_key", 8)]


def test_an_edit_that_its_base_does_not_permit_is_refused_with_a_return(world: World) -> None:
    published(world, more="partners_may: {window: never}\n" + TESTS % "accept")
    text = (
        "policy: acme/child\nversion: 1\nextends: acme/standard@1\neffective: {from: 2025-02-01}\n"
        "changes: [{set: window.days, to: 10, why: terms}]\n"
    )

    with world.store.session(), world.store.atomic():
        answer = publish(world.store, world.partners["acme"], Draft(text=text, by="tests"))

    assert isinstance(answer, Refused)
    (fault,) = answer.faults
    assert fault.code == "not_permitted"
    assert "It would change `last_day` from " in fault.sentence
    assert fault.example is not None


def test_a_failing_test_keeps_a_policy_from_being_published(world: World) -> None:
    answer = published(world, more=TESTS % "refuse")

    assert isinstance(answer, Refused)
    assert answer.code == "tests_failed"
    assert answer.failures[0].name == "in time"


def test_nobody_publishes_under_the_name_of_another(world: World) -> None:
    assert code(published(world, policy="globex/standard")) == "wrong_owner"


def test_two_policies_for_the_same_orders_are_refused(world: World) -> None:
    published(world)

    assert code(published(world, policy="acme/other")) == "selection_tie"
    assert code(published(world, policy="acme/lamps", more="for: {category: [lamps]}")) == (
        "published"
    )


def test_two_policies_in_different_currencies_do_not_tie(world: World) -> None:
    def in_euros(policy: str) -> str:
        text = POLICY.format(policy=policy, version=1, more="").replace("USD", "EUR")
        with world.store.session(), world.store.atomic():
            draft = Draft(text=text, by="tests")
            return code(publish(world.store, world.partners["acme"], draft))

    published(world)

    assert in_euros("acme/euros") == "published"
    assert in_euros("acme/more-euros") == "selection_tie"


def test_a_version_that_breaks_agreed_terms_is_refused(world: World) -> None:
    agreed = (
        "agreed: {rate: {type: percent, default: 5%%, at_most: %s}}\n"
        "fees: {restocking: {fee: agreed.rate of item_price}}"
    )
    published(world, more=agreed % "25%")
    partnerships, acme = world.store.partnerships, world.principals["acme"]
    with world.store.session():
        partnerships.set_terms(
            acme, partnerships.all_of(acme)[0].id, "acme/standard", {"rate": "20%"}
        )

    assert code(published(world, version=2, more=agreed % "10%")) == "terms_broken"
    ended = published(world, version=2)
    assert code(ended) == "terms_ended"
    assert isinstance(ended, Refused)
    text = POLICY.format(policy="acme/standard", version=2, more="")
    with world.store.session(), world.store.atomic():
        known = Draft(text=text, by="tests", ends_terms=ended.lost.digest)
        assert code(publish(world.store, world.partners["acme"], known)) == "published"

"""A key reads in the journal what it may see by the API, and nothing that the API denies it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from adapters.gateways.simulated.calls import account_of
from adapters.store.journal.kinds import Thing
from adapters.store.journal.register import KINDS
from tests.api.conftest import Served
from tests.api.journal.conftest import Story
from tests.api.journal.views import NODES, NOWHERE, QUERIES, shared
from tests.api.journal.world import KEYS, READ, Look

CALLERS = [
    f"{handle}{role}"
    for handle in ("acme", "northwind", "globex", "southgate")
    for role in ("", " support")
]
FOR_SUPPORT_UNSEEN = {
    "key_issued", "key_revoked", "gateway_set", "gateway_checked", "account_compared",
    "lane_stopped", "lane_opened", "clock_off", "clock_right",
    "event_not_read", "retailer_invited", "invitation_answered",
}  # fmt: skip


def looks(story: Story, kind: str) -> Iterator[Look]:
    for told in story.told:
        yield from (each for each in told.looks if each.entry.fact == kind)


@pytest.mark.parametrize("thing", Thing)
def test_it_is_known_how_the_api_shows_each_thing(thing: Thing) -> None:
    assert [thing in each for each in (NODES, QUERIES, NOWHERE)].count(True) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_api_denies_a_role_the_journal_denies_it_too(story: Story, kind: str) -> None:
    for look in looks(story, kind):
        if look.read is None:
            continue
        owner = next(e for e in looks(story, kind) if e.entry == look.entry)  # its main role
        assert look.view is not None or KINDS[kind].about in NOWHERE, look
        assert look.view is not None or not look.caller.endswith("support"), look
        for name in shared(look.entry) & set(look.read["body"]):
            of_whose = _of_whose(story, look)
            assert (look.view or {}).get(name) is not None or not of_whose.get(name), (name, look)
        assert owner.read is not None


def _of_whose(story: Story, look: Look) -> dict[str, object]:
    """What the API shows of the thing to the partner whose matter it is."""
    views = (
        each.view
        for each in looks(story, look.entry.fact)
        if each.entry.subject == look.entry.subject
    )
    found: dict[str, object] = {}
    for each in views:
        found |= {name: value for name, value in (each or {}).items() if value is not None}
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_with_all_rights_reads_every_entry_whole(story: Story, kind: str) -> None:
    for look in looks(story, kind):
        if not look.caller.endswith("support"):
            assert look.read is not None
            assert look.read["kind"] == kind.upper()
            assert look.read["body"] == msgspec.json.decode(look.entry.body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_support_agent_reads_what_its_role_may_see(story: Story, kind: str) -> None:
    read = [each.read for each in looks(story, kind) if each.caller.endswith("support")]

    assert all((each is None) == (kind in FOR_SUPPORT_UNSEEN) for each in read)


@pytest.mark.parametrize(("one", "other"), [("acme", "northwind"), ("northwind", "acme")])
def test_nobody_reads_of_the_gateway_of_its_trading_partner(
    story: Story, one: str, other: str
) -> None:
    for caller in (one, f"{one} support"):
        text = str(story.world.caller(caller).ask(READ, after=0))
        assert account_of(KEYS[other]) not in text
        assert f"…{KEYS[other][-4:]}" not in text
        assert "dp_1" not in text or one == "acme"


@pytest.mark.parametrize("caller", CALLERS)
def test_pages_follow_each_other_whatever_is_left_out(story: Story, caller: str) -> None:
    asking, query = story.world.caller(caller), READ.replace("first: 500", "first: 3")
    numbers, last = [], 0
    while page := asking.ask(query, after=last)["journal"]:
        numbers += [each["number"] for each in page]
        last = numbers[-1]

    assert numbers == sorted(set(numbers))
    assert numbers == [each["number"] for each in asking.ask(READ, after=0)["journal"]]
    assert (numbers == list(range(1, last + 1))) == (not caller.endswith("support"))


def test_the_journal_is_read_of_some_kinds(story: Story) -> None:
    query = "query($kinds: [JournalKind!]) { journal(first: 500, kinds: $kinds) { kind } }"

    for kinds in (["TERMS_SET"], ["ORDER_ADDED", "RETURN_SHIP"], []):
        found = story.world.caller("northwind").ask(query, kinds=kinds)["journal"]
        assert {each["kind"] for each in found} == set(kinds)
    support = story.world.caller("acme support")
    assert support.ask(query, kinds=["GATEWAY_SET"])["journal"] == []


def test_what_an_entry_is_about_is_found(story: Story) -> None:
    served: Served = story.world.served
    query = "{ journal(first: 500) { kind about { __typename } } }"
    for caller in served.callers.values():
        for each in caller.ask(query)["journal"]:
            kind = NODES.get(KINDS[each["kind"].lower()].about)
            assert (each["about"] or {}).get("__typename") == kind, each

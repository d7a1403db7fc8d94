"""What was agreed with a partner holds until its supplier has read that a new version ends it.

Random histories of versions and agreements, held against a reading of the law by days: which
version governs an order of a day, and whether it takes the value that was agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Final

import pytest

from adapters.store.lifetime.withdrawing import WithdrawalRequest, Withdrawn
from adapters.store.lost_terms import LostTerms, TermsLost, lost_terms
from adapters.store.publishing import Draft, Publishable, Refused, publish, refusal
from adapters.store.records import Edition
from adapters.store.terms_of_withdrawals import withdraw
from engine.dates import day_text
from engine.policy.editions import load, nobody
from engine.policy.faults import Source
from services.partners.agreeing import Agreeing
from services.partners.forbidding import TermsNotAllowed
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.contracts.conftest import NOW, World
from tests.statements import heard

FIRST: Final = date(2026, 1, 1).toordinal()
DAYS: Final = range(FIRST, FIRST + 60)
RETAILERS: Final = ("northwind", "southgate")
TEXT: Final = """
policy: acme/{policy}
version: {version}
effective: {{from: {first}{until}}}
currency: USD
{scope}
agreed: {agreed}
window: {{within: {days}, counted_from: delivered}}
fees: {{restocking: {{fee: {rate} of item_price}}}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
"""


Pairs = tuple[set[tuple[str, str]], set[tuple[str, str]]]
"""Retailers and names of values: those that are forbidden, and those that end."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """One version as the test knows it: its first day, the most of each value, and for whom."""

    version: int
    first: int
    most: dict[str, int]
    only: str = ""
    policy: str = "standard"
    goods: str = ""

    @property
    def rank(self) -> tuple[bool, bool]:
        return bool(self.only), bool(self.goods)

    def is_for(self, retailer: str, goods: str) -> bool:
        return self.only in ("", retailer) and self.goods in ("", goods)

    @property
    def text(self) -> str:
        kinds = {
            "days": "{{type: length, default: 20 days, at_most: {} days}}",
            "rate": "{{type: percent, default: 5%, at_most: {}%}}",
        }
        agreed = ", ".join(f"{name}: {kinds[name].format(at)}" for name, at in self.most.items())
        named = [("retailer", self.only), ("category", self.goods)]
        scope = ", ".join(f"{key}: [{word}]" for key, word in named if word)
        return TEXT.format(
            policy=self.policy,
            version=self.version,
            first=day_text(self.first),
            until="",
            scope=f"for: {{{scope}}}" if scope else "",
            agreed=f"{{{agreed}}}",
            days="agreed.days" if "days" in self.most else "25 days",
            rate="agreed.rate" if "rate" in self.most else "7%",
        )


@dataclass(kw_only=True)
class Told:
    """What a supplier published and agreed, and what follows from it by days."""

    versions: list[Version] = field(default_factory=list)
    terms: dict[str, dict[str, int]] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """The first day that was withdrawn of each withdrawn version."""

    def at(self, day: int, more: Version | None = None) -> Version | None:
        all_ = [*self.versions, *([more] if more else [])]
        begun = [
            each for each in all_ if each.first <= day < self.gone.get(each.version, DAYS.stop)
        ]
        return max(begun, key=lambda each: each.version, default=None)

    def held(self, more: Version | None = None) -> set[tuple[str, str, int]]:
        """The retailer, the name and the day of every order for which a value holds."""
        return {
            (retailer, name, day)
            for day in DAYS
            if (version := self.at(day, more)) is not None
            for retailer, terms in self.terms.items()
            if version.only in ("", retailer)
            for name in terms
            if name in version.most
        }

    def forbidden(self, new: Version) -> set[tuple[str, str]]:
        return {
            (retailer, name)
            for retailer, terms in self.terms.items()
            if new.only in ("", retailer)
            for name, value in terms.items()
            if name in new.most and value > new.most[name]
        }

    def ended(self, new: Version) -> set[tuple[str, str]]:
        gone = self.held() - self.held(new)
        return {(retailer, name) for retailer, name, _ in gone}

    def brought_back(self, version: int, first: int) -> Pairs:
        """What the versions forbid, and what they end, that come back where one is withdrawn."""
        after = replace(self, gone={**self.gone, version: first})
        held, still = self.held(), after.held()
        forbidden, ended = set[tuple[str, str]](), set[tuple[str, str]]()
        for day in DAYS:
            back = after.at(day)
            if back is None or back is self.at(day):
                continue
            forbidden |= self.forbidden(back)
            ended |= {
                (retailer, name)
                for retailer, name, on in held
                if on == day and (retailer, name, day) not in still
            }
        return forbidden, ended


def written(name: str, value: int) -> str:
    return f"{value} days" if name == "days" else f"{value}%"


def next_version(random: Random, told: Told) -> Version:
    names = [name for name in ("days", "rate") if random.random() < 0.7]
    most = {name: random.choice((10, 20, 30)) for name in names}
    if "days" in most:
        most["days"] = max(most["days"], 20)
    number = len(told.versions) + 1
    first = random.choice(DAYS[:40]) if told.versions else FIRST
    only = random.choice(("", "", "", *RETAILERS))
    return Version(version=number, first=first, most=most, only=only)


def named(lost: LostTerms) -> Pairs:
    pairs = [((each.retailer.handle, each.name), each.fault) for each in lost.terms]
    return {pair for pair, fault in pairs if fault}, {pair for pair, fault in pairs if not fault}


def published(world: World, text: str, ends_terms: str = "") -> Edition | Refused:
    draft = Draft(text=text, by="tests", ends_terms=ends_terms)
    with world.store.session(), world.store.atomic():
        return publish(world.store, world.partners["acme"], draft)


def foretold(world: World, text: str) -> Refused | Publishable:
    with world.store.session():
        return refusal(world.store, world.partners["acme"], Draft(text=text, by="tests"))


def agree(world: World, retailer: str, terms: dict[str, int], policy: str = "standard") -> None:
    acme = world.principals["acme"]
    said = {name: written(name, value) for name, value in terms.items()}
    with world.store.session():
        (joined,) = (
            each
            for each in world.store.partnerships.all_of(acme)
            if each.retailer.handle == retailer
        )
        world.store.partnerships.set_terms(acme, joined.id, f"acme/{policy}", said)


@pytest.mark.parametrize("seed", range(12))
def test_a_version_is_published_only_as_its_supplier_was_told(world: World, seed: int) -> None:
    random, told = Random(seed), Told()
    lost = 0

    for _ in range(9):
        new = next_version(random, told)
        lost += bool(told.forbidden(new) or told.ended(new))
        if _published_as_told(world, told, new):
            told.versions.append(new)
        if told.versions:
            retailer = random.choice(RETAILERS)
            told.terms[retailer] = {name: random.choice((10, 20, 30)) for name in ("days", "rate")}
            agree(world, retailer, told.terms[retailer])

    assert lost > 0


def _published_as_told(world: World, told: Told, new: Version) -> bool:
    """Whether a version was published; checks that nothing else than was foretold is lost."""
    forbidden, ended = told.forbidden(new), told.ended(new)
    answer, first = foretold(world, new.text), published(world, new.text)
    if forbidden:
        assert isinstance(answer, Refused)
        assert (answer, answer.code) == (first, "terms_broken")
        assert named(answer.lost) == (forbidden, ended - forbidden)
        return False
    if not ended:
        assert not isinstance(answer, Publishable) or answer.lost.terms == ()
        return isinstance(first, Edition)
    assert isinstance(answer, Publishable)
    assert isinstance(first, Refused)
    assert first.code == "terms_ended"
    assert named(answer.lost) == named(first.lost) == (set(), ended)
    assert published(world, new.text, "another digest") == first
    assert isinstance(published(world, new.text, answer.lost.digest), Edition)
    return True


GOODS: Final = ("hats", "shoes")
Order = tuple[str, str, int]
"""The retailer of an order, its goods and its day."""


def governing(versions: list[Version], order: Order) -> Version | None:
    retailer, goods, day = order
    newest: dict[str, Version] = {}
    for each in versions:
        if each.first <= day:
            newest[each.policy] = each
    fitting = [each for each in newest.values() if each.is_for(retailer, goods)]
    return max(fitting, key=lambda each: each.rank, default=None)


def overtaken(
    versions: list[Version], new: Version, terms: dict[tuple[str, str], dict[str, int]]
) -> set[tuple[str, str, str]]:
    """The policy, the retailer and the name of each value of another policy that an order loses."""
    found = set()
    for order in (
        (retailer, goods, day) for retailer in RETAILERS for goods in GOODS for day in DAYS
    ):
        before, after = governing(versions, order), governing([*versions, new], order)
        if before and before.policy != new.policy and after is new:
            names = terms.get((before.policy, order[0]), {}).keys() & before.most.keys()
            found |= {(before.policy, order[0], name) for name in names}
    return found


def next_of_two(random: Random, versions: list[Version]) -> Version:
    drawn, policy = next_version(random, Told()), random.choice(("standard", "special"))
    number = 1 + sum(each.policy == policy for each in versions)
    first = random.choice(DAYS[:40]) if number > 1 else FIRST
    goods = "shoes" if policy == "special" else ""
    return replace(drawn, policy=policy, version=number, first=first, goods=goods)


def _taken_as_told(world: World, new: Version, expected: set[tuple[str, str, str]]) -> bool:
    """Whether a version was published; checks which values of other policies its supplier reads."""
    answer, done = foretold(world, new.text), published(world, new.text)
    if answer.lost.forbidden:
        return False
    told = {(each.policy, each.retailer.handle, each.name) for each in answer.lost.terms}
    others = {each for each in told if each[0] != f"acme/{new.policy}"}
    assert others == {(f"acme/{policy}", *rest) for policy, *rest in expected}
    if told:
        assert isinstance(done, Refused)
        done = published(world, new.text, answer.lost.digest)
    return isinstance(done, Edition)


@pytest.mark.parametrize("seed", range(16))
def test_a_policy_takes_the_place_of_agreed_terms_only_once_its_supplier_was_told(
    world: World, seed: int
) -> None:
    random, versions = Random(seed), [Version(version=1, first=FIRST, most={"days": 30})]
    terms: dict[tuple[str, str], dict[str, int]] = {}
    assert isinstance(published(world, versions[0].text), Edition)
    for retailer in RETAILERS:
        terms["standard", retailer] = {"days": 20}
        agree(world, retailer, {"days": 20})
    lost = 0

    for _ in range(10):
        new = next_of_two(random, versions)
        expected = overtaken(versions, new, terms)
        if _taken_as_told(world, new, expected):
            lost += len(expected)
            versions.append(new)
            retailer, values = random.choice(RETAILERS), {"days": 20, "rate": 10}
            terms[new.policy, retailer] = values
            agree(world, retailer, values, new.policy)


def withdrawn(world: World, edition: Edition, first: int, ends: str = "") -> Withdrawn | TermsLost:
    said = WithdrawalRequest(edition=edition, first=first, why="a mistake", by="tests")
    try:
        with world.store.session(), world.store.atomic():
            return withdraw(world.store, said, nobody, ends)
    except TermsLost as lost:
        return lost


@pytest.mark.parametrize("seed", range(8))
def test_a_version_is_withdrawn_only_as_its_supplier_was_told(world: World, seed: int) -> None:
    random, told, editions = Random(seed), Told(), list[Edition]()
    for first in sorted(random.sample(DAYS[:40], 4)):
        told.versions.append(replace(next_version(random, told), first=first))
        edition = published(world, told.versions[-1].text)
        assert isinstance(edition, Edition)
        editions.append(edition)
    for retailer in RETAILERS:
        told.terms[retailer] = {name: random.choice((10, 20, 30)) for name in ("days", "rate")}
        agree(world, retailer, told.terms[retailer])
    lost = 0

    for edition in random.sample(editions, 4):
        first = max(random.choice(DAYS), edition.effective.first)
        forbidden, ended = told.brought_back(edition.version, first)
        answer = withdrawn(world, edition, first)
        if forbidden or ended:
            lost += 1
            assert isinstance(answer, TermsLost)
            assert (answer.code, named(answer.lost)) == ("terms_ended", (forbidden, ended))
            assert isinstance(withdrawn(world, edition, first, "another digest"), TermsLost)
            answer = withdrawn(world, edition, first, answer.lost.digest)
        assert isinstance(answer, Withdrawn)
        told.gone[edition.version] = first

    assert lost > 0


def test_a_withdrawal_is_confirmed_for_the_terms_and_the_day_that_were_shown(
    world: World,
) -> None:
    first = published(world, Version(version=1, first=FIRST, most={"days": 40}).text)
    wide = published(world, Version(version=2, first=FIRST + 10, most={"days": 90}).text)
    assert isinstance(first, Edition)
    assert isinstance(wide, Edition)
    agree(world, "northwind", {"days": 60})

    shown = withdrawn(world, wide, FIRST + 20)
    assert isinstance(shown, TermsLost)
    assert str(shown) == (
        "This withdrawal ends agreed terms; confirm that. `days: 60 days`, as agreed with "
        "`northwind`, is forbidden by version 1: The agreed value `days` must be at most "
        "`40 days`. Agree on another first."
    )
    assert isinstance(withdrawn(world, wide, FIRST + 30, shown.lost.digest), TermsLost)
    agree(world, "northwind", {"days": 50})
    assert isinstance(withdrawn(world, wide, FIRST + 20, shown.lost.digest), TermsLost)
    agree(world, "northwind", {"days": 60})
    assert isinstance(withdrawn(world, wide, FIRST + 20, shown.lost.digest), Withdrawn)
    assert isinstance(withdrawn(world, first, FIRST), Withdrawn), "nothing comes back"


def test_each_partner_is_named_with_the_old_and_the_new_value(world: World) -> None:
    with_values = Version(version=1, first=FIRST, most={"days": 60, "rate": 30})
    assert isinstance(published(world, with_values.text), Edition)
    agree(world, "northwind", {"days": 60, "rate": 12})
    agree(world, "southgate", {"rate": 25})

    without = Version(version=2, first=FIRST + 30, most={"rate": 20})
    answer = foretold(world, without.text)

    assert isinstance(answer, Refused)
    said = [
        (e.retailer.handle, e.name, e.before, e.after, bool(e.fault)) for e in answer.lost.terms
    ]
    assert said == [
        ("northwind", "days", "60 days", "25 days", False),
        ("southgate", "rate", "25%", "5%", True),
    ]
    assert answer.message == (
        "Agreed terms do not fit this version. `rate: 25%`, as agreed with `southgate`, is "
        "forbidden by version 2: The agreed value `rate` must be at most `20%`. Agree on another "
        "first."
    )


def test_a_confirmation_is_for_the_terms_and_the_day_that_were_shown(world: World) -> None:
    published(world, Version(version=1, first=FIRST, most={"days": 60}).text)
    agree(world, "northwind", {"days": 60})
    later = Version(version=2, first=FIRST + 30, most={})
    sooner = Version(version=2, first=FIRST + 20, most={})
    shown = foretold(world, later.text)
    assert isinstance(shown, Publishable)

    assert isinstance(published(world, sooner.text, shown.lost.digest), Refused)
    agree(world, "northwind", {"days": 50})
    assert isinstance(published(world, later.text, shown.lost.digest), Refused)
    agree(world, "northwind", {"days": 60})
    assert isinstance(published(world, later.text, shown.lost.digest), Edition)
    assert isinstance(published(world, later.text), Edition), "a repetition asks for nothing"


TODAY: Final = NOW.date().toordinal()
STARTS: Final = (TODAY - 60, TODAY - 15, TODAY, TODAY + 10, TODAY + 30)
AHEAD: Final = range(TODAY, TODAY + 60)


@pytest.mark.parametrize("seed", range(16))
def test_terms_are_agreed_if_no_edition_in_force_or_upcoming_forbids_them(
    world: World, seed: int
) -> None:
    random, told = Random(seed), Told()
    for first in sorted(random.sample(STARTS, 3)):
        drawn = next_version(random, told)
        told.versions.append(replace(drawn, first=first))
        assert isinstance(published(world, told.versions[-1].text), Edition)

    for retailer in RETAILERS:
        ahead = {told.at(day) for day in AHEAD} - {None}
        standing = [each for each in ahead if each and each.only in ("", retailer)]
        for _ in range(4):
            terms = {name: random.choice((10, 20, 30)) for name in ("days", "rate")}
            known = {name for each in standing or told.versions[-1:] for name in each.most}
            expected = {
                (each.version, name)
                for each in standing or told.versions[-1:]
                for name, value in terms.items()
                if value > each.most.get(name, 1_000)
            }
            newest = max(each.version for each in standing or told.versions[-1:])
            expected |= {(newest, name) for name in terms if name not in known}

            assert _refused(world, retailer, terms) == expected


def _refused(world: World, retailer: str, terms: dict[str, int]) -> set[tuple[int, str]]:
    """The version and the name of each value that is refused; empty if the terms are agreed."""
    acme, store = world.principals["acme"], world.store
    said: dict[str, object] = {name: written(name, value) for name, value in terms.items()}
    with store.session(), store.atomic():
        agreeing = Agreeing(store, Library(policies_folder()))
        joined = store.partnerships.between(acme.tenant, world.partners[retailer].id)
        assert joined is not None
        found = agreeing.found(acme, joined.id, "acme/standard")
        try:
            changed = agreeing.set(acme, found, said)
        except TermsNotAllowed as error:
            return {
                (int(each.fault.source.file.rpartition("@")[2]), name)
                for each in error.refused
                for name in each.names
            }
        assert changed.terms["acme/standard"] == said
        return set()


def test_a_refusal_names_the_edition_its_days_and_where_it_declares_the_value(
    world: World,
) -> None:
    for version in (
        Version(version=1, first=TODAY - 60, most={"days": 40}),
        Version(version=2, first=TODAY + 30, most={"days": 90}),
    ):
        assert isinstance(published(world, version.text), Edition)
    acme, store = world.principals["acme"], world.store

    with store.session():
        agreeing = Agreeing(store, Library(policies_folder()))
        found = agreeing.found(acme, store.partnerships.all_of(acme)[0].id, "acme/standard")
        with pytest.raises(TermsNotAllowed) as error:
            agreeing.set(acme, found, {"days": "60 days"})

    (refused,) = error.value.refused
    assert refused.names == ("days",)
    assert refused.fault.sentence == (
        "`acme/standard@1`, in force from 2025-04-02 to 2025-06-30: The agreed value `days` must "
        "be at most `40 days`."
    )
    assert refused.fault.source == Source("acme/standard@1", 7, 16)


@pytest.mark.parametrize("agreed_with", [1, 2])
def test_the_terms_of_all_partners_are_read_at_once(
    world: World, agreed_with: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(world, Version(version=1, first=FIRST, most={"days": 60}).text)
    for retailer in RETAILERS[:agreed_with]:
        agree(world, retailer, {"days": 60})
    new = load(Version(version=2, first=FIRST + 30, most={}).text, "x")

    asked: list[str] = []
    heard(monkeypatch, asked.append)

    with world.store.session():
        lost = lost_terms(world.store, world.partners["acme"], new, nobody)

    assert len(lost.terms) == agreed_with
    assert len(asked) <= 5, asked

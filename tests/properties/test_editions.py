"""Selecting editions on both axes agrees with a naive reading; what may be published has no gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.policy.faults import Source
from engine.policy.model import Effective
from engine.policy.selection import (
    Candidate,
    NoPolicy,
    Withdrawal,
    choose,
    days_in_force,
    known,
)
from engine.publishing.succession import succession_faults

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
FIRST = EPOCH.toordinal()
MOST = 12
DAYS = range(MOST)
days = st.integers(0, MOST - 1)
scopes = st.sampled_from([(), (("category", ("hats",)),), (("country", ("US", "CA")),)])
words = st.fixed_dictionaries(
    {"category": st.sampled_from(["hats", "shoes"]), "country": st.sampled_from(["US", "FR"])}
)


def moment(number: int) -> datetime:
    return EPOCH + timedelta(days=number)


@st.composite
def candidates(draw: st.DrawFn, policies: int = 3) -> list[Candidate]:
    found = []
    for policy in range(draw(st.integers(1, policies))):
        for version in range(1, draw(st.integers(1, 4)) + 1):
            first, length = draw(days), draw(st.none() | days)
            cut = st.builds(
                Withdrawal,
                at=days.map(moment),
                first=st.none() | days.map(lambda each: FIRST + each),
            )
            found.append(
                Candidate(
                    key=f"{policy}@{version}",
                    policy=f"acme/{policy}",
                    version=version,
                    scope=draw(scopes),
                    effective=Effective(
                        first=FIRST + first,
                        last=None if length is None else FIRST + first + length,
                    ),
                    applies_by=draw(st.sampled_from(["ordered", "delivered", "requested"])),
                    published_at=moment(draw(days)),
                    withdrawals=tuple(draw(st.lists(cut, max_size=2))),
                )
            )
    return found


def naively(pool: list[Candidate], said: dict[str, str], on: dict[str, int], at: datetime) -> str:
    """Reads the rule aloud, edition by edition; of equals any one."""
    best: tuple[int, ...] | None = None
    names = set()
    for one in pool:
        day = on.get(one.applies_by, on["requested"])
        holds = one.published_at is not None and one.published_at <= at
        holds = holds and one.effective.first <= day
        holds = holds and (one.effective.last is None or day <= one.effective.last)
        for each in one.withdrawals:
            holds = holds and not (each.at <= at and (each.first is None or each.first <= day))
        newer = (
            [
                other
                for other in pool
                if other.policy == one.policy
                and other.version > one.version
                and naively([other], {}, on, at) != "none"
            ]
            if len(pool) > 1
            else []
        )
        fits = all(said.get(key) in allowed for key, allowed in one.scope) if said else True
        if not holds or newer or not fits:
            continue
        keys = [key for key, _ in one.scope]
        order = ("retailer", "programme", "label", "sku", "brand", "category", "channel", "country")
        rank = (*(int(key in keys) for key in order), one.version)
        if best is None or rank > best:
            best, names = rank, set()
        if rank == best:
            names.add(one.key)
    return "|".join(sorted(names)) or "none"


@settings(max_examples=150)
@given(candidates(), words, st.tuples(days, days, days), st.booleans())
def test_the_edition_chosen_is_the_one_that_a_naive_reading_finds(
    pool: list[Candidate], said: dict[str, str], when: tuple[int, int, int], delivered: bool
) -> None:
    ordered, later, at = when
    on = {"ordered": FIRST + ordered, "requested": FIRST + ordered + later}
    if delivered:
        on["delivered"] = FIRST + ordered + later // 2

    found = choose(known(pool, moment(at)), said, on)

    expected = naively(pool, said, on, moment(at))
    if isinstance(found, NoPolicy):
        assert expected == "none"
    else:
        assert found.key in expected.split("|")


@settings(max_examples=150)
@given(st.lists(st.tuples(days, st.none() | days, days), max_size=8))
def test_versions_that_may_be_published_leave_no_gap_and_never_come_back(
    drafts: list[tuple[int, int | None, int]],
) -> None:
    published: list[Candidate] = []
    numbers = count(1)
    for first, length, at in sorted(drafts, key=lambda each: each[2]):
        new = Candidate(
            key="",
            policy="acme/lamps",
            version=next(numbers),
            scope=(),
            effective=Effective(
                first=FIRST + first, last=None if length is None else FIRST + first + length
            ),
            applies_by="ordered",
            published_at=moment(at),
        )
        if not succession_faults(new, published, moment(at), Source("", 1, 1)):
            published.append(new)

    governing = []
    for day in range(3 * MOST):
        found = choose(published, {}, {"ordered": FIRST + day, "requested": FIRST + day})
        governing.append(0 if isinstance(found, NoPolicy) else found.version)

    covered = [version for version in governing if version]
    between = "".join("x" if version else " " for version in governing).strip()
    assert covered == sorted(covered)
    assert " " not in between


@settings(max_examples=300, deadline=None)
@given(candidates())
def test_the_days_of_an_edition_are_those_on_which_none_that_is_newer_holds(
    pool: list[Candidate],
) -> None:
    standing = known(replace(each, scope=(), applies_by="ordered") for each in pool)

    for each in pool:
        alike = [one for one in standing if one.policy == each.policy]
        spans = days_in_force(each.key, alike)
        for day in range(FIRST - 1, FIRST + 3 * MOST):
            chosen = choose(alike, {}, dict.fromkeys(("ordered", "requested"), day))
            holds = isinstance(chosen, Candidate) and chosen.key == each.key
            assert any(span.covers(day) for span in spans) == holds, (each, day)
        assert list(spans) == sorted(spans, key=lambda span: span.first)

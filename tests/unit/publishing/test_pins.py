"""A base that is newer or withdrawn is named, nearest first."""

from engine.publishing.pins import notices

CHAIN = ("acme/middle@1#aa", "acme/base@4#bb")


def test_nothing_is_said_of_bases_that_are_the_newest() -> None:
    assert notices(CHAIN, {"acme/middle": 1, "acme/base": 4}) == ()
    assert notices(CHAIN, {}) == ()
    assert notices((), {"acme/base": 9}) == ()


def test_a_newer_version_of_any_base_is_named() -> None:
    found = notices(CHAIN, {"acme/base": 6, "acme/middle": 2})

    assert [(each.code, each.base) for each in found] == [
        ("newer_base", "acme/middle@1"),
        ("newer_base", "acme/base@4"),
    ]
    assert "`acme/base@6`; this policy stays on version 4" in found[1].sentence


def test_a_withdrawn_base_is_named() -> None:
    (found,) = notices(CHAIN, {}, {"acme/base@4"})

    assert (found.code, found.base) == ("withdrawn_base", "acme/base@4")

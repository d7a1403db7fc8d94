"""Files of one policy must follow each other, and a base that is newer is named, never used."""

from __future__ import annotations

import json

import pytest

from tests.unit.takeback.conftest import Run, Write

POLICY = """\
policy: acme/lamps
version: {version}
effective: {days}
currency: USD
window: {{days: {window}, counted_from: delivered}}
"""
CHILD = """\
policy: acme/lamps--shop
version: 1
extends: acme/lamps@1
for: {retailer: shop}
effective: {from: 2025-01-01}
changes: [{set: window.days, to: 45, why: contract}]
"""


@pytest.fixture
def lamps(write: Write) -> None:
    write("lamps-1.yaml", policy(1, "{from: 2025-01-01, until: 2025-06-30}"))


def policy(version: int, days: str, window: int = 30) -> str:
    return POLICY.format(version=version, days=days, window=window)


def test_versions_in_files_leave_no_gap(run: Run, write: Write, lamps: None) -> None:
    write("lamps-2.yaml", policy(2, "{from: 2025-07-02}"))

    found = run("check", ".")

    assert found.exit_code == 1
    assert (
        "lamps-2.yaml:3:1: edition_gap: An order ordered on 2025-07-01 would fall" in found.stdout
    )
    write("lamps-2.yaml", policy(2, "{from: 2025-07-01}"))
    assert run("check", ".").exit_code == 0


def test_versions_in_files_do_not_come_back(run: Run, write: Write, lamps: None) -> None:
    write("lamps-2.yaml", policy(2, "{from: 2025-02-01, until: 2025-05-31}"))

    assert "edition_overlap" in run("check", ".").stdout


def test_the_same_version_twice_is_no_matter_of_days(run: Run, write: Write, lamps: None) -> None:
    write("copy/lamps-1.yaml", policy(1, "{from: 2025-01-01, until: 2025-06-30}"))

    assert run("check", ".").exit_code == 0


def test_a_newer_base_is_a_warning_and_is_not_used(run: Run, write: Write, lamps: None) -> None:
    write("lamps-2.yaml", policy(2, "{from: 2025-07-01}", window=99))
    write("shop.yaml", CHILD)

    found = run("check", "shop.yaml", "--format", "json")
    shown = run("show", "shop.yaml", "--full")

    data = json.loads(found.stdout)
    (warning,) = data["warnings"]
    assert (found.exit_code, data["faults"]) == (0, [])
    assert (warning["code"], warning["file"], warning["line"]) == ("newer_base", "shop.yaml", 3)
    assert "`acme/lamps@2`; this policy stays on version 1" in warning["sentence"]
    assert run("check", "shop.yaml", "--strict").exit_code == 1
    assert "acme/lamps@2" in shown.stderr
    assert "99 days" not in shown.stdout


def test_a_base_that_is_the_newest_is_not_named(run: Run, write: Write, lamps: None) -> None:
    write("shop.yaml", CHILD)

    assert json.loads(run("check", "shop.yaml", "--format", "json").stdout)["warnings"] == []

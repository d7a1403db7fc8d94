"""The commands about partners, keys and orders, on a database of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from takeback.app import app

ORDERS = """\
order,line,sku,quantity,unit_price,currency,ordered,delivered
N-1,1,KETTLE,2,40.00,USD,2026-01-02,2026-01-05
"""


@pytest.fixture
def call(tmp_path: Path):
    database = f"sqlite:///{tmp_path}/own.sqlite"

    def run(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, [*words, "--database", database], input=typed)

    assert run("partner", "add", "acme", "--kind", "supplier").exit_code == 0
    assert run("partner", "add", "north", "--kind", "retailer").exit_code == 0
    return run


def test_a_key_is_issued_and_revoked_once(call) -> None:
    key = call("key", "issue", "north").output.strip()

    public = key.split("_")[1]

    assert key.startswith("tb_")
    assert call("key", "revoke", public).exit_code == 0
    assert call("key", "revoke", public).exit_code == 2


def test_a_whole_key_that_is_pasted_is_revoked_and_its_secret_repeated_nowhere(call) -> None:
    key = call("key", "issue", "north").output.strip()
    public, secret = key.split("_", 2)[1:]

    said = [call("key", "revoke", key) for _ in range(2)] + [call("key", "revoke", secret)]

    assert [each.exit_code for each in said] == [0, 2, 2]
    assert said[0].output == f"{public} is revoked\n"
    assert not any(secret[:8] in each.output for each in said)


@pytest.mark.parametrize("handle", ["x", "X1", "a" * 61, "a b"])
def test_what_is_no_handle_is_told_how_long_one_is(call, handle: str) -> None:
    result = call("partner", "add", handle, "--name", "X", "--kind", "retailer")

    assert result.exit_code == 2, result.output
    assert "is no handle: 2 to 60 small letters, digits" in result.output


def test_a_partner_that_does_not_exist_is_named(call) -> None:
    result = call("partner", "join", "acme", "nobody")

    assert result.exit_code == 2
    assert "`nobody`" in result.output


def test_a_faulty_file_of_orders_names_line_and_column_and_stores_nothing(
    call, tmp_path: Path
) -> None:
    call("partner", "join", "acme", "north")
    file = tmp_path / "orders.csv"
    file.write_text(ORDERS.replace("40.00", "-40.00"), encoding="utf-8")

    result = call("orders", "import", str(file), "--by", "north", "--partner", "acme")

    assert result.exit_code == 1
    assert "2" in result.output
    assert "unit_price" in result.output


TERMS = """policy: acme/standard
version: {version}
effective: {{from: {first}}}
currency: USD
agreed: {{days: {{type: length, default: 30 days, at_least: 10 days, at_most: {most} days}}}}
window: {{within: agreed.days, counted_from: delivered}}
"""


@pytest.fixture
def trading(call, tmp_path: Path):
    """Two partners and two versions of a policy; the one to come takes fewer days."""
    call("partner", "join", "acme", "north")
    for version, first, most in ((1, "2025-01-01", 90), (2, "2091-01-01", 60)):
        file = tmp_path / f"{version}.yaml"
        file.write_text(TERMS.format(version=version, first=first, most=most), encoding="utf-8")
        assert call("publish", str(file), "--owner", "acme").exit_code == 0
    return lambda *words: call("partner", "terms", "acme", "north", "acme/standard", *words)


def test_terms_are_shown_with_default_and_range_and_set_after_a_question(trading) -> None:
    before, asked, done, after = (
        trading(),
        trading("days=45 days"),
        trading("days=45 days", "--yes"),
        trading(),
    )

    assert "acme/standard@1, in force from 2025-01-01 to 2090-12-31" in before.output
    assert "days: default  (default 30 days, at least 10 days, at most 90 days)" in before.output
    assert asked.exit_code == 1
    assert "days: 30 days (default) -> 45 days" in asked.output
    assert "Requested within 30 days of delivery." in asked.output
    assert "then: Requested within 45 days of delivery." in asked.output
    assert "Set these terms with north? [y/N]" in asked.output
    assert done.exit_code == 0
    assert "days: 45 days  (default 30 days" in after.output


def test_terms_that_a_version_forbids_are_refused_with_the_version_and_its_line(trading) -> None:
    refused = trading("days=75 days", "--yes")

    said = " ".join(refused.output.split())
    assert refused.exit_code == 1
    assert "acme/standard@2:5: `acme/standard@2`, in force from 2091-01-01 on: " in said
    assert "must be at most `60 days`" in said
    assert "nothing was set: 1 refusal." in said
    assert "days: default" in trading().output


def test_all_terms_are_ended_by_none(trading) -> None:
    trading("days=45 days", "--yes")

    done, again = trading("--none", "--yes"), trading("--none", "--yes")

    assert "days: 45 days -> 30 days (default)" in done.output
    assert "exactly this is agreed already" in again.output
    assert "days: default" in trading().output


def test_a_term_that_is_said_twice_is_refused(trading) -> None:
    twice = trading("days=45 days", "days=50 days", "--yes")

    assert twice.exit_code == 2
    assert "`days` is said twice" in " ".join(twice.output.split())
    assert "days: default" in trading().output


def test_terms_name_what_is_not_there(trading, call) -> None:
    unknown = trading("dayz=45 days", "--yes")
    stranger = call("partner", "terms", "acme", "nobody", "acme/standard")
    misspelt = call("partner", "terms", "amce", "north", "acme/standard")
    policy = call("partner", "terms", "acme", "north", "acme/standrad")
    both = trading("days=45 days", "--none")

    assert "Did you mean `days`?" in " ".join(unknown.output.split())
    assert (stranger.exit_code, policy.exit_code, both.exit_code) == (2, 2, 2)
    assert "`nobody`" in stranger.output
    assert "Did you mean `acme`?" in " ".join(misspelt.output.split())
    assert "There is no such policy. Did you mean `acme/standard`?" in " ".join(
        policy.output.split()
    )


def test_a_withdrawal_names_the_terms_that_what_comes_back_forbids_and_asks(
    trading, call, tmp_path: Path
) -> None:
    file = tmp_path / "3.yaml"
    file.write_text(TERMS.format(version=3, first="2091-01-01", most=90), encoding="utf-8")
    assert call("publish", str(file), "--owner", "acme").exit_code == 0
    assert trading("days=75 days", "--yes").exit_code == 0
    withdraw = ("withdraw", "acme/standard@3", "--why", "a mistake")

    asked, done = call(*withdraw, typed="y\nn\n"), call(*withdraw, "--yes")

    said = " ".join(asked.output.split())
    assert "`days: 75 days`, as agreed with `north`, is forbidden by version 2" in said
    assert "Withdraw it, and end these terms? [y/N]" in said
    assert asked.exit_code == 1
    assert "is forbidden by version 2" in " ".join(done.output.split())
    assert "Withdrawn acme/standard@3" in done.output

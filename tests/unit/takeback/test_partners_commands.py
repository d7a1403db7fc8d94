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

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--database", database])

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

"""`takeback gateway` and `takeback worker`: what those who run a server do about money."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.gateways.simulated.calls import account_of
from adapters.gateways.simulated.server import SimulatedStripe
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.money.paid import NewPayment
from engine.money import Money
from engine.settlement.instruments import PaymentReferences

Run = Callable[..., Result]
KEY = "rk_test_acme_0123456789"
PROGRAM = Path(sys.executable).with_name("takeback")


@pytest.fixture
def stripe(run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedStripe]:
    """A stand-in that the settings point to, and a supplier."""
    with SimulatedStripe(later=3_600) as stand_in:
        monkeypatch.setenv("TAKEBACK_STRIPE_API_BASE", stand_in.address)
        assert run("partner", "add", "acme", "--kind", "supplier").exit_code == 0
        yield stand_in


def test_a_key_is_asked_for_and_only_its_end_is_shown(run: Run, stripe: SimulatedStripe) -> None:
    said = run("gateway", "set", "acme", "--signing-secret", input=f"{KEY}\nwhsec_0123456789\n")
    shown = run("gateway", "show", "acme")

    assert (said.exit_code, shown.exit_code) == (0, 0), said.stderr
    assert account_of(KEY) in shown.stdout
    assert "…6789" in shown.stdout
    assert KEY not in said.output + shown.output


def test_a_key_that_is_refused_is_one_sentence(run: Run, stripe: SimulatedStripe) -> None:
    stripe.revoked.add(KEY)

    result = run("gateway", "set", "acme", input=f"{KEY}\n")

    assert result.exit_code == 2
    assert "Stripe does not accept the key" in result.stderr


def test_a_check_says_by_its_exit_code_whether_the_key_works(
    run: Run, stripe: SimulatedStripe
) -> None:
    run("gateway", "set", "acme", input=f"{KEY}\n")

    assert run("gateway", "check", "acme").exit_code == 0
    stripe.revoked.add(KEY)
    result = run("gateway", "check", "acme")
    assert result.exit_code == 1
    assert "does not accept" in result.stdout


def test_a_partner_without_a_gateway_is_told_what_to_do(run: Run, stripe: SimulatedStripe) -> None:
    result = run("gateway", "show", "acme")

    assert result.exit_code == 2
    assert "takeback gateway set" in result.stderr


def test_a_connected_account_needs_the_operators_key(run: Run, stripe: SimulatedStripe) -> None:
    result = run("gateway", "set", "acme", "--account", "acct_1")

    assert result.exit_code == 2
    assert "TAKEBACK_STRIPE_PLATFORM_KEY" in result.stderr


def test_the_operator_sees_who_is_connected_and_who_is_heard_of(
    run: Run, stripe: SimulatedStripe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_STRIPE_PLATFORM_KEY", KEY)
    monkeypatch.setenv("TAKEBACK_STRIPE_CONNECT_SECRETS", "whsec_0123456789")
    account = stripe.account(account_of(KEY)).connect.create_account({})["id"]
    assert run("gateway", "set", "acme", "--account", account).exit_code == 0
    with (
        closing(open_store(SqliteFile(path=tmp_path / "takeback.sqlite"))) as store,
        store.writing(),
    ):
        assert store.inbox.first_of_stranger("acct_other", "refund.failed")
        assert store.inbox.first_of_stranger(account, "refund.failed")

    shown = run("gateway", "platform")

    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines[0] == ["Stripe", account_of(KEY)]
    assert ["connected", account, "acme"] in lines
    assert [line[:3] for line in lines if line[0] == "nobody's"] == [
        ["nobody's", "acct_other", "refund.failed,"]
    ]
    assert "1 signing secret" in shown.stdout


def test_accounts_that_agree_end_with_0_and_one_that_cannot_be_read_with_2(
    run: Run, stripe: SimulatedStripe
) -> None:
    assert run("reconcile").exit_code == 0
    run("gateway", "set", "acme", input=f"{KEY}\n")
    agrees = run("reconcile", "--supplier", "acme", "--since", "2025-06-01")
    stripe.revoked.add(KEY)
    shut = run("reconcile")

    assert (agrees.exit_code, shut.exit_code) == (0, 2), agrees.output
    assert "agrees, 0 movements since 2025-06-01" in agrees.stdout
    assert "could not be compared: Stripe does not accept the key" in shut.stdout


def test_a_refund_by_hand_ends_with_1_and_once_adopted_with_0(
    run: Run, stripe: SimulatedStripe, tmp_path: Path
) -> None:
    run("gateway", "set", "acme", input=f"{KEY}\n")
    payments = stripe.account(account_of(KEY)).payments
    said = {"amount": "4000", "currency": "usd", "payment_method": "pm_card_visa"}
    charge = payments.create_payment_intent({**said, "confirm": "true"})["id"]
    with closing(open_store(SqliteFile(path=tmp_path / "takeback.sqlite"))) as store:
        with store.session():
            acme = store.partners.by_handle("acme")
            assert acme is not None
        with store.writing():
            store.payments.add(
                NewPayment(
                    supplier=acme.id,
                    retailer="north",
                    order="po_1",
                    amount=Money(4_000, "USD"),
                    ways=PaymentReferences(charge=charge),
                    by="tests",
                )
            )
    payments.create_refund({"payment_intent": charge, "amount": "1500"})

    page = tmp_path / "today.html"
    first, second = run("reconcile", "--page", str(page)), run("reconcile")

    assert (first.exit_code, second.exit_code) == (1, 0), first.output
    assert "<h3>Made by hand</h3>" in page.read_text()
    assert "<td>USD 15.00</td>" in page.read_text()
    assert "made by hand, now counted: USD 15.00" in first.stdout
    assert "acme  agrees, 1 movement" in second.stdout


def test_a_page_that_cannot_be_written_is_named(run: Run, stripe: SimulatedStripe) -> None:
    result = run("reconcile", "--page", "/nowhere/today.html")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_day_that_is_none_is_named(run: Run) -> None:
    assert "--since" in run("reconcile", "--since", "June").stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_by_a_signal_and_says_nothing_of_it(tmp_path: Path, ending: int) -> None:
    process = subprocess.Popen(
        [PROGRAM, "worker", "--workers", "2"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    lines = [process.stderr.readline(), process.stderr.readline()]
    process.send_signal(ending)
    _, left = process.communicate(timeout=60)

    assert "Working" in lines[-1], lines
    assert (process.returncode, left) == (0, "")


def test_a_journal_is_shown_by_subject_and_the_altered_entry_is_named(
    run: Run, stripe: SimulatedStripe, tmp_path: Path
) -> None:
    run("gateway", "set", "acme", input=f"{KEY}\n")
    shown, whole = run("journal", "show", "acme"), run("journal", "verify")
    with closing(sqlite3.connect(tmp_path / "takeback.sqlite")) as file:
        file.execute("DROP TRIGGER journal_is_not_changed")
        file.execute("UPDATE journal SET actor = 'nobody'")
        file.commit()
    altered = run("journal", "verify")

    assert "partner_added" in shown.stdout
    assert "gateway_set" in shown.stdout
    assert (whole.exit_code, altered.exit_code) == (0, 1), whole.output
    assert "whole  2 entries of 1 tenant" in whole.stdout
    assert "Entry 1 breaks the chain: its content was altered." in altered.stdout
    for nothing in ("st_none", "R-NONE"):
        told = run("journal", "show", nothing).stdout
        assert "Nothing is in the journal" in told
        assert "a return or an order by its number" in told


def test_a_checkpoint_that_was_kept_shows_a_journal_that_was_cut(
    run: Run, stripe: SimulatedStripe, tmp_path: Path
) -> None:
    run("partner", "add", "northwind", "--kind", "retailer")
    run("partner", "join", "acme", "northwind")
    kept, key = tmp_path / "kept.jsonl", tmp_path / "takeback.pem"
    kept.write_text(run("journal", "checkpoint").stdout)
    key.write_text(run("journal", "key").stdout)

    held = run("journal", "verify", "--checkpoint", str(kept), "--key", str(key))
    assert (held.exit_code, "2 checkpoints" in held.stdout) == (0, True), held.output

    with closing(sqlite3.connect("takeback.sqlite")) as file:
        file.execute("DROP TRIGGER journal_is_not_removed")
        file.execute("DROP TRIGGER journal_checkpoint_is_not_removed")
        for table in ("journal", "chain", "journal_checkpoint"):
            file.execute(f"DELETE FROM {table}")
        file.commit()
    assert run("journal", "verify").exit_code == 0
    cut = run("journal", "verify", "--checkpoint", str(kept))
    assert cut.exit_code == 1
    assert "was cut" in cut.stdout

    kept.write_text(kept.read_text().replace('"seq":', '"seq":1'))
    altered = run("journal", "verify", "--checkpoint", str(kept))
    assert (altered.exit_code, "signature does not hold" in altered.stderr) == (2, True)
    kept.write_text("{")
    assert "kept.jsonl:1" in run("journal", "verify", "--checkpoint", str(kept)).stderr
    assert "no partner" in run("journal", "checkpoint", "nobody").stderr

"""The migrated schema is the mapped one; whatever is not ours or newer is refused unharmed."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from adapters.store.connection.address import Address, SqliteFile
from adapters.store.connection.schema import MIGRATIONS, migrate, schema_of
from adapters.store.database import open_store
from adapters.store.returns.records import ReturnStep
from engine.errors import RequestFault
from engine.returns.lifecycle import Actor, State, Step
from tests.contracts.schemas import Schema, create_mapped, schema
from tests.postgres import run_in

MakeEmpty = Callable[[str], Address]
FIRST = "0001_first_tables"
ORDERED = {"o1": "2025-05-01", "o2": "0000-00-00"}


def run_sql(address: Address, sql: str) -> None:
    if isinstance(address, SqliteFile):
        with closing(sqlite3.connect(address.path)) as file:
            file.executescript(sql)
    else:
        with run_in(address) as cursor:
            cursor.execute(sql)


_MAPPED: dict[str, tuple[Schema, dict[str, str]]] = {}


@pytest.fixture
def mapped(kind: str, make_empty: MakeEmpty) -> tuple[Schema, dict[str, str]]:
    """What is mapped, as a schema and as a script; the same for every test."""
    if kind not in _MAPPED:
        address = make_empty(kind)
        script = create_mapped(address)
        _MAPPED[kind] = (schema(address), script)
    return _MAPPED[kind]


def altered(folder: Path, kind: str, pattern: str, text: str) -> Path:
    """A copy of the migrations, one place of the first file written anew."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy)
    file = copy / kind / f"{FIRST}.sql"
    before = file.read_text()
    after = re.sub(pattern, text, before, count=1)
    assert after != before
    file.write_text(after)
    return copy


def test_the_migrated_schema_is_the_mapped_one(
    empty: Address, mapped: tuple[Schema, dict[str, str]]
) -> None:
    migrate(empty)

    found, (wanted, script) = schema(empty), mapped
    wrong = {
        name: sorted(found.get(name, frozenset()) ^ wanted.get(name, frozenset()))
        for name in found.keys() | wanted.keys()
        if found.get(name) != wanted.get(name)
    }

    made = "\n\n".join(script.get(name, f"-- no {name}") for name in sorted(wrong))
    assert not wrong, f"these differ: {wrong}\n\nPony would make:\n\n{made}"
    assert len(found) >= 10


@pytest.mark.parametrize(
    "change",
    [
        (r'"name" TEXT NOT NULL', '"name" TEXT'),
        (r'"unit_price" BIGINT', '"unit_price" INTEGER'),
        (r'"programme" TEXT NOT NULL,', '"programme" TEXT NOT NULL, "extra" TEXT,'),
        (r'"asked_by" TEXT NOT NULL', '"asked_for" TEXT NOT NULL'),
        (r'"handle" TEXT UNIQUE', '"handle" TEXT'),
        (r'UNIQUE \("policy", "version"\)', 'UNIQUE ("version", "policy")'),
        (r'CREATE INDEX "idx_edition__owner".*?;', ""),
        (r'"idx_edition__owner"', '"idx_edition_owner"'),
        (r"ON DELETE SET NULL", "ON DELETE CASCADE"),
        (r'PRIMARY KEY \("tenant", "key"\)', 'PRIMARY KEY ("key", "tenant")'),
    ],
)
def test_an_altered_migration_is_told(
    kind: str,
    empty: Address,
    mapped: tuple[Schema, object],
    tmp_path: Path,
    change: tuple[str, str],
) -> None:
    migrate(empty, altered(tmp_path, kind, *change))

    assert schema(empty) != mapped[0]


def test_nothing_is_printed_while_a_database_is_migrated(
    empty: Address, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a statement selects would be, into the answer of whatever command opens the database."""
    migrate(empty)

    assert capfd.readouterr().out == ""


def test_a_database_is_migrated_once(empty: Address) -> None:
    before = schema_of(empty)
    applied = migrate(empty)

    assert (before.applied, before.pending) == ((), applied)
    assert applied[0] == FIRST
    assert migrate(empty) == ()
    assert schema_of(empty).applied == applied


def test_asking_how_far_a_file_is_makes_none(tmp_path: Path) -> None:
    file = SqliteFile(path=tmp_path / "none.sqlite")

    assert schema_of(file).pending[0] == FIRST
    assert not file.path.exists()


def test_a_migration_that_fails_leaves_nothing_behind(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    broken = altered(tmp_path, kind, r"\Z", "\nCREATE TABLE broken (a TEXT, a TEXT);\n")
    with pytest.raises(RequestFault) as fault:
        migrate(empty, broken)

    assert "specified more than once" in fault.value.message or "duplicate" in fault.value.message
    assert schema(empty) == {}
    assert migrate(empty)[0] == FIRST


def test_editions_of_before_are_found_by_the_retailers_that_they_are_for(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0005":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO partner VALUES ('1', 'acme', 'Acme', 'supplier')")
    scopes = ('[["retailer", ["north", "south"]], ["country", ["US"]]]', '[["country", ["US"]]]')
    for number, scope in enumerate((*scopes, "[]", scopes[0])):
        run_sql(
            empty,
            "INSERT INTO edition (id, policy, version, title, owner, text, digest, effective_from,"
            " applies_by, scope, bases, published_at, published_by) VALUES"
            f" ('{number}', 'acme/{number % 3}', {number + 1}, '', '1', '', '', 1, 'requested',"
            f" '{scope}', '[]', '2025-01-01 00:00:00', 'tests')",
        )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        found = {
            retailer: {each.key for each in store.editions.candidates_for("1", [retailer])}
            for retailer in ("north", "west")
        }
    store.close()
    assert found == {"north": {"0", "1", "2", "3"}, "west": {"1", "2"}}


def test_editions_of_before_count_days_in_the_zone_that_they_come_down_to(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0012":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO partner VALUES ('1', 'acme', 'Acme', 'supplier')")
    rows = {
        "plain": ("policy: a\ntime_zone: Europe/Berlin\n", "[]", "{}"),
        "quoted": ('time_zone: "Asia/Tokyo"  # ours\npolicy: b\n', "[]", "{}"),
        "none": ("policy: c\n# time_zone: Asia/Tokyo\nparties:\n  time_zone: x\n", "[]", "{}"),
        "child": ("policy: d\n", '["acme/quoted--north@1#1f", "acme/plain@1#2e"]', "{}"),
        "other": ("policy: e\n", '["law@1#1f"]', '{"law@1": "time_zone: America/Chicago\\n"}'),
    }
    for number, (name, (text, bases, base_texts)) in enumerate(rows.items()):
        run_sql(
            empty,
            "INSERT INTO edition (id, policy, version, title, owner, text, digest, effective_from,"
            " applies_by, scope, bases, base_texts, published_at, published_by) VALUES"
            f" ('{number}', 'acme/{name}', 1, '', '1', '{text}', '', 1, 'requested', '[]',"
            f" '{bases}', '{base_texts}', '2025-01-01 00:00:00', 'tests')",
        )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        found = {each.policy: each.time_zone for each in store.editions.candidates("1")}
    store.close()
    assert found == {
        "acme/plain": "Europe/Berlin",
        "acme/quoted": "Asia/Tokyo",
        "acme/none": "UTC",
        "acme/child": "Europe/Berlin",
        "acme/other": "America/Chicago",
    }
    with pytest.raises((sqlite3.IntegrityError, psycopg2.errors.RestrictViolation)):
        run_sql(empty, "UPDATE edition SET time_zone = 'UTC'")


def test_a_database_of_something_else_is_refused_and_left_as_it_is(empty: Address) -> None:
    run_sql(empty, "CREATE TABLE invoices (id INTEGER PRIMARY KEY)")
    with pytest.raises(RequestFault) as fault:
        migrate(empty)

    assert fault.value.code == "wrong_database"
    assert "`invoices`" in fault.value.message
    assert list(schema(empty)) == ["invoices"]


def test_a_database_of_a_newer_takeback_is_refused(empty: Address, tmp_path: Path) -> None:
    newer = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, newer)
    for folder in newer.iterdir():
        if folder.is_dir():
            (folder / "9999_later.sql").write_text("CREATE TABLE later (id INTEGER);\n")
    migrate(empty, newer)

    with pytest.raises(RequestFault) as fault:
        migrate(empty)
    assert "a newer Takeback made it (`9999_later` was applied)" in fault.value.message


def test_what_an_extension_brings_along_is_not_foreign(make_empty: MakeEmpty) -> None:
    address = make_empty("postgresql")
    run_sql(address, "CREATE TABLE brought (id INTEGER)")
    try:
        run_sql(address, "ALTER EXTENSION plpgsql ADD TABLE brought")
    except psycopg2.errors.InsufficientPrivilege:
        pytest.skip("only a superuser may put a table into an extension")
    applied = migrate(address)
    run_sql(address, "ALTER EXTENSION plpgsql DROP TABLE brought")

    assert applied[0] == FIRST


def test_editions_of_before_are_in_the_currency_that_they_come_down_to(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0019":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO partner VALUES ('1', 'acme', 'Acme', 'supplier')")
    rows = {
        "plain": ("policy: a\ncurrency: EUR\n", "[]", "{}"),
        "quoted": ('currency: "USD"  # ours\npolicy: b\n', "[]", "{}"),
        "agreed": ("policy: c\ncurrency: agreed.money\n", "[]", "{}"),
        "child": ("policy: d\n", '["acme/quoted--north@1#1f", "acme/plain@1#2e"]', "{}"),
        "other": ("policy: e\n", '["law@1#1f"]', '{"law@1": "currency: GBP\\n"}'),
    }
    for number, (name, (text, bases, base_texts)) in enumerate(rows.items()):
        run_sql(
            empty,
            "INSERT INTO edition (id, policy, version, title, owner, text, digest, effective_from,"
            " applies_by, time_zone, scope, bases, base_texts, language, published_at,"
            f" published_by) VALUES ('{number}', 'acme/{name}', 1, '', '1', '{text}', '', 1,"
            f" 'requested', 'UTC', '[]', '{bases}', '{base_texts}', 1, '2025-01-01 00:00:00', 't')",
        )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        found = {each.policy: each.currency for each in store.editions.candidates("1")}
    store.close()
    assert found == {
        "acme/plain": "EUR",
        "acme/quoted": "USD",
        "acme/agreed": "",
        "acme/child": "EUR",
        "acme/other": "GBP",
    }


def test_payments_of_before_have_the_charge_that_they_named(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0020":
            file.unlink()
    migrate(empty, before)
    names = [("a", "o1", "ch_1", ""), ("b", "o2", "ch_1", "in_1"), ("c", "o1", "", "in_2")]
    for key, order, charge, invoice in [*names, ("d", "o1", "", "")]:
        run_sql(
            empty,
            f"INSERT INTO payment VALUES ('{key}', 's', 'r', '{order}', '{key}', '{charge}',"
            f" '{invoice}', '', 'USD', 1000)",
        )
    run_sql(empty, "INSERT INTO dispute VALUES ('dp_1', 'a', 'lost')")

    migrate(empty)

    store = open_store(empty)
    with store.session():
        assert [each.id for each in store.payments.of_order("o1", "s")] == ["a", "c", "d"]
        left = {key: store.refunds.left_of(key).minor for key in "abcd"}
        disputed = {key: store.refunds.is_disputed(key) for key in "abcd"}
    store.close()
    assert left == {"a": 0, "b": 0, "c": 1_000, "d": 1_000}
    assert disputed == {"a": True, "b": True, "c": False, "d": False}


def test_what_lists_are_narrowed_by_is_read_off_the_rows_of_before(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0025":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO partner VALUES ('s', 'acme', '', 'supplier')")
    run_sql(empty, "INSERT INTO partner VALUES ('r', 'shop', '', 'retailer')")
    tracking = '[{"carrier": "UPS", "number": "1z 5-5"}, {"carrier": "X", "number": "1Z55"}]'
    ordered = '{"ordered": "2025-05-01T10:00:00+02:00"}'
    for key, dates, parcels in (("o1", ordered, tracking), ("o2", "{}", "[]")):
        run_sql(
            empty,
            "INSERT INTO purchase (id, retailer, supplier, number, currency, dates, country,"
            " channel, facts, said_by, tracking)"
            f" VALUES ('{key}', 'r', 's', '{key}', 'USD', '{dates}', '', '', '{{}}', '',"
            f" '{parcels}')",
        )
    moment = "'2025-05-02 00:00:00'"
    run_sql(empty, f"INSERT INTO consumer_return VALUES ('w', 'r', '', {moment})")
    run_sql(
        empty,
        'INSERT INTO goods_return (id, number, part_of, supplier, retailer, "order", state,'
        " held_for, requested_at, expires_on, parcels, events, taken, waits) VALUES ('g', 'R-1',"
        f" 'w', 's', 'r', 'o1', 'closed', '', {moment}, '', '{tracking}', '{{}}', '{{}}', '')",
    )
    for place, facts in enumerate(('{"reason":"defective"}', "{}")):
        run_sql(
            empty,
            "INSERT INTO return_line (id, part_of, place, order_line, sku, quantity, reserved,"
            " expected, received, inspected, refused, worth, currency, planned, planned_tax,"
            " outbound, value, facts, told, edition, digest, terms, location, return_to, outcome)"
            f" VALUES ('l{place}', 'g', {place}, 'x', 'A', 1, 0, 0, 0, 0, 0, 0, 'USD', 0, 0, 0, 0,"
            f" '{facts}', '[]', '', '', '{{}}', '', '{{}}', '{{\"answer\": \"accept\"}}')",
        )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        rows = store.orders._tables
        assert {row.id: row.ordered_on for row in rows.Order.select()} == ORDERED
        tracked = {(row.number, row.subject) for row in rows.Tracked.select()}
        lines = {
            row.id: (row.reason, row.supplier, row.retailer, row.requested_on, row.answer)
            for row in store.tenant_returns._tables.ReturnLine.select()
        }
    store.close()
    assert tracked == {("1Z55", "o1"), ("1Z55", "g")}
    its = ("s", "r", "2025-05-02", "accept")
    assert lines == {"l0": ("defective", *its), "l1": ("", *its)}


def test_the_steps_of_before_stand_with_their_return(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0033":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO consumer_return VALUES ('w', 'r', '', '2025-05-02 00:00:00')")
    for key in "gh":
        run_sql(
            empty,
            'INSERT INTO goods_return (id, number, part_of, supplier, retailer, "order", state,'
            " held_for, requested_at, expires_on, parcels, events) VALUES"
            f" ('{key}', 'R-{key}', 'w', 's', 'r', 'o', 'approved', '', '2025-05-02 00:00:00', '',"
            " '[]', '{}')",
        )
    for row in (
        "2, 'approve', 'in_review', 'approved', 'supplier', 'k2', '2025-05-02 10:00:00.000050',"
        " 'A \"known\" fault; é'",
        "1, 'hold', 'requested', 'in_review', 'policy', 'policy', '2025-05-02 09:00:00', ''",
    ):
        run_sql(empty, f"INSERT INTO return_step VALUES ('g', {row})")

    migrate(empty)

    store = open_store(empty)
    with store.session():
        found = store.tenant_returns.some(["g", "h"])
    store.close()
    at = datetime(2025, 5, 2, 10, tzinfo=UTC)
    held = ReturnStep(
        number=1,
        step=Step.HOLD,
        before=State.REQUESTED,
        after=State.IN_REVIEW,
        actor=Actor.POLICY,
        by="policy",
        at=at.replace(hour=9),
        why="",
    )
    approved = ReturnStep(
        number=2,
        step=Step.APPROVE,
        before=State.IN_REVIEW,
        after=State.APPROVED,
        actor=Actor.SUPPLIER,
        by="k2",
        at=at.replace(microsecond=50),
        why='A "known" fault; é',
    )
    assert found["g"].history == (held, approved)
    assert found["h"].history == ()


def test_what_a_gateway_refused_before_has_a_new_key(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0040":
            file.unlink()
    migrate(empty, before)
    sent, last = "'2025-12-01 10:00:00'", "'', 0, 0"
    for key, state, trouble, first in (
        ("refused", "needs_attention", "charge_disputed", sent),
        ("held back", "needs_attention", "over_ceiling", sent),
        ("unanswered", "needs_attention", "no_answer", sent),
        ("unsent", "needs_attention", "by_hand", "NULL"),
        ("failed", "failed", "expired_or_canceled_card", sent),
    ):
        run_sql(
            empty,
            "INSERT INTO settlement (id, return_line, sequence, order_line, supplier, retailer,"
            " instrument, currency, amount, state, trouble, sentence, why, instead_of, line_most,"
            " claimed, reference, generation, attempts, polls, owner, made_at, first_sent) VALUES"
            f" ('{key}', '{key}', 1, 'ol', 's', 'r', 'refund', 'USD', 900, '{state}', '{trouble}',"
            f" '', '', {last}, '', 1, 1, 0, '', {sent}, {first})",
        )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        keys = ("refused", "held back", "unanswered", "unsent", "failed")
        found = [store.settlements.by_id(each) for each in keys]
    store.close()
    assert [each.generation for each in found if each] == [2, 1, 1, 1, 1]


def test_an_order_of_before_has_the_last_day_of_its_lines_with_units_left(
    kind: str, empty: Address, tmp_path: Path
) -> None:
    before = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, before)
    for file in (before / kind).iterdir():
        if file.name[:4] >= "0041":
            file.unlink()
    migrate(empty, before)
    run_sql(empty, "INSERT INTO partner VALUES ('s', 'acme', '', 'supplier')")
    run_sql(empty, "INSERT INTO partner VALUES ('r', 'shop', '', 'retailer')")
    run_sql(
        empty,
        "INSERT INTO product (id, supplier, sku, title, facts) VALUES (1, 's', 'A', '', '{}')",
    )
    early, late, never = "2025-06-01", "2025-06-30", "9999-99-99"
    lines = {
        "both": ((1, early), (1, late)),
        "early": ((1, early), (0, late)),
        "none": ((0, early), (0, late)),
        "one": ((1, never), (0, late)),
    }
    for order, days in lines.items():
        run_sql(
            empty,
            "INSERT INTO purchase (id, retailer, supplier, number, currency, dates, country,"
            " channel, facts, said_by, tracking, last_day)"
            f" VALUES ('{order}', 'r', 's', '{order}', 'USD', '{{}}', '', '', '{{}}', '', '[]',"
            f" '{late}')",
        )
        for place, (left, day) in enumerate(days):
            run_sql(
                empty,
                'INSERT INTO purchase_line (id, "order", number, product, quantity, returned,'
                " cancelled, unit_price, dates, facts, last_day)"
                f" VALUES ('{order} {place}', '{order}', '{place}', 1, 3, {2 - left}, 1, 100,"
                f" '{{}}', '{{}}', '{day}')",
            )

    migrate(empty)

    store = open_store(empty)
    with store.session():
        found = {row.id: row.last_day for row in store.orders._tables.Order.select()}
    store.close()
    assert found == {"both": late, "early": early, "none": never, "one": never}

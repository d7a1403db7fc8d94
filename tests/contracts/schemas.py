"""What a database really holds: columns, keys and indexes as plain sets, for comparing two."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from pony.orm import Database

from adapters.store.connection.address import Address, PostgresDatabase, SqliteFile
from adapters.store.mapping import binding, mapped
from tests.postgres import run_in

Schema = dict[str, frozenset[str]]
"""By table: one line for each column, key and index."""

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%'
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped"""
_KEYS = """
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'public'::regnamespace"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def schema(address: Address) -> Schema:
    """Everything but yoyo's own tables, triggers and defaults."""
    found = _sqlite(address) if isinstance(address, SqliteFile) else _postgres(address)
    return {name: frozenset(lines) for name, lines in found.items() if "yoyo" not in name}


def create_mapped(address: Address) -> dict[str, str]:
    """Lets Pony make the tables that are mapped; what it ran, by table."""
    database = Database()
    mapped(database)
    database.bind(**binding(address))
    database.generate_mapping(create_tables=True)
    made: set[Any] = set()
    script = {
        table.name: ";\n".join(
            each.get_create_command() for each in table.get_objects_to_create(made)
        )
        for table in database.schema.order_tables_to_create()
    }
    database.disconnect()
    return script


def _postgres(address: PostgresDatabase) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with run_in(address) as cursor:
        cursor.execute(_COLUMNS)
        for table, name, type_, filled, counted in cursor.fetchall():
            line = f"column {name} {type_}{' not null' * filled}{' counted' * bool(counted)}"
            found.setdefault(table, []).append(line)
        for what, query in (("key", _KEYS), ("index", _INDEXES)):
            cursor.execute(query)
            for table, name, definition in cursor.fetchall():
                found[table].append(f"{what} {name} {definition}")
    return found


def _sqlite(address: SqliteFile) -> dict[str, list[str]]:
    with closing(sqlite3.connect(address.path)) as file:
        tables = file.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        return {name: [*_sqlite_lines(file, name), *_counted(sql)] for name, sql in tables}


def _sqlite_lines(file: sqlite3.Connection, table: str) -> list[str]:
    lines = [
        f"column {name} {type_}{' not null' * filled} {key or ''}"
        for _, name, type_, filled, _, key in file.execute(f'PRAGMA table_info("{table}")')
    ]
    lines += [
        f"key {row[3]} to {row[2]}.{row[4]}, on delete {row[6]}"
        for row in file.execute(f'PRAGMA foreign_key_list("{table}")')
    ]
    for _, name, unique, origin, _ in file.execute(f'PRAGMA index_list("{table}")').fetchall():
        columns = [row[2] for row in file.execute(f'PRAGMA index_info("{name}")')]
        made = name if origin == "c" else "of a key"
        lines.append(f"index {made} ({', '.join(columns)}){' unique' * unique}")
    return lines


def _counted(sql: str) -> list[str]:
    return ["counted"] if "AUTOINCREMENT" in sql else []

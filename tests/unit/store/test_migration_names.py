"""Both databases have the same migrations, numbered without a gap."""

from adapters.store.connection.schema import MIGRATIONS


def test_both_databases_have_the_same_migrations_numbered_without_a_gap() -> None:
    names = {kind: sorted(each.name for each in (MIGRATIONS / kind).iterdir()) for kind in KINDS}

    assert names["sqlite"] == names["postgresql"]
    numbers = [int(name[:4]) for name in names["sqlite"]]
    assert numbers == list(range(1, len(numbers) + 1))


KINDS = ("sqlite", "postgresql")

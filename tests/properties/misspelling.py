"""Breaks one thing in a policy, as people do while typing; the same seed breaks the same."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Data = Any


class Spot(NamedTuple):
    """A value in plain data: the map or list around it, and where in there it stands."""

    holder: dict[str, Data] | list[Data]
    key: str | int
    value: Data


SCALARS = (0, 3, -1, 2.5, True, False, None, "", "zzz", "none", "known", "agreed", 10**13)
TEXTS = (
    *("USD 15.00", "USD 5", "USD 5.123", "USD -5.00", "XXX 5.00", "usd 5.00", "5.00 USD", "EUR 5"),
    *("JPY 5.5", "30 days", "30 day", "30", "days", "-3 days", "50000 days", "2 clock days"),
    *("48 hours", "5 fortnights", "1.5 days", "15%", "15", "% 15", "15.55555%", "150%", "-5%"),
    *(
        "2025-01-31",
        "2025-02-30",
        "2023-02-29",
        "2024-02-29",
        "1800-01-01",
        "2025-1-1",
        "31.01.2025",
    ),
    *("15% of item_price", "15% of", "15 of item_price", "item_price", "label_cost", "delivered"),
    *("10% of 10% of USD 5.00", "quantity", "reason", "defective", "refuse", "accept", "review"),
    *("consumer", "claimant", "operator", "supplier_warehouse", "country US", "ship_back", "keep"),
    *("two_readings", "next_business_day", "start_day_is_first", "a b", "A-B", "x" * 130),
)


def spots(data: Data) -> Iterator[Spot]:
    """Every value below `data`."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield Spot(data, key, value)
        if isinstance(value, dict | list):
            yield from spots(value)


def maps(data: Data) -> list[dict[str, Data]]:
    """Every map, the whole one included."""
    return [data, *(spot.value for spot in spots(data) if isinstance(spot.value, dict))]


def misspelt(word: str, draw: random.Random) -> str:
    """A word with a letter too few, too many, or two of them swapped."""
    if len(word) < 2:
        return f"{word}x"
    at = draw.randrange(len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return draw.choice((word[:at] + word[at + 1 :], f"{word[:at]}q{word[at:]}", swapped))


def renamed(holder: dict[str, Data], key: str, name: str) -> None:
    """Gives a key another name, in its place."""
    entries = [(name if each == key else each, value) for each, value in holder.items()]
    holder.clear()
    holder.update(entries)


def deletes_a_key(data: Data, draw: random.Random, pool: Data) -> None:
    holder = draw.choice([each for each in maps(data) if each])
    del holder[draw.choice(list(holder))]


def misspells_a_key(data: Data, draw: random.Random, pool: Data) -> None:
    holder = draw.choice([each for each in maps(data) if each])
    key = draw.choice(list(holder))
    renamed(holder, key, misspelt(key, draw))


def adds_an_unknown_key(data: Data, draw: random.Random, pool: Data) -> None:
    draw.choice(maps(data))[draw.choice(("zzz", "note", "Zzz", "x y"))] = draw.choice(SCALARS)


def adds_a_key_of_elsewhere(data: Data, draw: random.Random, pool: Data) -> None:
    key, value = draw.choice(pool)
    holder = draw.choice(maps(data))
    near = [each for each in maps(data) if key in each]
    if near and draw.random() < 0.5:
        like = draw.choice(near)
        alike = [each for each in maps(data) if set(each) & (set(like) - {key})]
        holder = draw.choice(alike or [holder])
    holder[key] = copy.deepcopy(value)


def misspells_a_word(data: Data, draw: random.Random, pool: Data) -> None:
    said = [spot for spot in spots(data) if isinstance(spot.value, str) and spot.value]
    spot = draw.choice(said)
    spot.holder[spot.key] = misspelt(spot.value, draw)  # type: ignore[index]


def writes_another_scalar(data: Data, draw: random.Random, pool: Data) -> None:
    flat = [spot for spot in spots(data) if not isinstance(spot.value, dict | list)]
    spot = draw.choice(flat)
    spot.holder[spot.key] = draw.choice((*SCALARS, *TEXTS, *TEXTS))  # type: ignore[index]


def writes_another_shape(data: Data, draw: random.Random, pool: Data) -> None:
    spot = draw.choice(list(spots(data)))
    inner = copy.deepcopy(spot.value)
    shapes: tuple[Data, ...] = ([], {}, [inner], {"zzz": inner}, "zzz", 5, None, [inner, inner])
    spot.holder[spot.key] = draw.choice(shapes)  # type: ignore[index]


def takes_a_value_from_elsewhere(data: Data, draw: random.Random, pool: Data) -> None:
    spot = draw.choice(list(spots(data)))
    spot.holder[spot.key] = copy.deepcopy(draw.choice(pool)[1])  # type: ignore[index]


def turns_a_map_into_a_list(data: Data, draw: random.Random, pool: Data) -> None:
    found = [spot for spot in spots(data) if isinstance(spot.value, dict | list)]
    spot = draw.choice(found)
    value = spot.value
    other = list(value.values()) if isinstance(value, dict) else dict(enumerate(value))
    named = other if isinstance(other, list) else {f"k{key}": each for key, each in other.items()}
    spot.holder[spot.key] = named  # type: ignore[index]


KEPT = (
    *("policy", "version", "effective", "currency", "parties", "extends", "changes", "agreed"),
    *("values", "groups", "facts", "codes", "deadlines", "window", "limits", "fees"),
)
"""What is never cut: the header, and what other topics name."""
WAYS: tuple[Callable[[Data, random.Random, Data], None], ...] = (
    deletes_a_key,
    misspells_a_key,
    adds_an_unknown_key,
    adds_a_key_of_elsewhere,
    misspells_a_word,
    writes_another_scalar,
    writes_another_shape,
    takes_a_value_from_elsewhere,
    turns_a_map_into_a_list,
)


def smaller(data: Data, draw: random.Random) -> Data:
    """A copy with some topics and a test or two, so that many can be tried."""
    kept = {key: value for key, value in data.items() if key in KEPT or draw.random() < 0.5}
    found = copy.deepcopy(kept)
    if isinstance(cases := found.get("tests", {}).get("cases"), list):
        found["tests"]["cases"] = draw.sample(cases, min(len(cases), 2))
    return found


def broken(data: Data, draw: random.Random, pool: Data) -> tuple[str, Data]:
    """A copy of a policy with one thing changed, and the way in which."""
    way = draw.choice(WAYS)
    found = copy.deepcopy(data)
    way(found, draw, pool)
    return way.__name__.replace("_", " "), found

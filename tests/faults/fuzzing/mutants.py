"""Broken policies made of good ones, by text and by tree; the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.faults.fuzzing import nasties
from tests.faults.fuzzing.corpus import examples, shipped, trees, written
from tests.faults.fuzzing.places import Place, places, put

KEPT = ("policy", "version", "effective", "currency", "extends", "changes")
"""What a cut policy keeps; most mutants are cut, so that ten thousand take a minute."""
NAMES = ("values", "groups", "facts", "codes", "agreed", "business_days", "parties")


def of_text(random: Random) -> str:
    """A text with one to four things done to it."""
    text = random.choice(examples() if random.random() < 0.7 else shipped())
    if random.random() < 0.7:
        lines = text.split("\n")
        start = random.randrange(len(lines))
        text = "\n".join([*lines[:5], *lines[start : start + random.randrange(5, 40)]])
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        text = random.choice(ON_TEXT)(text, random)
    return text


def of_tree(random: Random) -> str:
    """A policy with one to three of its nodes changed, moved, doubled or lost."""
    tree = cut(random.choice(trees()), random)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        random.choice(ON_TREE)(tree, random)
    return written(tree).lstrip("\n") + "\n"


def of_two(random: Random) -> str:
    """One half of a policy after another's, or one policy with topics of another."""
    if random.random() < 0.3:
        one, other = (random.choice(examples()).split("\n") for _ in range(2))
        return "\n".join(
            [*one[: random.randrange(len(one))], *other[random.randrange(len(other)) :]]
        )
    tree, other_tree = (cut(random.choice(trees()), random) for _ in range(2))
    for key in random.sample([*other_tree], min(len(other_tree), random.randrange(1, 6))):
        tree[key] = deepcopy(other_tree[key])
    return written(tree).lstrip("\n") + "\n"


def cut(tree: dict[str, Any], random: Random) -> dict[str, Any]:
    """A copy, mostly of a few topics, rows and tests only."""
    if random.random() < 0.06:
        return deepcopy(tree)
    wanted = random.uniform(0.1, 0.6)
    found = {
        key: node
        for key, node in tree.items()
        if key in KEPT or (key in NAMES and random.random() < 0.8) or random.random() < wanted
    }
    found = deepcopy(found)
    tests = found.get("tests")
    if isinstance(tests, dict) and isinstance(tests.get("cases"), list):
        tests["cases"] = random.sample(tests["cases"], min(len(tests["cases"]), 2))
    return found


# --- on a text ------------------------------------------------------------------------------------


def _place(text: str, random: Random) -> int:
    return random.randrange(len(text) + 1)


def put_in(text: str, random: Random) -> str:
    at = _place(text, random)
    return text[:at] + random.choice(nasties.CHARACTERS) * random.choice((1, 1, 2, 30)) + text[at:]


def put_word_in(text: str, random: Random) -> str:
    at = _place(text, random)
    return text[:at] + random.choice(nasties.SCALARS) + text[at:]


def cut_off(text: str, random: Random) -> str:
    return text[: _place(text, random)]


def flip(text: str, random: Random) -> str:
    """Some bits of its bytes; what is no UTF-8 any more becomes lone surrogates."""
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(random.choice((1, 1, 3, 20)) if data else 0):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return data.decode("utf-8", random.choice(("surrogateescape", "replace")))


def take_out(text: str, random: Random) -> str:
    at = _place(text, random)
    return text[:at] + text[at + random.choice((1, 1, 3, 40)) :]


def shuffle_lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    way = random.randrange(5)
    at = random.randrange(len(lines))
    if way == 0:
        random.shuffle(lines)
    elif way == 1:
        lines.insert(random.randrange(len(lines)), lines[at])
    elif way == 2:
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    elif way == 3:
        lines[at] = " " * random.randrange(30) + lines[at].lstrip()
    else:
        lines[at] = lines[at] * random.choice((2, 50))
    return random.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines)


def swap_words(text: str, random: Random) -> str:
    words = text.split(" ")
    one, other = random.randrange(len(words)), random.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def mark(text: str, random: Random) -> str:
    """Anchors, aliases, tags and block scalars where a value begins."""
    marks = (
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "! ",
        "|\n",
        ">-\n  ",
        "? ",
        "!<x> ",
        "<<: ",
    )
    parts = text.split(": ")
    at = random.randrange(len(parts))
    parts[at] = random.choice(marks) + parts[at]
    return ": ".join(parts)


ON_TEXT: tuple[Callable[[str, Random], str], ...] = (
    *(put_in, put_in, put_word_in, put_word_in, cut_off, flip, flip, take_out, take_out),
    *(shuffle_lines, shuffle_lines, swap_words, mark),
)


# --- on a tree ------------------------------------------------------------------------------------


def swap_nodes(tree: dict[str, Any], random: Random) -> None:
    found = places(tree)
    one, other = random.choice(found), random.choice(found)
    first, second = deepcopy(one.value), deepcopy(other.value)
    put(one, second)
    put(other, first)


def swap_scalars(tree: dict[str, Any], random: Random) -> None:
    found = [each for each in places(tree) if not isinstance(each.value, dict | list)]
    one, other = random.choice(found), random.choice(found)
    first, second = one.value, other.value
    put(one, second)
    put(other, first)


def lose(tree: dict[str, Any], random: Random) -> None:
    place = random.choice(places(tree))
    del place.within[place.at]


def double(tree: dict[str, Any], random: Random) -> None:
    place = random.choice(places(tree))
    copy = deepcopy(place.value)
    if isinstance(place.within, list):
        place.within.insert(place.at, copy)
    else:
        place.within[random.choice((*nasties.KEYS, *place.within))] = copy


def replace_scalar(tree: dict[str, Any], random: Random) -> None:
    found = [each for each in places(tree) if not isinstance(each.value, dict | list)]
    put(random.choice(found), random.choice(nasties.SCALARS))


def replace_alike(tree: dict[str, Any], random: Random) -> None:
    """By the value of the same key in another policy."""
    found: list[Place] = places(tree)
    place = random.choice(found)
    alike = [each for each in places(random.choice(trees())) if each.at == place.at]
    if alike:
        put(place, deepcopy(random.choice(alike).value))


def retype(tree: dict[str, Any], random: Random) -> None:
    place = random.choice(places(tree))
    node = place.value
    other: list[Any] = [None, True, 0, -1, 1.5, "", "word", [], {}, [node], {"a": node}, [[node]]]
    if isinstance(node, list):
        other += [{str(n): each for n, each in enumerate(node)}, *node[:1]]
    if isinstance(node, dict):
        other += [[*node.values()], [*node], "".join(node)]
    put(place, deepcopy(random.choice(other)))


def rename(tree: dict[str, Any], random: Random) -> None:
    found = [each for each in places(tree) if isinstance(each.within, dict)]
    place, spelled = random.choice(found), random.choice(found).at
    names = (random.choice(nasties.KEYS), spelled, f"{place.at}s", str(place.at)[1:])
    place.within[random.choice(names)] = place.within.pop(place.at)


def nest(tree: dict[str, Any], random: Random) -> None:
    place = random.choice(places(tree))
    node = place.value
    for _ in range(random.choice((1, 3, 8, 30))):
        node = [node] if random.random() < 0.5 else {random.choice(("any_of", "is", "a")): node}
    put(place, node)


def multiply(tree: dict[str, Any], random: Random) -> None:
    found = [each for each in places(tree) if isinstance(each.value, list) and each.value]
    if found:
        put(place := random.choice(found), place.value * random.choice((2, 5, 40)))


def shuffle(tree: dict[str, Any], random: Random) -> None:
    found = [each for each in places(tree) if isinstance(each.value, list)]
    if found:
        random.shuffle(random.choice(found).value)


def shift(tree: dict[str, Any], random: Random) -> None:
    """Numbers a little or much larger, dates to an edge."""
    found = [each for each in places(tree) if any(map(str.isdigit, str(each.value)[-6:]))]
    found = [each for each in found if not isinstance(each.value, dict | list)]
    place = random.choice(found or places(tree))
    text = str(place.value)
    number = random.choice(nasties.NUMBERS)
    edges = (*nasties.DATES, number, text.translate(str.maketrans("0123456789", "1239990009")))
    put(place, random.choice((*edges, f"{text[:-1]}{random.randrange(10)}")))


ON_TREE: tuple[Callable[[dict[str, Any], Random], None], ...] = (
    *(swap_nodes, swap_scalars, swap_scalars, lose, lose, double, replace_scalar, replace_scalar),
    *(replace_alike, replace_alike, replace_alike, retype, rename, nest, multiply, shuffle, shift),
)

"""A small schema in which everything happens: nulls, errors, unions, lists in lists, mutations."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import strawberry


class Trouble(Exception):
    """What some resolvers raise."""


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str

    @strawberry.field
    def maybe(self, fail: bool = False) -> str | None:
        if fail:
            raise Trouble(f"maybe {self.name}")
        return self.name if len(self.name) % 2 else None

    @strawberry.field
    def surely(self, fail: bool = False) -> str:
        if fail:
            raise Trouble(f"surely {self.name}")
        return self.name


@strawberry.type
class Dog(Named):
    barks: int = 3

    @strawberry.field
    def friends(self, first: int = 2) -> list[Pet]:
        return [make(f"{self.name}{at}") for at in range(max(0, min(first, 3)))]


@strawberry.type
class Cat(Named):
    colour: Colour = Colour.BLUE

    @strawberry.field
    def lost(self) -> list[Named | None]:
        return [make(f"{self.name}x"), None]

    @strawberry.field
    def broken(self) -> str:
        return None  # type: ignore[return-value]


Pet = Annotated[Dog | Cat, strawberry.union("Pet")]


def make(name: str) -> Dog | Cat:
    return Dog(name=name) if len(name) % 2 else Cat(name=name)


@strawberry.input
class Inner:
    word: str | None = None
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED])
    again: Inner | None = None


@strawberry.input
class Given:
    number: int
    inner: Inner | None = None
    inners: list[Inner | None] | None = strawberry.UNSET
    ratio: float = 0.5
    key: strawberry.ID | None = strawberry.UNSET


@strawberry.type
class Query:
    @strawberry.field
    def pet(self, name: str = "rex") -> Pet:
        return make(name)

    @strawberry.field
    def named(self, name: str | None = "tom") -> Named | None:
        return make(name) if name else None

    @strawberry.field
    def pets(self, names: list[str]) -> list[Pet | None]:
        return [make(each) if each else None for each in names]

    @strawberry.field
    def grid(self, size: int = 2) -> list[list[int | None]]:
        return [[row * at or None for at in range(min(size, 3))] for row in range(min(size, 3))]

    @strawberry.field
    def given(self, info: strawberry.Info, given: Given, colour: Colour | None = None) -> str:
        if given.number > 3:
            raise Trouble(f"too many of {info.context}")
        return f"{given!r} {colour!r} {info.context}"

    @strawberry.field
    def listed(self, many: list[Given] | None = None, flag: bool | None = strawberry.UNSET) -> str:
        return f"{many!r} {flag!r}"

    @strawberry.field
    def odd(self) -> list[int]:
        return 3  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, info: strawberry.Info, given: Given, name: str = "max") -> Pet:
        if given.number < 0:
            raise Trouble("rename")
        return make(name)

    @strawberry.mutation
    def count(self, by: int = 1) -> int | None:
        if by > 3:
            raise Trouble("count")
        return by


SMALL = strawberry.Schema(query=Query, mutation=Mutation, types=[Dog, Cat])

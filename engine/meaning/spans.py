"""Sets of integers as sorted disjoint ranges, such as the values that pass a test."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[tuple[int, int], ...]
"""Ranges with both ends included, lowest first, with a gap between each two."""


def one(value: int) -> Span:
    """Returns the set of a single value."""
    return ((value, value),)


def union(*spans: Iterable[tuple[int, int]]) -> Span:
    """Returns the union of sets; ranges that touch become one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(pair for span in spans for pair in span):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def common(first: Span, second: Span) -> Span:
    """Returns the intersection of two sets."""
    if first == second:
        return first
    found: list[tuple[int, int]] = []
    at = 0
    for low, high in first:
        while at < len(second) and second[at][1] < low:
            at += 1
        step = at
        while step < len(second) and second[step][0] <= high:
            found.append((max(low, second[step][0]), min(high, second[step][1])))
            step += 1
    return tuple(found)


def without(span: Span, gone: Span) -> Span:
    """Returns the values of the first set that are not in the second."""
    found: list[tuple[int, int]] = []
    for low, high in span:
        start = low
        for first, last in gone:
            if last < start or first > high:
                continue
            if first > start:
                found.append((start, first - 1))
            start = last + 1
        if start <= high:
            found.append((start, high))
    return tuple(found)


def covers(span: Span, value: int) -> bool:
    """Whether a value is in the set."""
    return any(low <= value <= high for low, high in span)

"""Numbers words; all policies of a graph share one book, so that a word has one number in all."""

from __future__ import annotations

from typing import Final

from engine.policy.model import Policy
from engine.policy.vocabulary import FactType

OTHER: Final = 0
"""Any word that no policy names."""


class Book:
    """Numbers words from 1, in the order in which they occur; None is 0."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []
        self.of: dict[str, dict[str, None]] = {}
        """The words that policies name for each fact."""

    def number(self, word: object) -> int:
        """Returns the number of a word; a new word gets the next one."""
        if word is None:
            return OTHER
        text = str(word)
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self._words) + 1
            self._words.append(text)
        return found

    @property
    def words(self) -> tuple[str, ...]:
        """All words, in the order of their numbers."""
        return tuple(self._words)

    def word(self, number: int) -> str | None:
        """Returns the word of a number; None for 0."""
        return self._words[number - 1] if number > 0 else None

    def name(self, fact: str, word: str) -> int:
        """Notes that a policy names a word for a fact; returns its number."""
        self.of.setdefault(fact, {})[word] = None
        return self.number(word)

    def learn(self, policy: Policy) -> None:
        """Notes the words that a policy declares."""
        for name, fact in policy.facts.items():
            if fact.type in (FactType.WORD, FactType.SET):
                for word in fact.words or ():
                    self.name(name, word)

"""Expression tree: conditions on an item's categories, into which category expressions are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from palate.words import fold


class Expression(ABC):
    """A condition on the categories of an item."""

    @abstractmethod
    def matches(self, categories: frozenset[str]) -> bool:
        """Whether an item with these categories, each as `folded` has it, fulfils the condition."""

    @abstractmethod
    def names(self) -> frozenset[str]:
        """The categories that the condition names, each as `folded` has it."""


@dataclass(frozen=True)
class Category(Expression):
    """The item has the category."""

    name: str

    def matches(self, categories: frozenset[str]) -> bool:
        return self.name in categories

    def names(self) -> frozenset[str]:
        return frozenset({self.name})


@dataclass(frozen=True)
class Not(Expression):
    """The part does not match."""

    part: Expression

    def matches(self, categories: frozenset[str]) -> bool:
        return not self.part.matches(categories)

    def names(self) -> frozenset[str]:
        return self.part.names()


@dataclass(frozen=True)
class Every(Expression):
    """All parts match."""

    parts: tuple[Expression, ...]

    def matches(self, categories: frozenset[str]) -> bool:
        return all(part.matches(categories) for part in self.parts)

    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.names() for part in self.parts))


@dataclass(frozen=True)
class Some(Expression):
    """At least one part matches."""

    parts: tuple[Expression, ...]

    def matches(self, categories: frozenset[str]) -> bool:
        return any(part.matches(categories) for part in self.parts)

    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.names() for part in self.parts))


def folded(name: str) -> str:
    """A name as names are compared: without case and accents, with one space where there is white space."""
    return " ".join(fold(name).split())

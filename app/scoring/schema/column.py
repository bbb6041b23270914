"""How a raw table is declared: its columns in file order, each with its kind, sentinels and allowed values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import ibis

Kind = Literal["id", "number", "flag", "category"]
Value = float | str

UNKNOWN_DAY = 365243.0
"""A thousand years: what the source system writes in a DAYS column for "no such day"."""
XNA, XAP = "XNA", "XAP"
"""Not available; not applicable."""

_DTYPES = {"id": "int64", "number": "float64", "flag": "float64", "category": "string"}


@dataclass(frozen=True, slots=True)
class Column:
    """One raw column.

    Attributes:
        name: as the file's header has it.
        kind: "id" (whole number), "number", "flag" (0 or 1), "category" (text).
        nullable: whether the public data leave it empty somewhere.
        sentinels: raw values that mean "missing"; they become NULL.
        values: the allowed values besides the sentinels; empty when any will do.
        unique: whether it is the table's key.
        parent: the table whose key it refers to; "application" for the two application files together.
    """

    name: str
    kind: Kind
    nullable: bool = True
    sentinels: tuple[Value, ...] = ()
    values: tuple[Value, ...] = ()
    unique: bool = False
    parent: str | None = None

    @property
    def dtype(self) -> str:
        """Ibis type of the cleaned column: "int64", "float64" or "string"."""
        return _DTYPES[self.kind]

    @property
    def numeric(self) -> bool:
        """Whether it is read as float64."""
        return self.kind in ("number", "flag")


@dataclass(frozen=True)
class TableSchema:
    """One raw table: its file name without ending, and its columns in file order."""

    name: str
    columns: tuple[Column, ...]

    def __getitem__(self, column: str) -> Column:
        return next(declared for declared in self.columns if declared.name == column)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def types(self) -> ibis.Schema:
        """The cleaned table's Ibis schema."""
        return ibis.schema({column.name: column.dtype for column in self.columns})

    @cached_property
    def raw_types(self) -> ibis.Schema:
        """The Ibis schema before cleaning: ids are float64, so that a broken one can be seen."""
        return ibis.schema(
            {column.name: "string" if column.kind == "category" else "float64" for column in self.columns}
        )


def key(name: str) -> Column:
    """An id that names one row of its table."""
    return Column(name, "id", nullable=False, unique=True)


def reference(name: str, parent: str) -> Column:
    """An id that names a row of another table."""
    return Column(name, "id", nullable=False, parent=parent)


def numbers(names: str, nullable: bool = True, sentinels: tuple[Value, ...] = ()) -> Iterable[Column]:
    """Numeric columns, named in one blank-separated text."""
    return (Column(name, "number", nullable, sentinels) for name in names.split())


def filled(names: str) -> Iterable[Column]:
    """Numeric columns that are never empty."""
    return numbers(names, nullable=False)


def days(names: str, nullable: bool = True) -> Iterable[Column]:
    """Days counted from the application, negative before it."""
    return numbers(names, nullable, sentinels=(UNKNOWN_DAY,))


def flags(names: str, nullable: bool = False) -> Iterable[Column]:
    """Columns of 0 and 1."""
    return (Column(name, "flag", nullable, values=(0.0, 1.0)) for name in names.split())


def ratings(names: str, best: int, worst: int) -> Iterable[Column]:
    """Small whole grades; -1 stands for "not rated"."""
    grades = tuple(float(grade) for grade in range(best, worst + 1))
    return (Column(name, "number", False, sentinels=(-1.0,), values=grades) for name in names.split())


def category(name: str, values: str, sentinels: tuple[Value, ...] = (), nullable: bool = False) -> Column:
    """A text column with its allowed values, separated by " | "."""
    allowed = tuple(" ".join(value.split()) for value in values.split(" | "))
    return Column(name, "category", nullable, sentinels, allowed)

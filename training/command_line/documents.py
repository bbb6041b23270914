"""Tables of documents that a command writes: figures in a text are those that were measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer


@dataclass(frozen=True)
class Document:
    """A document with the place of one table, checked before anything is measured for it."""

    path: Path
    before: str
    after: str

    @classmethod
    def with_table(cls, path: Path, name: str) -> Document:
        """Open the document.

        Raises:
            typer.BadParameter: it cannot be read, or has no place for the table.
        """
        start, end = f"<!-- {name}: written by the command -->\n", f"<!-- end of {name} -->"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"'{path}' cannot be read: {error}", param_hint="--write") from error
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise typer.BadParameter(
                f"'{path}' has no place for the table: a line {start.strip()} and, below it, {end}",
                param_hint="--write",
            )
        return cls(path, before + start, end + after)

    def write(self, table: str) -> None:
        """Replace the table."""
        self.path.write_text(self.before + table + self.after, encoding="utf-8")

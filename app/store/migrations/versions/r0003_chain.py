"""One chain over all evidence, entered by the rows from before in the order of their tables, and guards on each."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.chain import digest, link
from app.store.guards import Keys, install
from app.store.journal import prove

revision, down_revision = "0003", "0002"

KEYS: dict[str, Keys] = {
    "decision_journal": [("number",), ("previous",), ("hash",)],
    "policy_proposals": [("number",)],
    "policy_activations": [("number",), ("proposal",), ("model_version", "replaces")],
    "access_log": [("id",)],
    "evidence_chain": [("number",), ("previous",), ("hash",), ("kept_in", "up_to")],
}
ROWS_A_LINK = {"access_log": 1_000}


def upgrade() -> None:
    """Make the chain, enter what is there, guard all.

    Raises:
        BrokenJournal: a decision is not as it was written; it must not enter as if it were.
    """
    op.create_table(
        "evidence_chain",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kept_in", sa.String(40), nullable=False),
        sa.Column("up_to", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.UniqueConstraint("kept_in", "up_to"),
    )
    connection = op.get_bind()
    prove(row for rows in _rows(connection, "decision_journal") for row in rows)
    for table, keys in KEYS.items():
        for rows in _rows(connection, table) if table != "evidence_chain" else ():
            link(connection, table, rows[-1][keys[0][0]], digest(rows))
        install(connection, table, keys)


def _rows(connection: sa.Connection, table: str) -> Iterator[Sequence[Any]]:
    """The rows of a table as a link covers them."""
    asked = sa.text(f"SELECT * FROM {table} ORDER BY {KEYS[table][0][0]}")
    found = connection.execute(asked, execution_options={"yield_per": 1_000})
    return found.mappings().partitions(ROWS_A_LINK.get(table, 1))

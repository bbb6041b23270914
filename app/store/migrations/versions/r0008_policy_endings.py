"""Proposals of a policy that were rejected or withdrawn, and a guard on them."""

import sqlalchemy as sa
from alembic import op

from app.store.guards import install

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Make the table, guard it."""
    op.create_table(
        "policy_endings",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(320), nullable=False),
        sa.Column("person", sa.String(512), nullable=False, server_default=""),
        sa.Column("proposal", sa.BigInteger, nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    install(op.get_bind(), "policy_endings", [("number",), ("proposal",)])

"""Drafts: what somebody is typing, theirs alone; in no chain, and written over."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drafts",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("client", sa.BigInteger),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_drafts_client", "drafts", ["client"])
    op.create_index("ix_drafts_at", "drafts", ["at"])

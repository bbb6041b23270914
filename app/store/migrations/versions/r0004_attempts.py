"""A key of each attempt to record a decision, which no two entries share; none in every row from before."""

import sqlalchemy as sa
from alembic import op

from app.store.guards import install

revision, down_revision = "0004", "0003"

TABLE, NAME = "decision_journal", "attempt"
KEYS = [("number",), ("previous",), ("hash",), (NAME,)]


def upgrade() -> None:
    """Add the column and its rule, and guard by it as well."""
    op.add_column(TABLE, sa.Column(NAME, sa.String(64), nullable=True))
    op.create_index(f"ix_{TABLE}_{NAME}", TABLE, [NAME], unique=True)
    install(op.get_bind(), TABLE, KEYS)

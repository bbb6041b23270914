"""What a budget is to leave per person a month: part of a policy, none in those from before."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("policy_proposals", sa.Column("left_per_person", sa.Double, nullable=True))

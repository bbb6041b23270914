"""What a loan that is offered may cost a month, as a share of income: part of a policy, none in those from before."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Add the column."""
    op.add_column("policy_proposals", sa.Column("payment_to_income", sa.Double, nullable=True))

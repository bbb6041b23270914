"""Whom a name stands for: ``issuer|subject`` of an identity token, empty in every row from before; longer names."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

NAMES = {"decision_journal": "officer", "policy_proposals": "who", "policy_activations": "who", "access_log": "who"}


def upgrade() -> None:
    """Add the column; SQLite holds names of any length already."""
    for table, name in NAMES.items():
        op.add_column(table, sa.Column("person", sa.String(512), nullable=False, server_default=""))
        if op.get_bind().dialect.name == "postgresql":
            op.alter_column(table, name, type_=sa.String(320))

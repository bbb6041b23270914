"""The tables of November 2026: what the code made by itself before there were revisions.

A database of that time may lack some: each was made when it was first written to.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

NUMBER = partial(sa.Column, "number", sa.BigInteger, primary_key=True, autoincrement=False)
AT = partial(sa.Column, "at", sa.String(32), nullable=False)
WHO = partial(sa.Column, "who", sa.String(120), nullable=False)
CLIENT = partial(sa.Column, "client", sa.BigInteger, nullable=False, index=True)
MODEL = partial(sa.Column, "model_version", sa.String(40), nullable=False)


def columns() -> dict[str, tuple[Any, ...]]:
    """Table -> its columns and rules."""
    return {
        "decision_journal": (
            NUMBER(),
            AT(),
            sa.Column("officer", sa.String(120), nullable=False),
            CLIENT(),
            sa.Column("choice", sa.String(8), nullable=False),
            sa.Column("reasons", sa.Text, nullable=False),
            sa.Column("comment", sa.Text, nullable=False),
            sa.Column("advice", sa.String(8), nullable=False),
            MODEL(),
            sa.Column("threshold", sa.Double, nullable=False),
            sa.Column("probability", sa.Double, nullable=False),
            sa.Column("previous", sa.String(64), nullable=False, unique=True),
            sa.Column("hash", sa.String(64), nullable=False, unique=True),
        ),
        "policy_proposals": (
            NUMBER(),
            AT(),
            WHO(),
            MODEL(),
            sa.Column("threshold", sa.Double, nullable=False),
            sa.Column("grey_zone_points", sa.Double, nullable=False),
            sa.Column("missed_default_weight", sa.Double, nullable=False),
            sa.Column("average_loss", sa.Double, nullable=False),
            sa.Column("margin", sa.Double, nullable=False),
            sa.Column("reason", sa.Text, nullable=False),
        ),
        "policy_activations": (
            NUMBER(),
            AT(),
            WHO(),
            MODEL(),
            sa.Column("proposal", sa.BigInteger, nullable=False, unique=True),
            sa.Column("replaces", sa.BigInteger, nullable=False),
            sa.UniqueConstraint("model_version", "replaces"),
        ),
        "access_log": (
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("who", sa.String(254), nullable=False),
            sa.Column("role", sa.String(40), nullable=False),
            sa.Column("what", sa.String(80), nullable=False),
            CLIENT(),
            MODEL(),
            sa.Column("request", sa.String(64), nullable=False),
        ),
    }


def upgrade() -> None:
    """Make the tables that are not there."""
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, parts in columns().items():
        if name not in there:
            op.create_table(name, *parts)

"""Whether what a release stores of its clients is what its champion says of their rows.

Sums prove that a file is as it was published; not that who published it scored the rows it holds. A stored score
decides when nobody asks why, the champion when somebody does: the two must be one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.champion import probability
from app.scoring.points import points_from_log_odds
from app.scoring.problems import PortfolioProblem
from app.scoring.schema.keys import CLIENT
from app.store.manifest import REPUBLISH, altered
from app.store.portfolio import Portfolio

ROWS_TOGETHER = 8_192
NEARLY = 1e-9
"""Relative: another machine's processor may differ in the last bits of a sum, and no decision hangs on them."""


def prove_scores(portfolio: Portfolio) -> None:
    """Score every row again; half a minute for 350,000 clients on one core, in constant memory.

    Raises:
        PortfolioProblem: the stored score of a client is another one, or the rows cannot be read.
    """
    for rows in _rows(portfolio):
        log_odds = portfolio.champion.log_odds(rows)
        told = {"probability": probability(log_odds), "points": points_from_log_odds(log_odds)}
        agree = np.all([np.isclose(rows[name], told[name], rtol=NEARLY, atol=0) for name in told], axis=0)
        if not agree.all():
            raise PortfolioProblem(
                "The portfolio {release} stores another score of client {client} than its champion gives.",
                "What is decided by a stored score is what the champion says of the same row.",
                REPUBLISH,
                release=portfolio.release,
                client=int(rows[CLIENT][~agree].iloc[0]),
            )


def _rows(portfolio: Portfolio) -> Iterator[pd.DataFrame]:
    columns = ", ".join((CLIENT, "probability", "points", *portfolio.champion.features))
    try:
        with portfolio.engine.connect() as connection:
            yield from pd.read_sql_query(text(f"SELECT {columns} FROM clients"), connection, chunksize=ROWS_TOGETHER)
    except SQLAlchemyError as error:
        raise altered(portfolio.folder, "clients.sqlite") from error

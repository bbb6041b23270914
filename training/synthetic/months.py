"""Eight months of applications to the demonstration, and what was found in each: calm, a source that stops, students.

A month is drawn from the same profile as the demonstration's own clients, with a seed of its own, then moved on purpose
in its raw tables, and compared by the code that compares anyone's (``training.monitoring``). The outcomes of the last
two months are not known yet, as they would not be. Nobody here lived, and neither did their months.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.drift import Drift
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.scratch import scratch_folder
from app.store.drift_runs import FOLDER, write_run
from app.store.portfolio import Portfolio
from training.monitoring import drift
from training.monitoring.current_population import CurrentPopulation, read_current_population
from training.synthetic.synthesize import synthesize

LOG = logging.getLogger("training")
CLIENTS = 1_000
"""Applications a month."""
SEED = 20260401
SOURCE = "EXT_SOURCE_3"
"""The score from elsewhere that stops arriving."""
AMOUNTS, SMALLER = ("AMT_INCOME_TOTAL", "AMT_CREDIT", "AMT_ANNUITY", "AMT_GOODS_PRICE"), 0.4
"""What a student earns and asks for, beside whom they take the place of."""
APPLICATION, LOANS, LOAN = "application_train", "bureau", "SK_ID_BUREAU"
OUTCOMES_FROM = f"{APPLICATION}.parquet"
HISTORIES = ("previous_application", "POS_CASH_balance", "installments_payments", "credit_card_balance")

Change = Callable[[Path, np.random.Generator], None]
"""Moves the raw tables in a folder."""


def calm(_folder: Path, _random: np.random.Generator) -> None:
    """Nothing changes."""


def a_source_stops(folder: Path, _random: np.random.Generator) -> None:
    """One of the external scores no longer arrives, for anybody."""
    table = pd.read_parquet(folder / OUTCOMES_FROM)
    _write(table.assign(**{SOURCE: np.nan}), folder / OUTCOMES_FROM)


def students(folder: Path, random: np.random.Generator, share: float) -> None:
    """A share of the applicants are students: young, hardly any income, small loans, no history anywhere."""
    table = pd.read_parquet(folder / OUTCOMES_FROM)
    who = np.sort(random.permutation(len(table))[: round(share * len(table))])
    moved = _as_students(table.iloc[who], random)
    _write(pd.concat([table.drop(moved.index), moved]).sort_index(), folder / OUTCOMES_FROM)
    loans = _without(folder, LOANS, CLIENT, moved[CLIENT])
    _without(folder, "bureau_balance", LOAN, loans)
    for name in HISTORIES:
        _without(folder, name, CLIENT, moved[CLIENT])


def _as_students(who: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    born = -random.integers(round(18.5 * 365.25), 25 * 365, len(who))
    return who.assign(
        DAYS_BIRTH=born,
        DAYS_EMPLOYED=-random.integers(20, 500, len(who)),
        DAYS_REGISTRATION=born + random.integers(0, 2_000, len(who)),
        DAYS_ID_PUBLISH=-random.integers(10, 900, len(who)),
        **{amount: (who[amount] * SMALLER).round(-1) for amount in AMOUNTS},
        NAME_INCOME_TYPE="Student",
        NAME_EDUCATION_TYPE="Incomplete higher",
        NAME_FAMILY_STATUS="Single / not married",
        NAME_HOUSING_TYPE=random.choice(["With parents", "Rented apartment"], len(who)),
        ORGANIZATION_TYPE="University",
        OCCUPATION_TYPE=None,
        CNT_CHILDREN=0,
        CNT_FAM_MEMBERS=1,
        EXT_SOURCE_1=np.nan,  # who has borrowed nowhere has none
        EXT_SOURCE_3=np.nan,
    )


def _without(folder: Path, name: str, key: str, gone: pd.Series) -> pd.Series:
    """Leave the rows of ``gone`` out; returns the loans that went with them, of the table that names loans."""
    path = folder / f"{name}.parquet"
    table = pd.read_parquet(path)
    lost = table[key].isin(gone)
    _write(table[~lost], path)
    return table.loc[lost, LOAN] if LOAN in table else gone


def _write(table: pd.DataFrame, path: Path) -> None:
    """In the columns and types of the file that was there."""
    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path)


@dataclass(frozen=True)
class Month:
    """One comparison.

    Attributes:
        at: when it is made, on the first day after the month.
        change: what moved in the month's tables.
        outcomes: whether they are known by now.
        report: whether Evidently's report of it is kept; each takes two megabytes.
    """

    at: datetime
    change: Change = calm
    outcomes: bool = True
    report: bool = False

    @property
    def run(self) -> str:
        """The name of its run."""
        return f"{self.at:%Y%m%dT%H%M%SZ}"


def _first_of(month: int) -> datetime:
    return datetime(2026, month, 1, 6, tzinfo=UTC)


MONTHS = (
    Month(_first_of(4)),
    Month(_first_of(5)),
    Month(_first_of(6)),
    Month(_first_of(7)),
    Month(_first_of(8), a_source_stops, report=True),
    Month(_first_of(9)),
    Month(_first_of(10), partial(students, share=0.08), outcomes=False),
    Month(_first_of(11), partial(students, share=0.30), outcomes=False, report=True),
)


def compare_months(portfolio: Path, months: Sequence[Month] = MONTHS, reports: bool = True) -> Iterator[Drift]:
    """Draw, compare and write each month, in the place of the run that was there of it."""
    served = Portfolio.open(portfolio)
    for month in months:
        with scratch_folder() as scratch:
            current = drawn(month, scratch / "tables")
        found = drift.compare(served, current, served.champion.recommended, month.at)
        report = partial(_report, served, current) if reports and month.report else None
        shutil.rmtree(portfolio / FOLDER / found.run, ignore_errors=True)
        write_run(portfolio, found, report)
        LOG.info("%s: %s", found.run, found.signal)
        yield found


def drawn(month: Month, folder: Path) -> CurrentPopulation:
    """The clients of a month, and their outcomes where they are known."""
    seed = SEED + month.at.month
    synthesize(CLIENTS, seed, folder, labelled=CLIENTS)
    month.change(folder, np.random.default_rng(seed))
    return read_current_population(folder, folder / OUTCOMES_FROM if month.outcomes else None)


def _report(served: Portfolio, current: CurrentPopulation, folder: Path) -> None:
    from training.monitoring.evidently_report import write_report  # 10 seconds of imports, for this report only

    write_report(drift.labelled(served), current.rows, folder)

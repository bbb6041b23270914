"""What holds for every feature: declared as built, of one client's own rows, exact, finite, null when unknown."""

from __future__ import annotations

import math
import random
import re
from dataclasses import replace

import ibis
import numpy as np
import pyarrow.parquet as pq
import pytest

from app.scoring.features import FEATURES, INPUTS, build_features, by_name
from app.scoring.features.feature import Direction
from app.scoring.schema import HISTORIES, TABLES
from app.scoring.tables.tables import empty_tables, open_tables, tables_from_rows
from training.model.directions import against_outcomes, directions

COLUMNS = {column for table in TABLES.values() for column in table.names}
WITHHELD = {"external_score_spread", "employed_to_registration", "income_per_year_employed"}
UNIT_WORDS = re.compile(r"\bin (months|years|days)\b|%|€")


def rows_by_client(tables):
    """Built rows: SK_ID_CURR -> features, nulls as None."""
    return {row["SK_ID_CURR"]: row for row in build_features(tables).to_pyarrow().to_pylist()}


@pytest.fixture(scope="session")
def batch(many_rows):
    return rows_by_client(tables_from_rows(many_rows))


# What is declared


def test_names_are_unique_lower_snake_case_and_safe_for_lightgbm():
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names) == len(by_name)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9_]+", name)] == []


def test_labels_are_unique_words_without_unit_or_raw_column():
    labels = [feature.label for feature in FEATURES]
    assert len({label.casefold() for label in labels}) == len(labels)
    assert [label for label in labels if UNIT_WORDS.search(label) or "_" in label or label.upper() in COLUMNS] == []
    assert [label for label in labels if not label[0].isupper() or len(label) > 60] == []


def test_unit_kind_and_direction_fit_together():
    for feature in FEATURES:
        assert (feature.kind == "number") == (feature.unit != ""), feature
        assert feature.kind != "category" or feature.direction == 0, feature
        assert feature.source in {"application", *HISTORIES}, feature


def test_there_are_between_150_and_250_features_and_the_inputs_are_the_unprotected_ones():
    assert 150 <= len(FEATURES) <= 250
    assert tuple(each.name for each in FEATURES if not (each.protected or each.withheld)) == INPUTS
    assert {each.name for each in FEATURES if each.withheld} == WITHHELD


# What is built


def test_built_columns_are_the_declared_ones_in_order_and_type():
    dtypes = {"number": "float64", "flag": "float64", "category": "string"}
    declared = {"SK_ID_CURR": "int64"} | {feature.name: dtypes[feature.kind] for feature in FEATURES}
    assert build_features(empty_tables()).schema() == ibis.schema(declared)


def test_the_engine_returns_the_declared_types_too(many_rows, tmp_path):
    """Ibis may take for float64 what the engine computes as a decimal: a file shows what came out."""
    build_features(tables_from_rows(many_rows)).to_parquet(tmp_path / "rows.parquet")
    types = {str(field.type) for field in pq.read_schema(tmp_path / "rows.parquet") if field.name != "SK_ID_CURR"}
    assert types == {"double", "string"}


def test_there_is_one_row_per_client(batch, many_rows):
    assert sorted(batch) == [row["SK_ID_CURR"] for row in many_rows["application_test"]]


def test_every_feature_is_known_for_some_client_and_never_infinite(batch):
    assert [name for name in by_name if all(row[name] is None for row in batch.values())] == []
    values = [value for row in batch.values() for value in row.values() if isinstance(value, float)]
    assert all(math.isfinite(value) for value in values)


def test_flags_are_zero_or_one(batch):
    for feature in FEATURES:
        values = {row[feature.name] for row in batch.values()} - {None}
        if feature.kind == "flag":
            assert values <= {0.0, 1.0}, feature


def test_a_client_alone_gives_the_row_of_the_batch(batch, many_rows):
    client = min(batch)
    loans = {row["SK_ID_BUREAU"] for row in many_rows["bureau"] if row["SK_ID_CURR"] == client}
    own = {
        table: [row for row in rows if row.get("SK_ID_CURR") == client or row.get("SK_ID_BUREAU") in loans]
        for table, rows in many_rows.items()
    }
    assert rows_by_client(tables_from_rows(own)) == {client: batch[client]}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rows_changes_no_bit(seed, batch, many_rows):
    chance = random.Random(seed)
    shuffled = {table: chance.sample(rows, len(rows)) for table, rows in many_rows.items()}
    assert rows_by_client(tables_from_rows(shuffled)) == batch


def test_the_outcome_changes_nothing(batch, many_rows):
    rows = {table: values for table, values in many_rows.items() if table != "application_test"}
    labelled = [{"TARGET": place % 2, **row} for place, row in enumerate(many_rows["application_test"])]
    assert rows_by_client(tables_from_rows({"application_train": labelled, **rows})) == batch


def test_a_client_without_history_has_nulls_not_zeros(batch):
    historic = [feature.name for feature in FEATURES if feature.source != "application"]
    assert {name: batch[max(batch)][name] for name in historic} == dict.fromkeys(historic)


def test_an_absent_table_gives_nulls_and_leaves_the_others(batch, many_rows):
    without = {table: rows for table, rows in many_rows.items() if table != "installments_payments"}
    lost = {feature.name for feature in FEATURES if feature.source == "installments_payments"}
    expected = {client: row | dict.fromkeys(lost) for client, row in batch.items()}
    assert rows_by_client(tables_from_rows(without)) == expected


# On the real data


@pytest.fixture(scope="module", params=["application", "relational"])
def real(request, home_credit):
    """The real tables and their built features with TARGET, null for current clients."""
    tables = open_tables(home_credit / request.param)
    return tables, build_features(tables).left_join(tables.labels, "SK_ID_CURR").to_pandas()


def test_real_tables_build_one_finite_row_per_client(real):
    tables, built = real
    assert sorted(built.SK_ID_CURR) == sorted(tables.application.SK_ID_CURR.to_pandas())
    assert not np.isinf(built.select_dtypes("number")).any(axis=None)
    for feature in FEATURES:
        if feature.unit == "share":
            assert built[feature.name].dropna().between(0, 1).all(), feature


def test_a_real_client_alone_gives_the_row_of_the_batch(real):
    tables, built = real
    for client in (100_002, 100_005):
        mine = ibis._.SK_ID_CURR.isin((client,))
        own = replace(
            tables,
            **{
                name: getattr(tables, name).filter(mine)
                for name in ("application", *(table.lower() for table in HISTORIES if table != "bureau_balance"))
            },
        )
        alone = build_features(own).to_pandas().iloc[0]
        together = built.set_index("SK_ID_CURR", drop=False).loc[client, list(alone.index)]
        assert alone.to_dict() == pytest.approx(together.to_dict(), rel=0, abs=0, nan_ok=True)


def test_no_declared_direction_contradicts_the_real_outcomes_beyond_chance(real):
    _, built = real
    labelled = built[built.TARGET.notna()].set_index("SK_ID_CURR")
    found = list(directions([(labelled, labelled.TARGET)]))
    assert [(each.feature.name, each.correlation) for each in found if each.verdict == "contradicts"] == []
    agreeing = [each for each in found if each.verdict == "agrees"]
    assert len(agreeing) >= 25 and len(agreeing) >= 0.7 * sum(each.correlation is not None for each in found)


def test_a_direction_that_the_real_outcomes_contradict_is_noticed(real):
    _, built = real
    labelled = built[built.TARGET.notna()].set_index("SK_ID_CURR")
    wrong = replace(by_name["external_score_2"], expected=Direction(1, "Planted."))
    assert against_outcomes(wrong, labelled, labelled.TARGET).verdict == "contradicts"

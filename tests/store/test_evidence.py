"""A threshold is judged on clients the model never saw, and reported on clients it was not chosen on."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from app.scoring.problems import QuestionProblem
from app.store.evidence import FEWEST_REPORTED, KEPT_APART, read_evidence
from app.store.portfolio import Portfolio
from app.store.publication import publish

FACTS = {"data_hash": "2" * 64, "demo": True, "absent": []}


@pytest.fixture(scope="module")
def evidence(demo):
    return read_evidence(demo)


@pytest.fixture(scope="module")
def rows(demo):
    columns = ["SK_ID_CURR", "defaulted", "probability", "out_of_fold_probability", "gender", "age", "income_type"]
    return pd.read_parquet(demo.folder / "clients.parquet", columns=columns)


@pytest.fixture
def publish_with(tmp_path, demo, population):
    """Publishes the demonstration's clients with another out-of-fold probability; returns the portfolio."""

    def published(out_of_fold):
        def give():
            for batch in pq.ParquetFile(demo.folder / "clients.parquet").iter_batches(6_000):
                place = batch.schema.get_field_index("out_of_fold_probability")
                yield batch.set_column(place, batch.schema.field(place), out_of_fold(batch))

        publish(tmp_path / "portfolio", demo.folder / "champion", give(), population, FACTS)
        return Portfolio.open(tmp_path / "portfolio")

    return published


def kept_apart(labelled):
    """Those the champion never saw; a tenth by client number where it saw none of them."""
    unseen = labelled.probability == labelled.out_of_fold_probability
    return labelled.SK_ID_CURR % KEPT_APART == 0 if unseen.all() else unseen


def chosen_on(rows):
    labelled = rows[rows.defaulted.notna()]
    return labelled[~kept_apart(labelled)]


def test_reported_on_are_the_clients_the_champion_never_saw_and_chosen_on_the_others(evidence, demo, rows):
    data = demo.champion.card["data"]
    share = data["untouched_clients"] / data["labelled_clients"]  # a tenth, like KEPT_APART
    labelled = rows[rows.defaulted.notna()]
    apart = kept_apart(labelled)
    assert apart.mean() == pytest.approx(share, abs=0.02)
    assert evidence.reported_on.clients == apart.sum()
    assert evidence.chosen_on.clients == len(labelled) - apart.sum()


@pytest.mark.parametrize("threshold", [0.05, 0.0891, 0.2])
def test_figures_are_counts_of_the_served_rows(evidence, rows, threshold):
    chosen = chosen_on(rows)
    accepted = chosen[chosen.out_of_fold_probability < threshold]
    found = evidence.chosen_on.at(threshold)
    assert (found.clients, found.accepted) == (len(chosen), len(accepted))
    assert found.missed_defaults == accepted.defaulted.sum()
    for attribute in evidence.attributes:
        if attribute.name in ("gender", "income_type"):
            groups = {group.name: group for group in attribute.audit(threshold).groups}
            for name, own in chosen.groupby(attribute.name):
                assert groups[name].clients == len(own)
                assert groups[name].accepted.value == (own.out_of_fold_probability < threshold).mean()


def test_ages_fall_in_the_band_that_starts_at_them(evidence, rows):
    chosen = chosen_on(rows)
    groups = next(each for each in evidence.attributes if each.name == "age").audit(0.09).groups
    expected = [
        ((low <= chosen.age) & (chosen.age < high)).sum()
        for low, high in ((0, 30), (30, 40), (40, 50), (50, 60), (60, 120))
    ]
    assert [group.clients for group in groups] == expected


def test_the_swap_set_is_whoever_the_pages_decide_otherwise_about(evidence, rows):
    swap = evidence.ranking.swap_set(0.09, 0.12)
    changed = rows[(rows.probability >= 0.09) & (rows.probability < 0.12)]
    assert swap.change == "accept" and set(swap.clients) == set(changed.SK_ID_CURR)
    honest = changed.out_of_fold_probability.fillna(changed.probability)
    assert swap.expected_default_rate == pytest.approx(honest.mean())
    assert swap.observed_default_rate == pytest.approx(changed.defaulted.mean())


def test_without_an_honest_probability_no_threshold_is_judged(publish_with):
    silent = publish_with(lambda batch: pa.nulls(batch.num_rows, pa.float64()))
    with pytest.raises(QuestionProblem, match="--unseen"):
        read_evidence(silent)


def test_of_clients_the_champion_never_saw_a_tenth_is_kept_apart(publish_with, rows):
    unseen = publish_with(
        lambda batch: pc.if_else(pc.is_valid(batch["defaulted"]), batch["probability"], pa.scalar(None, pa.float64()))
    )
    found = read_evidence(unseen)
    labelled = rows[rows.defaulted.notna()]
    assert found.reported_on.clients == (labelled.SK_ID_CURR % KEPT_APART == 0).sum()
    assert found.chosen_on.clients + found.reported_on.clients == len(labelled)


def test_too_few_clients_kept_apart_report_nothing(publish_with, rows):
    seen = rows[(rows.probability != rows.out_of_fold_probability) & rows.defaulted.notna()].SK_ID_CURR.to_numpy()
    few = set(rows[rows.defaulted.notna()].SK_ID_CURR.to_numpy()[: FEWEST_REPORTED // 2])

    def only_seen(batch):
        ids, own = batch["SK_ID_CURR"].to_numpy(), batch["out_of_fold_probability"].to_numpy(zero_copy_only=False)
        return pa.array(np.where(np.isin(ids, seen) | np.isin(ids, list(few)), own, np.nan), from_pandas=True)

    assert read_evidence(publish_with(only_seen)).reported_on is None


def test_arrays_are_read_only(evidence):
    for array in (evidence.chosen_on.probability, evidence.ranking.clients, evidence.attributes[0].good[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0

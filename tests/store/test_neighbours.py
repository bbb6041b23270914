"""What is known of the nearest clients is what the release holds; a group's fate is that of brute force."""

import pandas as pd
import pytest

from app.scoring.features import by_name
from app.scoring.peers.peer_group import EVERYONE, Between, Members
from app.store.effects import importance
from app.store.neighbours import TOLD, neighbours, read_nearness
from app.store.questions import fate


@pytest.fixture(scope="module")
def nearness(demo):
    return read_nearness(demo)


@pytest.fixture(scope="module")
def rows(demo):
    return pd.read_parquet(demo.folder / "clients.parquet").set_index("SK_ID_CURR")


def test_everybody_is_there_on_all_the_model_reads_but_what_is_protected(demo, nearness, rows):
    assert nearness.clients.tolist() == sorted(rows.index)
    heavy = {name for name, effect in importance(demo.folder).items() if effect > 0.01 and not by_name[name].protected}
    assert heavy <= set(nearness.weights) == set(nearness.codes) <= set(demo.champion.features)
    assert all(len(codes) == demo.size and codes.dtype == "uint8" for codes in nearness.codes.values())


def test_what_is_told_of_each_is_what_the_release_holds(demo, nearness, rows):
    policy, found = demo.champion.recommended, nearness.nearest(int(rows.index[11]), 100)
    told = neighbours(demo, found, policy)
    assert [(each.client, each.distance) for each in told] == [(each.client, each.distance) for each in found]
    for near, each in zip(found, told, strict=True):
        row, decision = rows.loc[each.client], demo.decide(each.client, policy)
        assert (each.points, each.band) == (pytest.approx(decision.points), decision.band)
        assert each.defaulted == (None if pd.isna(row.defaulted) else bool(row.defaulted))
        assert tuple(each.apart) == near.apart[:TOLD]
        assert all(pd.isna(row[name]) if value is None else row[name] == value for name, value in each.apart.items())
    assert {each.defaulted for each in told} == {None, False, True}


def test_who_is_alike_in_the_heaviest_inputs_scores_alike(demo, nearness, rows):
    """A check on the measure: the nearest are nearer in points than clients at large."""
    clients = rows.index[:40].tolist()
    near = [
        abs(rows.points[each.client] - rows.points[client])
        for client in clients
        for each in nearness.nearest(client, 5)
    ]
    assert pd.Series(near).median() < 0.8 * (rows.points - rows.points.median()).abs().median()


@pytest.mark.parametrize("group", [EVERYONE, Between("credit", 300_000, 400_000), "members", Between("credit", -2, -1)])
def test_the_fate_of_a_group_is_that_of_brute_force(demo, rows, group):
    policy, client = demo.champion.recommended, int(rows.index[3])
    chosen = Members(tuple(rows.index[10:60].tolist())) if group == "members" else group and (group,)
    inside = (
        rows.iloc[10:60] if group == "members" else rows[rows.credit.between(group.low, group.high)] if group else rows
    )
    told = fate(demo.folder, demo.client(client).features, chosen, demo.population, policy)
    assert told.clients == len(inside)
    assert told.accepted == (inside.points > policy.threshold_points + policy.grey_zone_points).sum()
    assert (told.outcomes.defaulted, told.outcomes.unknown) == (inside.defaulted.sum(), inside.defaulted.isna().sum())

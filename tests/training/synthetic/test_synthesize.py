"""The generator: same seed, same clients; tables of the declared form; people who resemble real ones."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.scoring.schema import HISTORIES, TABLES
from app.scoring.tables.tables import open_tables
from training.__main__ import main
from training.synthetic import profile as profiles
from training.synthetic.fidelity import Fidelity, fidelity
from training.synthetic.marginal import FEWEST, Grid, Levels, estimate, grain_of
from training.synthetic.profile import Profile
from training.synthetic.synthesize import SynthesisProblem, synthesize

CLIENTS, LABELLED = 5_000, 4_600


@pytest.fixture(scope="module")
def profile() -> Profile:
    return profiles.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, profile: Profile) -> Path:
    out = tmp_path_factory.mktemp("synthetic") / "tables"
    synthesize(CLIENTS, seed=7, out=out, labelled=LABELLED, profile=profile)
    return out


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def made(out: Path, profile: Profile, seed: int = 3, **options: object) -> Path:
    synthesize(300, seed, out, profile=profile, **options)  # type: ignore[arg-type]
    return out


def test_same_seed_gives_the_same_bytes(tmp_path: Path, profile: Profile) -> None:
    first, second = made(tmp_path / "a", profile), made(tmp_path / "b", profile)
    for name in TABLES:
        assert (first / f"{name}.parquet").read_bytes() == (second / f"{name}.parquet").read_bytes(), name


def test_another_seed_gives_other_clients(tmp_path: Path, profile: Profile) -> None:
    incomes = [
        pd.read_parquet(made(tmp_path / str(seed), profile, seed, labelled=300) / "application_train.parquet")[
            "AMT_INCOME_TOTAL"
        ]
        for seed in (3, 4)
    ]
    assert not incomes[0].equals(incomes[1])


def test_csv_holds_what_parquet_holds(tmp_path: Path, profile: Profile) -> None:
    parquet, csv = made(tmp_path / "parquet", profile), made(tmp_path / "csv", profile, form="csv")
    for name in TABLES:
        kept = pd.read_parquet(parquet / f"{name}.parquet")
        text = pd.read_csv(csv / f"{name}.csv", na_values=[""], keep_default_na=False)
        pd.testing.assert_frame_equal(text, kept, check_dtype=False, rtol=1e-9)


def test_columns_and_order_are_the_raw_files(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        assert tuple(table) == TABLES[name].names


def test_values_are_declared_and_filled(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        for column in TABLES[name].columns:
            values = table[column.name]
            if column.values:
                assert set(values.dropna()) <= {*column.values, *column.sentinels}, column.name
            if not column.nullable:
                assert values.notna().all(), (name, column.name)


def test_the_reader_finds_nothing_to_tolerate(folder: Path) -> None:
    opened = open_tables(folder)
    assert opened.absent == ()
    assert opened.notices == ()


def test_every_row_belongs_to_someone(tables: dict[str, pd.DataFrame]) -> None:
    clients = pd.concat([tables["application_train"]["SK_ID_CURR"], tables["application_test"]["SK_ID_CURR"]])
    assert clients.is_unique
    owners = tables["previous_application"].set_index("SK_ID_PREV")["SK_ID_CURR"]
    assert owners.index.is_unique
    for name in HISTORIES:
        if "SK_ID_CURR" in tables[name]:
            assert tables[name]["SK_ID_CURR"].isin(clients).all(), name
        if "SK_ID_PREV" in tables[name]:
            assert (tables[name]["SK_ID_PREV"].map(owners) == tables[name]["SK_ID_CURR"]).all(), name
    assert tables["bureau"]["SK_ID_BUREAU"].is_unique
    assert tables["bureau_balance"]["SK_ID_BUREAU"].isin(tables["bureau"]["SK_ID_BUREAU"]).all()


def test_nothing_happened_after_the_application(tables: dict[str, pd.DataFrame]) -> None:
    assert (tables["installments_payments"]["DAYS_ENTRY_PAYMENT"] < 0).all()
    for name in ("bureau_balance", "POS_CASH_balance", "credit_card_balance"):
        assert tables[name]["MONTHS_BALANCE"].between(-96, 0).all(), name
    loans = tables["bureau"]
    assert (loans["DAYS_CREDIT"] <= 0).all()
    assert (loans["DAYS_ENDDATE_FACT"].dropna() < 0).all()


def test_clients_are_possible(tables: dict[str, pd.DataFrame]) -> None:
    client = tables["application_train"]
    idle = client["DAYS_EMPLOYED"] == 365_243
    assert (idle == (client["ORGANIZATION_TYPE"] == "XNA")).all()
    assert set(client["NAME_INCOME_TYPE"][idle]) <= {"Pensioner", "Unemployed"}
    assert (client["CNT_FAM_MEMBERS"] > client["CNT_CHILDREN"]).all()
    assert (client["OWN_CAR_AGE"].notna() <= (client["FLAG_OWN_CAR"] == "Y")).all()
    assert (client["DEF_30_CNT_SOCIAL_CIRCLE"].fillna(0) <= client["OBS_30_CNT_SOCIAL_CIRCLE"].fillna(0)).all()
    assert (client["AMT_CREDIT"] > client["AMT_ANNUITY"].fillna(0)).all()


def test_the_first_client_is_labelled(tables: dict[str, pd.DataFrame]) -> None:
    train = tables["application_train"]
    assert train["SK_ID_CURR"].min() == 100_002
    assert (len(train), len(tables["application_test"])) == (LABELLED, CLIENTS - LABELLED)


def test_one_client_in_twelve_defaults_and_ids_do_not_tell(tables: dict[str, pd.DataFrame]) -> None:
    train = tables["application_train"]
    assert train["TARGET"].mean() == pytest.approx(0.0807, abs=0.012)  # three standard errors
    assert abs(train["SK_ID_CURR"].corr(train["TARGET"])) < 0.05


@pytest.mark.parametrize(
    ("name", "per_client", "with_rows"),
    [  # rows per client of the public data; share of clients with rows in the real sample
        ("bureau", 4.82, 0.86),
        ("previous_application", 4.69, 0.96),
        ("POS_CASH_balance", 28.07, 0.95),
        ("credit_card_balance", 10.78, 0.28),
        ("installments_payments", 38.19, 0.95),
    ],
)
def test_histories_are_as_long_and_as_often_absent_as_real_ones(
    tables: dict[str, pd.DataFrame], name: str, per_client: float, with_rows: float
) -> None:
    assert len(tables[name]) / CLIENTS == pytest.approx(per_client, rel=0.15)
    assert tables[name]["SK_ID_CURR"].nunique() / CLIENTS == pytest.approx(with_rows, abs=0.04)


def test_bureau_months_are_as_many_as_real_ones(tables: dict[str, pd.DataFrame]) -> None:
    loans, shares = tables["bureau"], []
    for name in ("application_train", "application_test"):
        own = loans[loans["SK_ID_CURR"].isin(tables[name]["SK_ID_CURR"])]
        shares.append(own["SK_ID_BUREAU"].isin(tables["bureau_balance"]["SK_ID_BUREAU"]).mean())
    assert shares == pytest.approx([0.36, 1.0], abs=0.06)  # the public data cover all current clients, few labelled


def test_history_tells_more_of_defaulters(tables: dict[str, pd.DataFrame]) -> None:
    target = tables["application_train"].set_index("SK_ID_CURR")["TARGET"]
    previous = tables["previous_application"]
    refused = (previous["NAME_CONTRACT_STATUS"] == "Refused").groupby(previous["SK_ID_CURR"]).mean()
    paid = tables["installments_payments"]
    late = (paid["DAYS_ENTRY_PAYMENT"] > paid["DAYS_INSTALMENT"]).groupby(paid["SK_ID_CURR"]).mean()
    for habit in (refused, late):
        known = target[target.index.isin(habit.index)]
        assert habit[known.index[known == 1]].mean() > 1.1 * habit[known.index[known == 0]].mean()


def check(distance: Fidelity) -> None:
    assert distance.median_ks <= 0.05
    assert distance.median_total_variation <= 0.03
    assert distance.correlation_error <= 0.05
    assert max(distance.missing.values()) <= 0.04


def test_applications_follow_the_profile(tables: dict[str, pd.DataFrame], profile: Profile) -> None:
    check(fidelity(profile.facts, tables["application_train"]))


def _independent(table: pd.DataFrame) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    return pd.DataFrame({name: generator.permutation(table[name].to_numpy()) for name in table})


def _dearer(table: pd.DataFrame) -> pd.DataFrame:
    numbers = table.select_dtypes("float").columns
    return table.assign(**{name: table[name] * 1.3 + 0.1 for name in numbers})


def _one_level(table: pd.DataFrame) -> pd.DataFrame:
    text = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: table[name].mode()[0] for name in text})


@pytest.mark.parametrize("spoil", [_independent, _dearer, _one_level])
def test_fidelity_sees_spoilt_tables(tables: dict[str, pd.DataFrame], profile: Profile, spoil: object) -> None:
    with pytest.raises(AssertionError):
        check(fidelity(profile.facts, spoil(tables["application_train"])))  # type: ignore[operator]


def test_applications_follow_the_real_file(tables: dict[str, pd.DataFrame]) -> None:
    real = os.environ.get("HOME_CREDIT_DIR")
    if not real:
        pytest.skip("HOME_CREDIT_DIR is not set: no real data to compare with")
    check(fidelity(pd.read_csv(Path(real) / "application" / "application_train.csv"), tables["application_train"]))


def test_the_profile_holds_no_rare_level() -> None:
    counts = {"common": 50, "known": FEWEST, "rare": FEWEST - 1}
    values = pd.Series([level for level, count in counts.items() for _ in range(count)])
    kept = estimate(values, list(counts))
    assert isinstance(kept, Levels)
    assert kept.values == ("common", "known")
    assert sum(kept.shares) == pytest.approx(1)


def test_the_profile_holds_no_extreme_value() -> None:
    incomes = pd.Series(np.r_[np.random.default_rng(0).lognormal(12, 0.4, 20_000), 1e9])
    kept = estimate(incomes)
    assert isinstance(kept, Grid)
    assert max(kept.points) <= incomes.quantile(0.9991)
    assert len(kept.points) <= 999


def test_the_profile_counts_clients_not_rows() -> None:
    values = pd.Series(["common"] * 20 + ["one client's"] * 20)
    owners = pd.Series([*range(20), *[99] * 20])
    kept = estimate(values, ["common", "one client's"], owners)
    assert kept.is_text
    assert isinstance(kept, Levels)
    assert kept.values == ("common",)


@pytest.mark.parametrize(
    ("values", "grain"),
    [([4500.0, 9000, 450000], 4500), ([0.0247, 0.5, 0.07], 1e-4), ([3, 7], 1), ([0.15, *[1] * 20], 0.1)],
)
def test_values_are_rounded_as_in_the_files(values: list[float], grain: float) -> None:
    assert grain_of(np.array(values, float)) == grain


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--clients", "0"], "'--clients'"),
        (["--clients", "-5"], "(given: -5)"),
        (["--clients", "many"], "(given: many)"),
        (["--clients", "10", "--labelled", "11"], "--labelled 11"),
        (["--clients", "10", "--labelled", "all"], "all is not a number"),
        (["--clients", "10", "--labelled", "0.9.1"], "0.9.1 is not a number"),
        (["--clients", "10", "--seed", "-1"], "(given: -1)"),
    ],
)
def test_bad_arguments_end_with_a_sentence(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["synthesize", *arguments, "--out", str(tmp_path / "out")])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()


def test_a_folder_with_files_is_left_alone(tmp_path: Path, profile: Profile) -> None:
    kept = tmp_path / "mine.txt"
    kept.write_text("mine")
    with pytest.raises(SynthesisProblem, match="not empty"):
        synthesize(10, 1, tmp_path, profile=profile)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_written(tmp_path: Path, profile: Profile) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SynthesisProblem, match="cannot be written"):
        synthesize(10, 1, tmp_path / "file" / "out", profile=profile)


def test_one_client_is_enough(tmp_path: Path, profile: Profile) -> None:
    synthesize(1, 0, tmp_path / "one", profile=profile)
    assert list(pd.read_parquet(tmp_path / "one" / "application_train.parquet")["SK_ID_CURR"]) == [100_002]
    assert open_tables(tmp_path / "one").absent == ()


def test_an_interrupted_run_leaves_nothing(tmp_path: Path, profile: Profile) -> None:
    def full(done: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(SynthesisProblem, match="No space left"):
        synthesize(10, 1, tmp_path / "out", profile=profile, progress=full)
    assert list(tmp_path.iterdir()) == []

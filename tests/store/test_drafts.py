"""Drafts: each its owner's, bounded in size, number and age, gone with the file they are about."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.scoring.case.actors import Actor
from app.scoring.problems import CaseProblem
from app.store.cases.cases import Cases
from app.store.cases.erasure import erase, held
from app.store.database import connect
from app.store.drafts import DAYS, DRAFTS, LONGEST, MOST, About, Drafts
from app.store.proof import prove_evidence
from app.store.retention import erase_client
from app.store.subject import everything_of

ADA, BEA = About("issuer|ada", "decide 100002", 100_002), About("issuer|bea", "decide 100002", 100_002)
WORDS = "her brother lost his job"


@pytest.fixture
def engine(tmp_path):
    return connect(f"sqlite:///{tmp_path / 'store.sqlite'}")


@pytest.fixture
def drafts(engine):
    return Drafts.open(engine)


def count(engine):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(DRAFTS)).scalar_one()


def test_a_draft_is_its_owner_s_and_its_subject_s_alone(drafts):
    other = About(ADA.owner, "decide 100003", 100_003)
    assert drafts.save_draft(ADA, "mine") and drafts.save_draft(BEA, "hers")
    assert [drafts.read_draft(each) for each in (ADA, BEA, other)] == ["mine", "hers", None]
    drafts.save_draft(ADA, "mine, longer")
    drafts.save_draft(BEA, None)
    assert [drafts.read_draft(each) for each in (ADA, BEA)] == ["mine, longer", None]


def test_the_table_does_not_say_whose_it_is(drafts, engine):
    drafts.save_draft(ADA, "mine")
    with engine.connect() as connection:
        assert "ada" not in str(connection.execute(select(DRAFTS)).all())


def test_what_is_too_long_or_no_text_is_not_kept_and_does_not_leave_an_older_one(drafts):
    for bad in ("x" * (LONGEST + 1), "\x00", "\ud800"):
        drafts.save_draft(ADA, "before")
        assert not drafts.save_draft(ADA, bad) and drafts.read_draft(ADA) is None


def test_one_person_keeps_so_many_the_newest(drafts, engine):
    begin = datetime.now(UTC) - timedelta(hours=2)
    for number in range(MOST + 5):
        drafts.save_draft(About(ADA.owner, f"decide {number}", number), "x", begin + timedelta(seconds=number))
    drafts.save_draft(BEA, "hers")
    assert count(engine) == MOST + 1
    assert drafts.read_draft(About(ADA.owner, "decide 4", 4)) is None
    assert drafts.read_draft(About(ADA.owner, "decide 5", 5)) == "x"


def test_what_is_old_is_shown_no_more_and_goes_with_the_next_that_is_kept(drafts, engine):
    drafts.save_draft(ADA, "old", datetime.now(UTC) - timedelta(days=DAYS, minutes=1))
    assert drafts.read_draft(ADA) is None and count(engine) == 1
    drafts.save_draft(BEA, "new")
    assert count(engine) == 1


def test_with_the_file_go_everybody_s_drafts_about_it_and_the_words_are_nowhere(drafts, engine, tmp_path, demo):
    cases, client = Cases.open(engine, tmp_path / "champions"), ADA.client
    cases.first_view(client, Actor("Ada", "officer"), "accept", "A good file.")
    drafts.save_draft(ADA, WORDS)
    drafts.save_draft(ADA, f"{WORDS}, she says")
    drafts.save_draft(BEA, WORDS)
    drafts.save_draft(About(ADA.owner, "policy"), "kept")
    told = everything_of(engine, demo, client)["drafts"]
    assert [(each["subject"], each["content"]) for each in told][-1] == ("decide 100002", WORDS) and len(told) == 2
    erase(engine, held(engine, client=client)[0], "Asked for.", Actor("root", "operator"))
    assert count(engine) == 1 and prove_evidence(engine).erased
    engine.dispose()
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert WORDS.encode() not in everything


def test_a_client_of_whom_only_drafts_are_held_can_be_erased(drafts, engine, tmp_path):
    Cases.open(engine, tmp_path / "champions")
    drafts.save_draft(ADA, WORDS)
    assert "1 drafts" in erase_client(engine, ADA.client, "Asked for.", tmp_path / "champions")[0]
    assert count(engine) == 0
    with pytest.raises(CaseProblem, match="No content is held of client 100002"):
        erase_client(engine, ADA.client, "Asked for.", tmp_path / "champions")

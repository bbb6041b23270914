"""A key that is revoked stays so, and counts as such at once."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.api import app as application
from app.api import keys
from app.api.keys import KeyList, Keys, hash_of_key
from app.scoring.problems import Problem, StoreProblem
from tests.api.conftest import KEYS, Start

SCORING, REVOKED = (f"desk:{role}:{hash_of_key('k' * 43)}" for role in ("scoring", "revoked"))


@pytest.mark.parametrize("listed", [f"{SCORING} {REVOKED}", f"{REVOKED} {SCORING}"])
def test_a_revoked_key_does_not_come_back_wherever_it_stands(listed: str) -> None:
    assert Keys.of(listed).callers[hash_of_key("k" * 43)].role == "revoked"


@pytest.mark.parametrize("other", [f"desk:monitoring:{hash_of_key('k' * 43)}", f"shop:scoring:{hash_of_key('k' * 43)}"])
def test_one_key_is_one_callers_with_one_role(other: str) -> None:
    for listed in (f"{SCORING} {other}", f"{other} {SCORING}"):
        with pytest.raises(Problem, match=r"lists one key as .* and as "):
            Keys.of(listed)


def test_the_same_line_twice_is_one_key() -> None:
    assert len(Keys.of(f"{SCORING} {SCORING}").callers) == 1


def test_a_key_revoked_in_the_file_is_refused_without_a_restart(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "AGAIN_SECONDS", 0.0)
    file = tmp_path / "keys"
    file.write_text(SCORING, encoding="utf-8")
    api, header = start(api_keys_file=file), {"X-API-Key": "k" * 43}
    assert api.get("/model", headers=header).status_code == 200
    file.write_text(REVOKED, encoding="utf-8")
    answer = api.get("/model", headers=header)
    assert answer.status_code == 401 and "revoked" in answer.json()["detail"]
    file.write_text("no key", encoding="utf-8")
    assert api.get("/model", headers=header).status_code == 503
    file.write_text(SCORING + " ", encoding="utf-8")
    assert api.get("/model", headers=header).status_code == 200


def test_a_file_that_is_gone_lets_nobody_in_by_an_older_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "AGAIN_SECONDS", 0.0)
    file = tmp_path / "keys"
    file.write_text(SCORING, encoding="utf-8")
    listed = KeyList("", file)
    assert listed.now().callers
    file.unlink()
    with pytest.raises(StoreProblem, match="API_KEYS_FILE"):
        listed.now()


def test_wrong_keys_are_429_after_some_and_right_ones_of_the_same_address_go_on(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "WRONG_KEYS", (20, 60))
    api = start(api_keys=f"desk:scoring:{hash_of_key(KEYS['scoring'])}")

    def status(key: str) -> int:
        return api.get("/model", headers={"X-API-Key": key}).status_code

    met = [status("w" * 43) for _ in range(25)]
    assert met[:20] == [401] * 20 and met[20:] == [429] * 5
    assert status(KEYS["scoring"]) == 200


def test_a_page_of_another_cannot_frame_or_script_what_is_answered(api: httpx.Client) -> None:
    for path in ("/live", "/docs", "/nowhere"):
        headers = api.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")

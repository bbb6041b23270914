"""The signature of a release: who may write into the served folder cannot serve a release of their own making.

Sums of a manifest tell an accident; whoever alters a file can alter its sum too. Where ``RELEASE_KEY`` is set, a
release is signed with it when it is published, over its manifest and its champion; one without is not opened.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from app.scoring.champion import hash_of
from app.scoring.problems import AccessProblem, PortfolioProblem
from app.settings import settings
from app.store import manifest

FILE = "manifest.signature"


def sign(folder: Path) -> bool:
    """Sign a release with ``RELEASE_KEY``; False where none is set.

    Args:
        folder: of the release: its manifest and champion are written.
    """
    if not (key := settings().release_key.get_secret_value()):
        return False
    staged = folder / f".{FILE}"
    staged.write_text(_signature(folder, key) + "\n", encoding="ascii")
    staged.replace(folder / FILE)
    return True


def check_signature(folder: Path) -> None:
    """Raise PortfolioProblem where ``RELEASE_KEY`` is set and the release is not signed with it."""
    if not (key := settings().release_key.get_secret_value()):
        return
    try:
        signed = (folder / FILE).read_bytes().strip()
    except FileNotFoundError:
        signed = b""
    if not hmac.compare_digest(signed, _signature(folder, key).encode()):
        raise PortfolioProblem(
            "The portfolio {release} is not signed with RELEASE_KEY, or what was signed is another one now.",
            "Where that key is set, only a release that was signed with it is served.",
            "Publish it again with the key set; or, if you know that it is yours, run: python -m app.store sign.",
            release=folder.name,
        )


def key_needed() -> AccessProblem:
    """What is told of signing without a key."""
    return AccessProblem(
        "There is no RELEASE_KEY to sign with.",
        "A release is signed with a secret of at least 32 characters.",
        'Make one with python -c "import secrets; print(secrets.token_hex(32))", and set it as RELEASE_KEY.',
    )


def _signature(folder: Path, key: str) -> str:
    signed = [folder / manifest.FILE, *sorted((folder / "champion").rglob("*"))]
    try:
        sums = {path.relative_to(folder).as_posix(): hash_of(path) for path in signed if path.is_file()}
    except OSError as error:
        raise manifest.altered(folder, manifest.FILE) from error
    return hmac.new(key.encode(), json.dumps(sums, sort_keys=True).encode(), hashlib.sha256).hexdigest()

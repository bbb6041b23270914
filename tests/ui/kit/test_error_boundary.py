from __future__ import annotations

import logging

import pytest

from app.ui.kit.error_boundary import report


def test_a_fault_is_logged_under_its_reference_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("income 202500 of client 100002")
    except ValueError as error:
        with caplog.at_level(logging.ERROR):
            reference = report(error)
    assert reference in caplog.text and "ValueError" in caplog.text and "test_error_boundary.py" in caplog.text
    assert "100002" not in caplog.text and "202500" not in caplog.text

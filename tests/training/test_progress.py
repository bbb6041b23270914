"""A bar counts what is done, and is full when everything is."""

import pytest
from tqdm import tqdm

from training.progress import Progress, progress_bar


@pytest.fixture
def bars(monkeypatch):
    """Every bar that is shown."""
    shown = []

    class Kept(tqdm):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            shown.append(self)

    monkeypatch.setattr("training.progress.tqdm", Kept)
    return shown


def test_a_step_counts_when_it_is_done_and_its_details_never_do(bars):
    with progress_bar(2) as progress:
        progress.step("reading")
        for part in range(50):
            progress.detail(f"part {part}")
        assert bars[0].n == 0
        progress.step("writing")
        assert bars[0].n == 1
    assert (bars[0].n, bars[0].total) == (2, 2)


def test_what_breaks_off_is_not_shown_as_done(bars):
    with pytest.raises(ValueError, match="planted"), progress_bar(2) as progress:
        progress.step("reading")
        progress.step("writing")
        raise ValueError("planted")
    assert (bars[0].n, bars[0].total) == (1, 2)


def test_without_a_bar_nobody_is_told(capsys):
    progress = Progress()
    progress.step("reading")
    progress.detail("half of it")
    progress.end()
    assert capsys.readouterr() == ("", "")

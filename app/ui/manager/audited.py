"""How groups are treated at a threshold, kept for each release and threshold: a thousand resamples a grouping."""

from __future__ import annotations

import streamlit as st

from app.scoring.audit.fairness import Audit
from app.store.evidence import Evidence
from app.ui.loaders import evidence, portfolio


def audits(threshold: float) -> tuple[Audit, ...]:
    """Every grouping at a threshold.

    Raises:
        QuestionProblem: as ``evidence``.
    """
    return _audits(portfolio().release, threshold, evidence())


@st.cache_resource(max_entries=16, show_spinner=False)
def _audits(release: str, threshold: float, _known: Evidence) -> tuple[Audit, ...]:
    return tuple(each.audit(threshold) for each in _known.attributes)

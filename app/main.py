"""The desk's server: ``streamlit run app/main.py``. Each reader's page is drawn by ``desk.py``."""

from __future__ import annotations

import sys

import streamlit as st
from starlette.middleware import Middleware

from app.scoring.problems import Problem
from app.settings import settings
from app.ui.kit import style
from app.ui.shell.admission import Protected, ReadingOnly, Sessions
from app.ui.shell.cookie import read_secrets

try:
    read_secrets()
    most = settings().sessions_per_address
except Problem as problem:
    print(problem, file=sys.stderr)
    sys.exit(2)

middleware = [Middleware(Protected), Middleware(ReadingOnly), Middleware(Sessions, most=most)]
app = st.App("desk.py", routes=[style.ROUTE], middleware=middleware)

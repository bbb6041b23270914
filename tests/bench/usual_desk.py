"""The dashboard that public projects ship: everyone's rows from CSV in memory, SHAP and matplotlib at each rerun.

``streamlit run tests/bench/usual_desk.py`` with BENCH_CSV and BENCH_CHAMPION; the client is ``?client=``.
"""

import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import shap
import streamlit as st

from app.scoring.champion import Champion


@st.cache_resource
def everything():
    return pd.read_csv(os.environ["BENCH_CSV"]), Champion.load(Path(os.environ["BENCH_CHAMPION"]))


rows, champion = everything()
client = int(st.query_params.get("client", rows.SK_ID_CURR.iloc[0]))
st.title(f"Client {client}")
row = champion.matrix(rows[client == rows.SK_ID_CURR])
st.metric("Probability of default", f"{champion.booster.predict(row)[0]:.1%}")
explained = shap.TreeExplainer(champion.booster)(pd.DataFrame(row, columns=champion.features))
shap.plots.waterfall(explained[0], show=False)
st.pyplot(plt.gcf())
plt.close("all")

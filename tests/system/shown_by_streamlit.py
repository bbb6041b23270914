"""Everything in Streamlit that reads a text, given the same one; ``test_hostile_text.py`` looks at the page."""

from __future__ import annotations

import os

import plotly.graph_objects as go
import streamlit as st

from app.ui.kit.plain_text import in_chart, plain, visible

text = os.environ["HOSTILE"]
said, seen = plain(text), visible(text)

st.title(said, help=said, anchor=False)
st.header(said, anchor=False)
st.markdown(said)
st.caption(said)
st.button(said, help=said)
st.link_button(said, "/")
st.download_button(said, "")
st.text_input(said, help=said, placeholder=seen)
st.text_area(said)
st.number_input(said)
st.selectbox(said, [0], format_func=lambda each: visible(text))
st.multiselect(said, [0], [0], format_func=lambda each: visible(text))
st.select_slider(said, [0, 1], format_func=lambda each: plain(text))
st.slider(said)
st.radio(said, [0], format_func=lambda each: plain(text))
st.segmented_control(said, [0], format_func=lambda each: plain(text))
st.toggle(said)
st.expander(said)
st.tabs([said, "b"])
layout = {"title": in_chart(text), "xaxis": {"tickvals": [1], "ticktext": [in_chart(text)]}}
st.plotly_chart(go.Figure(go.Bar(x=[1], y=[1], text=[in_chart(text)]), layout), alt=seen)
st.html("<p id=end>end</p>")

"""Answers as Plotly figures: a figure knows the answer, the reader's words and the palette, nothing of Streamlit."""

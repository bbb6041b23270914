"""Versions: registered, judged, served, taken back."""

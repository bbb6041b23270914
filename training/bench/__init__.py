"""Candidates under imbalance strategies, ranked by cost."""

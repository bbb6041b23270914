"""Benchmarks: each beside the baseline it is compared with, in one run; ``make bench`` writes the table."""

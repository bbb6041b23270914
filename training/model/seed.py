"""The seed of every training run that names no other: the day the competition opened."""

SEED = 20180517

"""A client among others: the group, and where they stand in it."""

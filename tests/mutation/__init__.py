"""Whether the tests notice a change of what decides: one place changed at a time (``make mutate``)."""

"""The loan officer's wing: one client's file, from the answer to the decision."""

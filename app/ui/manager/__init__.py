"""The manager's wing: threshold, fairness, policy, journal."""

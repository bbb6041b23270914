"""What the API is made of, beside the scoring core it shares with the dashboard."""

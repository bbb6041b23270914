"""What the raw tables hold, on one page."""

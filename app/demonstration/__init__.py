"""The demonstration's past: a plausible month of invented people, told by the same road as real work is recorded."""

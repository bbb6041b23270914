"""From rows to a calibrated champion and its card."""

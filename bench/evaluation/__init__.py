"""Experiment to predictions, records of runs, and what may be concluded from them."""

"""Solvers that give scikit-learn's guesses for many values of one setting at once, in less time."""

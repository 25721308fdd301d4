"""Solvers that give scikit-learn's predictions for many values of one setting at once, in less time."""

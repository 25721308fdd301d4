"""Sentence encoders computed here from the weights of other packages, with the same vectors on every processor."""

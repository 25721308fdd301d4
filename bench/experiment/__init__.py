"""What is asked: the typed experiment file, the splits and the scores."""

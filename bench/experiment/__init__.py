"""What an experiment asks: the typed experiment file, protocols, metrics and strategies."""

"""Chat models that label texts: what they are told, which examples they see, what they answer, what that took."""

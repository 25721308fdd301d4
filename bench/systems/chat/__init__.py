"""Chat models that label texts: their messages, examples, answers and costs."""

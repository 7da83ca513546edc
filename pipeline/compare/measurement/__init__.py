"""Measurement models: whether the answers to the questions of a scale go together as one thing, and in the same way for everybody."""

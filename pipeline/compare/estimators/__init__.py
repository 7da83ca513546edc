"""One method, one file; ``registry`` has a line for each."""

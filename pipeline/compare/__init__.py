"""From scores to estimates: the one place where groups are compared."""

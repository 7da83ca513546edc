"""From estimates to release: the one place that decides what may leave."""

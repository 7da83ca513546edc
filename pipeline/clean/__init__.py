"""Raw files become responses: every cell explained, every row accounted for."""

"""Sentences made from estimates: what was found, how sure it is, and what it does not show."""

"""Planted effects are recovered: how often each interval holds the truth in many draws of a declared study."""

"""Rörlighet: from raw survey answers to defensible evaluation reports."""

__version__ = "0.2.0"

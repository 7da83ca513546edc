"""Declared studies with made-up answers: files as an evaluator would receive them."""

"""Drafts: from exports of survey tools to a declared study that a researcher corrects and completes."""

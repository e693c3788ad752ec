"""Matching of any two tables, or of one with itself, as a matching file describes it."""

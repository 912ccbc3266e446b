"""Briefs and lists in formats for other programs."""

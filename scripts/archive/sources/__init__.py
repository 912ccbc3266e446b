"""Bytes as received become numbered lines."""

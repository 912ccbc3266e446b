"""Turn bytes as received into numbered lines."""

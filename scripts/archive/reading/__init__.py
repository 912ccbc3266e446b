"""Turn lines into statements and blocks; every character of a text is claimed once."""

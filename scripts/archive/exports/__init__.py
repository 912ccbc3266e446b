"""A brief or a list in a format for other programs."""

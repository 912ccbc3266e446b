"""What curators know, checked against the readings of the texts."""

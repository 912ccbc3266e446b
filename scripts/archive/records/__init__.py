"""What curators know, checked against the readings: records, authority files, ledger, library."""

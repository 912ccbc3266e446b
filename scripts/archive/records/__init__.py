"""What curators know, held against the readings: records, authority files, themes, the ledger, the library."""

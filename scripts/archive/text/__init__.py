"""Words and signs: dates, names, languages, sentences, tables, escaping. Knows nothing of briefs."""

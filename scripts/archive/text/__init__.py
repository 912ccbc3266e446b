"""Handle words and signs: dates, names, languages, sentences, tables. It knows no briefs."""

"""Items by the names that people use: ids and titles, near spellings of them, and what else a row tells."""

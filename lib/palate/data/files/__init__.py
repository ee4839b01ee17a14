"""Files of raw tables: found, opened whatever their archive and encoding, and cut into pieces."""

"""Raw tables: files cut into pieces, lines and columns cast to types, and a reason for each refused row."""

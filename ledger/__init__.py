"""The book: entries appended, never changed; read back as stored, and held against their rows."""

"""The door: what may come in, what goes out, and in which words. No rules here."""

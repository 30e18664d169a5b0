"""The minutes of a meeting as data: composed from its entries, each thing with the entry it stands in."""

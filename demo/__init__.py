"""Books to try the product on: real public histories, as commands with their sources."""

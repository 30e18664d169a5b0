"""What the book says, as rows: rendered from the domain's one fold, kept in versions, built again at will."""

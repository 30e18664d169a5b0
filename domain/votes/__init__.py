"""Register of proposals and votes (forslag og avstemninger): what was put to the vote, who could, and the result."""

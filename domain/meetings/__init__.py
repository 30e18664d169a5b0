"""Register of meetings (møter): how they are called, who attends, what is closed, and who may not take part in what."""

"""Questions a researcher asks of a family of games."""

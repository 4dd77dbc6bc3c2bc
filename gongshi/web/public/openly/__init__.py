"""Pages that tell nothing about whoever reads them: published cases and the board. Anybody may keep a copy."""

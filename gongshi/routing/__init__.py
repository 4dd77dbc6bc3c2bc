"""Categories, promises, and the rules that send a matter to an office."""

"""Doors for whoever keeps the program running: is it well, how does it do. Nothing moves with a single case."""

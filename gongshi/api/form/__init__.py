"""What somebody needs who is about to file: what there is to choose from, and what is said of their words."""

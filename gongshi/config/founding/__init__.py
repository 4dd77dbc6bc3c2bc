"""A new instance, from answers to a thing that runs: what is asked, what is made, what is copied where."""

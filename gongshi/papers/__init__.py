"""Papers of one's own filing, for whichever door they leave by: a copy to take home, and a dossier for a court."""

"""Settings, strict environment readers, addresses, servers and the command line."""

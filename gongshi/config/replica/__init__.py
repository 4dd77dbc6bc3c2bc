"""A server that carries the public tables alone, kept up by PostgreSQL's logical replication (decision 0044)."""

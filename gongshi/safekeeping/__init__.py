"""Keys and wraps, encrypted fields and files, the public ledger's leaves. Knows rows by opaque id only."""

"""Pure wire formats: plain data in, bytes out; text in, plain data and faults out."""

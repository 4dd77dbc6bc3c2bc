"""`gongshi witness`: keeps and co-signs a house's heads from outside, and notices when its past was rewritten.

For a newspaper, a lawyer, a neighbour: needs this package, a folder and the house's address, and neither Django nor a
database. Its HTTP client is the program's only one beside the transports; it asks the one address that it was given.
"""

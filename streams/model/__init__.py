"""The shared nouns: what every stage may know, and nothing that reads a clock, a file or a network."""

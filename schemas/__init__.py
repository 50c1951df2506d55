"""The wire contracts: topics, records, examples, and the loader."""

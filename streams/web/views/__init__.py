"""From rows of the store to what a template shows: pure functions, no store, no clock, no request."""

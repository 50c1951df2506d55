"""What people do: subscriptions, silences, acknowledgements and feedback, as records on the log."""

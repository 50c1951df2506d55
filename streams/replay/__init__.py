"""Replay and backtest: the same agents over any range of the past, on a log of their own."""

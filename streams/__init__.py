"""Newsvane: raw news articles in, alerts about what users watch for out.

The line reads from left to right, one package a stage and one Kafka topic between each:
raw -> clean -> dedupe -> detect -> stance -> alert. ``app.py`` shows it on one page.
"""

__version__ = "0.1.0"

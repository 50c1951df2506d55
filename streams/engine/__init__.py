"""What Faust lacks and news rules must not know: batches, acknowledged output, stage state, outcomes, dead letters.

A batch goes through five doors: ``transport`` reads it (one Faust message is one fetched batch of one partition),
``work`` decodes and applies a stage's pure function record by record, ``keeper`` makes outputs, state and position
move together, and only then does the consumer learn what it may commit. ``worker`` ties them into a running process.
"""

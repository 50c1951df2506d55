"""Which articles are copies of which? articles-clean -> articles-deduped; every article goes on, with its verdict.

``step.py`` is the stage: one article in, its verdict and the changed verdicts of earlier ones out. ``words.py`` folds
a text, ``sketch.py`` says what of it is remembered, ``compare.py`` decides on two sketches, ``verdict.py`` says why in
a sentence, ``remembered.py`` is the state's bytes, ``memory.py`` finds candidates and forgets, ``batch.py`` judges a
whole input. Outcomes: original, exact, near, repeat. Why it is done so: ``docs/decisions/dedupe.md``.
"""

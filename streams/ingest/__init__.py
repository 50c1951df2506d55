"""Raw articles out of files, folders, standard input and feeds, into the topic ``articles-raw``.

``inputs`` finds and opens, ``documents`` and ``feeds`` read, ``admit`` stamps and holds against the contract, ``run``
is the loop, ``progress`` lets an interrupted one go on. What a refusal says is in ``docs/bad-input.md``.
"""

"""The rules engine: a closed tree of cited conditions, compiled for one person with reasons and for many.

``tree`` (the language) → ``check`` (types) → ``programme`` (a checked whole) → ``closures`` (one person) and
``batch`` (many, through Narwhals). ``explanation`` puts the reasons into words, ``neutrality`` refuses what
rights rule 1 forbids.
"""

"""Words by which a government binds itself, and what may not stand in them.

A promise, a task, an agenda, minutes, a notice, a reply, a reason: each is a free text that others have to do
something by, or read in public. None of them may speak of how many children are born to whom (``births``),
make a family's help hang on what the family does (``conduct``), find fault with families, or name anybody
(``naming``). ``checking`` looks for all of it. A check of words is a first gate: the second person, who reads
what the words mean, is the other.

Source: rights by construction, rules 1, 2, 5, 6, 9 and 10; 人口与计划生育法 (2021), articles 3 and 17 to 27.
"""

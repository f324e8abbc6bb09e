"""The front door of the exchange with national and provincial systems."""

from tongchou.apps.exchange.answers import (
    Decided,
    Line,
    Told,
    decide,
    discard,
    lines,
    of_case,
    problems_of,
    rows_of,
    stage,
    to_decide,
)
from tongchou.apps.exchange.exporting import (
    KEPT,
    LONGEST,
    MOST,
    Asked,
    Counted,
    File,
    count,
    export,
    file_of,
    forget,
)
from tongchou.apps.exchange.models import Answer, Export, Problem, Reason, State
from tongchou.apps.exchange.reach import EXCHANGE, answer_of, export_of, readable
from tongchou.apps.exchange.templates import template_of, templates
from tongchou.apps.exchange.words import problem_words

__all__ = [
    "EXCHANGE",
    "KEPT",
    "LONGEST",
    "MOST",
    "Answer",
    "Asked",
    "Counted",
    "Decided",
    "Export",
    "File",
    "Line",
    "Problem",
    "Reason",
    "State",
    "Told",
    "answer_of",
    "count",
    "decide",
    "discard",
    "export",
    "export_of",
    "file_of",
    "forget",
    "lines",
    "of_case",
    "problem_words",
    "problems_of",
    "readable",
    "rows_of",
    "stage",
    "template_of",
    "templates",
    "to_decide",
]

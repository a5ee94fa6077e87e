"""How good outputs are: scores with intervals, significance against another system, and rates of the checks' flags.

`gather` reads or makes the outputs of the systems and brings them into the order of the references, `evaluate` scores
them, `as_markdown` and `as_json` write the result. What is imported here is light; scorers are loaded when they score.
"""

from mt.evaluation.making import Configured, names_configuration
from mt.evaluation.scores import Evaluation, Score, SystemScores
from mt.evaluation.tables import as_json, as_markdown
from mt.evaluation.task import Material, Request, System, evaluate, gather, parse_system

__all__ = [
    "Configured",
    "Evaluation",
    "Material",
    "Request",
    "Score",
    "System",
    "SystemScores",
    "as_json",
    "as_markdown",
    "evaluate",
    "gather",
    "names_configuration",
    "parse_system",
]

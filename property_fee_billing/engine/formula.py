# Copyright 2026 Property Fee Contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Formulas a firm writes for its own fees: ``area * price * 1.2 + base``.

A formula gives the figure of one month. It may use the variables ``area``,
``inner_area``, ``price``, ``base`` and ``floor``, decimal numbers, ``+ - * /``,
brackets, ``min`` and ``max``, and ``... if ... else ...`` with a comparison as
condition. Numbers are exact: 1.2 is 12/10, never a float. Anything else is
refused when the formula is saved, not when it is billed.

The text is checked against that list first, so the message can be one clear
sentence, and then worked out by ``simpleeval`` with nothing else enabled.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from simpleeval import InvalidExpression, SimpleEval

from .sentence import Sentence as _lt

VARIABLES = ("area", "inner_area", "price", "base", "floor")
FUNCTIONS = {"min": min, "max": max}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
MAX_LENGTH = 300
MAX_DEPTH = 30
#: Up to twelve digits before the point and twelve after; no 1e9, 0x1f or 1_000.
_NUMBER = re.compile(r"(\d{1,12}(\.\d{0,12})?|\.\d{1,12})\Z")


class FormulaError(ValueError):
    """A formula that cannot be used, with the reason in one sentence.

    :param sentence: the reason, as a :class:`~.sentence.Sentence`
    """

    def __init__(self, sentence: _lt):
        super().__init__(sentence)
        self.sentence = sentence


class _ExactEval(SimpleEval):
    """simpleeval with exact numbers and only the nodes a formula may have."""

    def __init__(self, text: str, names: Mapping[str, Fraction]):
        super().__init__(operators=OPERATORS, functions=FUNCTIONS, names=names)
        self.source = text
        allowed = (ast.Name, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp, ast.Call)
        self.nodes = {node: self.nodes[node] for node in allowed}
        self.nodes[ast.Constant] = self._eval_number

    def _eval_number(self, node: ast.Constant) -> Fraction:
        """The number as it is written, so that 1.2 does not pass through a float."""
        return Fraction(ast.get_source_segment(self.source, node))


def check_formula(text: str) -> None:
    """Raise :class:`FormulaError` unless ``text`` is a formula that can be billed.

    >>> check_formula("area * prize")
    Traceback (most recent call last):
    ...
    FormulaError: Unknown variable 'prize'
    """
    _parse(_cleaned(text))


def formula_variables(text: str) -> frozenset[str]:
    """The variables a formula uses, in any of its branches."""
    return _parse(_cleaned(text))[1]


def evaluate_formula(
    text: str, variables: Mapping[str, Decimal | int | None]
) -> Fraction:
    """Work out a formula exactly.

    :param variables: a value for each variable the formula uses
    :raises FormulaError: a formula that may not be used, a variable without a
        value, or a division by zero
    """
    source = _cleaned(text)
    node, used = _parse(source)
    empty = sorted(name for name in used if variables.get(name) is None)
    if empty:
        raise FormulaError(_lt("The variable %(name)s is empty.", name=repr(empty[0])))
    names = {name: Fraction(variables[name]) for name in used}
    try:
        return Fraction(_ExactEval(source, names).eval(source, previously_parsed=node))
    except ZeroDivisionError as error:
        raise FormulaError(_lt("The formula divides by zero.")) from error
    except InvalidExpression as error:
        raise FormulaError(
            _lt("The formula cannot be worked out: %(error)s", error=str(error))
        ) from error


def _cleaned(text: str) -> str:
    """One line without outer blanks; line breaks are only for reading."""
    return " ".join((text or "").split())


@lru_cache(maxsize=1024)
def _parse(source: str) -> tuple[ast.expr, frozenset[str]]:
    """The checked tree of a cleaned formula and the variables in it."""
    if not source:
        raise FormulaError(_lt("The formula is empty."))
    if len(source) > MAX_LENGTH:
        raise FormulaError(
            _lt(
                "The formula is longer than %(limit)s characters.",
                limit=str(MAX_LENGTH),
            )
        )
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(_lt("The formula is not a complete expression.")) from error
    used: set[str] = set()
    _check_number(tree, source, used, depth=0)
    return tree, frozenset(used)


def _check_number(node: ast.expr, source: str, used: set[str], depth: int) -> None:
    """Check a part that must give a number, and note the variables in it."""
    if depth > MAX_DEPTH:
        raise FormulaError(_lt("The formula is nested too deeply."))
    if isinstance(node, ast.Constant):
        _check_literal(ast.get_source_segment(source, node) or "")
    elif isinstance(node, ast.Name):
        _check_variable(node.id)
        used.add(node.id)
    else:
        for part in _parts(node, source):
            _check_number(part, source, used, depth + 1)


def _parts(node: ast.expr, source: str) -> list[ast.expr]:
    """The parts of a compound expression that must be numbers themselves."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return [node.operand]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse, *_condition_parts(node.test, source)]
    if isinstance(node, ast.Call):
        return _call_parts(node)
    part = ast.get_source_segment(source, node)
    raise FormulaError(
        _lt(
            "%(part)s is not allowed in a formula; use numbers, variables, + - * /, "
            "min, max and 'x if condition else y'.",
            part=repr(part),
        )
    )


def _condition_parts(node: ast.expr, source: str) -> list[ast.expr]:
    """The sides of a comparison, the only condition there is."""
    if isinstance(node, ast.Compare) and all(
        type(sign) in OPERATORS for sign in node.ops
    ):
        return [node.left, *node.comparators]
    part = ast.get_source_segment(source, node)
    raise FormulaError(
        _lt(
            "The condition %(part)s must be a comparison such as 'area > 100'.",
            part=repr(part),
        )
    )


def _call_parts(node: ast.Call) -> list[ast.expr]:
    """The arguments of ``min`` or ``max``."""
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name not in FUNCTIONS:
        raise FormulaError(_lt("A formula may call 'min' and 'max' only."))
    if len(node.args) < 2 or node.keywords:
        raise FormulaError(_lt("%(name)s needs two or more numbers.", name=repr(name)))
    return node.args


def _check_literal(text: str) -> None:
    """Only plain decimal numbers of a sensible size."""
    if not _NUMBER.match(text):
        raise FormulaError(
            _lt(
                "%(number)s is not a plain number of up to 12 digits before the point "
                "and 12 after it.",
                number=repr(text),
            )
        )


def _check_variable(name: str) -> None:
    """Only the variables that are documented."""
    if name not in VARIABLES:
        raise FormulaError(
            _lt(
                "Unknown variable %(name)s: a formula may use %(variables)s.",
                name=repr(name),
                variables=", ".join(VARIABLES),
            )
        )

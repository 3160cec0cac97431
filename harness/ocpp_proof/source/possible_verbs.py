"""Which verbs of a driver a case may ask for on any way through it, read from its code without running it.

More may be named than any run asks for: what a helper does for other cases counts as well. `verbs.py` has those that
a case needs whatever happens.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from ..sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from .code import Function, Module, parse
from .values import Values

__all__ = ["possible_verbs"]

_VERBS = {*STATION_VERBS, *CSMS_VERBS} - set(QUESTIONS)


@functools.cache
def possible_verbs(file: Path, function: str, ocpp: str) -> frozenset[str]:
    """The verbs that the case function of a file may ask for in one version; none for one that is not at its top."""
    module = parse(file)
    if function not in module.functions:
        return frozenset()
    found: set[str] = set()
    _follow(module.functions[function], module, ocpp, found, set())
    return frozenset(found)


def _follow(node: ast.AST, module: Module, ocpp: str, found: set[str], followed: set[int]) -> None:
    """Add the verbs of everything that the code names, called here or handed on."""
    if id(node) in followed:
        return
    followed.add(id(node))
    values = Values(module, ocpp)
    for part in ast.walk(node):
        found |= _asked(part)
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Load):
            if (called := values.function_of(part)) is not None:
                _follow(_body(called[0]), called[1], ocpp, found, followed)
            elif isinstance(part, ast.Name) and part.id in module.constants:
                _follow(module.constants[part.id], module, ocpp, found, followed)


@functools.cache
def _body(function: Function) -> ast.AST:
    """What a function does, without its annotations, which name classes."""
    return ast.Module(body=function.body, type_ignores=[])


def _asked(node: ast.AST) -> set[str]:
    """The verb of `sut.plug_in`, called here or handed on, or of `sut.do("plug_in")`."""
    if isinstance(node, ast.Call):
        first = node.args[0] if node.args else None
        is_do = isinstance(node.func, ast.Attribute) and node.func.attr == "do" and _is_sut(node.func.value)
        return {str(first.value)} & _VERBS if is_do and isinstance(first, ast.Constant) else set()
    return {node.attr} & _VERBS if isinstance(node, ast.Attribute) and _is_sut(node.value) else set()


def _is_sut(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] == "sut"

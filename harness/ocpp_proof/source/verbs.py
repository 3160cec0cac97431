"""Which verbs of a driver a case needs on every way through it, read from its code without running it.

What only one branch does, what a loop may not reach, and what is tried with another way in reserve is not counted: a
verb that is named here is asked for in any run of the case that gets so far.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from ..sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from .code import Function, parse
from .values import Names, Values, bound_parameters, name_of, unpacked

__all__ = ["needed_verbs"]

DEPTH = 8
"""How deep calls are followed."""
_VERBS = {*STATION_VERBS, *CSMS_VERBS} - set(QUESTIONS)
_LATER = {"on_undo", "partial", "ensure_future", "create_task"}
"""Calls whose arguments are done at another time, or perhaps never."""
_FORGIVING = {"DriverError", "Inconclusive", "OcppProofError", "Exception", "BaseException"}


@functools.cache
def needed_verbs(file: Path, function: str, ocpp: str) -> frozenset[str]:
    """The verbs of the case function of a file in one version; a CSMS' requests as "request Reset".

    Of a function that does not stand at the top of its file nothing is known.
    """
    module = parse(file)
    if function not in module.functions:
        return frozenset()
    reader = _Reader(Values(module, ocpp), set(), 0)
    return frozenset(reader.body(module.functions[function].body, {}).verbs)


class _Found:
    """The verbs of some statements, what their names stand for afterwards, and whether the function may end there."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.verbs: set[str] = set()
        self.ends = False


class _Reader:
    def __init__(self, values: Values, followed: set[int], depth: int) -> None:
        self.values = values
        self.followed = followed
        self.depth = depth

    def body(self, body: list[ast.stmt], names: Names) -> _Found:
        """Read statements in order, up to where the function may have ended."""
        found = _Found(names)
        for statement in body:
            self._statement(statement, found)
            if found.ends:
                break
        return found

    def _statement(self, statement: ast.stmt, found: _Found) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.If():
                self._branches(statement, found)
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    found.verbs |= self.expression(item.context_expr, found.names)
                if not any(name_of(item.context_expr) == "suppress" for item in statement.items):
                    self._into(found, self.body(statement.body, found.names))
            case ast.For() | ast.AsyncFor():
                found.verbs |= self.expression(statement.iter, found.names)
                items = self.values.closed(statement.iter, found.names)
                if isinstance(items, ast.Tuple | ast.List) and items.elts:
                    bound = dict(unpacked(statement.target, items.elts[0]))
                    found.verbs |= self.body(statement.body, found.names | bound).verbs
                found.ends = found.ends or _may_end(statement.body)
            case ast.Try():
                caught = {name for handler in statement.handlers for name in _caught(handler)}
                if not caught & _FORGIVING:
                    self._into(found, self.body(statement.body, found.names))
                found.verbs |= self.body(statement.finalbody, found.names).verbs
                found.ends = found.ends or any(_may_end(handler.body) for handler in statement.handlers)
            case ast.While() | ast.Match():
                found.ends = _may_end([statement])
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                for part in ast.iter_child_nodes(statement):
                    if isinstance(part, ast.expr):
                        found.verbs |= self.expression(part, found.names)
                found.ends = True
            case _:
                for part in ast.iter_child_nodes(statement):
                    if isinstance(part, ast.expr):
                        found.verbs |= self.expression(part, found.names)
                if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                    found.names = found.names | self.values.assigned(statement.targets[0], statement.value, found.names)

    def _into(self, found: _Found, inner: _Found) -> None:
        found.verbs |= inner.verbs
        found.names, found.ends = inner.names, inner.ends

    def _branches(self, statement: ast.If, found: _Found) -> None:
        found.verbs |= self.expression(statement.test, found.names)
        taken = self.values.decided(statement.test, found.names)
        if taken is not None:
            self._into(found, self.body(statement.body if taken else statement.orelse, found.names))
            return
        both = [self.body(branch, found.names) for branch in (statement.body, statement.orelse)]
        found.verbs |= both[0].verbs & both[1].verbs
        found.ends = any(branch.ends for branch in both)
        after = [branch.names for branch in both]
        found.names = {n: v for n, v in found.names.items() if all(names.get(n) is v for names in after)}

    def expression(self, node: ast.expr, names: Names) -> set[str]:
        """The verbs that are done whenever the expression is evaluated."""
        match node:
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return set()
            case ast.IfExp():
                branches = [self.expression(branch, names) for branch in self.values.branches(node, names)]
                return self.expression(node.test, names) | set.intersection(*branches)
            case ast.BoolOp():
                return self.expression(node.values[0], names)
            case ast.Call():
                return self._call(node, names)
        found: set[str] = set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self.expression(child, names)
        return found

    def _call(self, node: ast.Call, names: Names) -> set[str]:
        name = name_of(node)
        if name in _LATER:
            return set()
        found: set[str] = set()
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            found |= self.expression(argument, names)
        if isinstance(node.func, ast.Attribute):
            found |= self.expression(node.func.value, names)
            if ast.unparse(node.func.value).rpartition(".")[2] == "sut":
                return found | self._operated(node, name, names)
        if name == "given" and node.args:
            node = ast.Call(func=node.args[0], args=node.args[1:], keywords=node.keywords)
        return found | self._followed(node, names)

    def _operated(self, node: ast.Call, name: str, names: Names) -> set[str]:
        first = self.values.literal(node.args[0], names) if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if name == "request":
            return {f"request {text}".strip()}
        if name == "do":
            return {text} & _VERBS
        return {name} & _VERBS

    def _followed(self, node: ast.Call, names: Names) -> set[str]:
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != "self":
            return set()  # whose method it is, only its name would tell
        called = self.values.function_of(node.func)
        if called is None or self.depth >= DEPTH or id(called[0]) in self.followed:
            return set()
        function, module = called
        inner = Values(module, self.values.ocpp)
        bound = bound_parameters(
            function,
            node,
            lambda argument: self.values.closed(argument, names),
            default=lambda value: inner.closed(value, {}),
            method=_is_method(function),
        )
        if any(name_of(d) == "contextmanager" or _name(d) == "contextmanager" for d in function.decorator_list):
            return set()  # how far it is carried out before the block is not followed
        return _Reader(inner, {*self.followed, id(function)}, self.depth + 1).body(function.body, bound).verbs


def _is_method(function: Function) -> bool:
    return bool(function.args.args) and function.args.args[0].arg in ("self", "cls")


def _name(node: ast.expr) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _caught(handler: ast.ExceptHandler) -> list[str]:
    if handler.type is None:
        return ["BaseException"]
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [_name(kind) for kind in kinds]


def _may_end(body: list[ast.stmt]) -> bool:
    """Whether the function may end inside these statements, but for what they call."""
    return any(isinstance(node, ast.Return | ast.Raise) for statement in body for node in ast.walk(statement))

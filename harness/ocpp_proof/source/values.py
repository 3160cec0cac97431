"""What expressions of a case's code stand for, as far as it is known without running it.

Names are followed to constants, parameters to the values given at a call; by version and security profile what applies
is chosen, or every alternative is given. What only a run knows is shown as its name in brackets.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from ..cases.requirements import STEP, ids_of_topic
from .code import Function, Module, module

__all__ = ["Names", "Values", "bound_parameters", "is_data", "name_of", "unpacked"]

_LEFT_OUT = {"requirement", "within", "since", "note", "count", "when"}
_CHOICES = {"by_version", "by_security_profile"}
_KEEPS_THE_TEXT = {"decode", "encode", "isoformat", "join", "upper", "strip", "format", "get"}
"""Methods whose result reads as what they are called on."""

Names = dict[str, ast.expr]


class Values:
    """The values of expressions in one module; `ocpp`: in this version (empty: in all, side by side)."""

    def __init__(self, module: Module, ocpp: str) -> None:
        self.module = module
        self.ocpp = ocpp

    def assigned(self, target: ast.expr, value: ast.expr, names: Names) -> Names:
        """What an assignment makes its names stand for; a name itself where the value is not known."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = zip(target.elts, value.elts, strict=True)
            return {k: v for t, e in pairs for k, v in self.assigned(t, e, names).items()}
        if isinstance(target, ast.Name):
            return {target.id: self.closed(value, names) or ast.Name(target.id)}
        return {}

    def alternatives(self, node: ast.expr, names: Names) -> list[str]:
        """The ids that a requirement can be: one, or one for each version, security profile or branch."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            found = [cited for value in node.values for cited in self.alternatives(value, names)]
            return list(dict.fromkeys(cited for cited in found if cited))
        node = self.literal(node, names)
        match node:
            case ast.Name(id="STEP"):
                return [STEP]
            case ast.BoolOp(op=ast.Or()) if not isinstance(node, ast.Name):
                return self.alternatives(node, names)
            case ast.Call(args=[ast.Constant(value=str() as topic), *_]) if name_of(node) == "by_topic":
                return list(dict.fromkeys(ids_of_topic(topic, self.ocpp)))
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *rest]) if isinstance(
                self.literal(table, names), ast.Dict
            ):
                return self._choices(table, names) + [c for r in rest for c in self.alternatives(r, names)]
            case ast.Call() if (called := self.function_of(node.func)) is not None:
                return self._returned(*called)
            case ast.IfExp():
                return [cited for branch in self.branches(node, names) for cited in self.alternatives(branch, names)]
            case ast.Call() if name_of(node) in _CHOICES and node.args:
                return self._choices(node.args[0], names)
            case ast.Subscript(value=table, slice=ast.Constant(value=int() as index)) if isinstance(
                listed := self.literal(table, names), ast.Tuple
            ):
                return self.alternatives(listed.elts[index], names)
            case ast.Subscript():
                return self._choices(node.value, names)
        return [self.text(node, names)]

    def _returned(self, function: Function, there: Module) -> list[str]:
        """The ids that a function can give."""
        reader = Values(there, self.ocpp)
        found = [cited for value in reader.returns(function.body) for cited in reader.alternatives(value, {})]
        return list(dict.fromkeys(cited for cited in found if cited))

    def returns(self, body: list[ast.stmt]) -> list[ast.expr]:
        """What a function body can return in the version that is read."""
        found: list[ast.expr] = []
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                found.append(statement.value)
            if isinstance(statement, ast.If):
                taken = self.decided(statement.test, {})
                found += self.returns(statement.body) if taken is not False else []
                found += self.returns(statement.orelse) if taken is not True else []
        return found

    def branches(self, node: ast.IfExp, names: Names) -> list[ast.expr]:
        decided = self.decided(node.test, names)
        return [node.body, node.orelse] if decided is None else [node.body if decided else node.orelse]

    def _choices(self, node: ast.expr, names: Names) -> list[str]:
        """The values of a table by version or security profile: those of the version that is read, else all."""
        node = self.literal(node, names)
        if not isinstance(node, ast.Dict):
            return [self.text(node, names)]
        values = {self.text(key, names): value for key, value in zip(node.keys, node.values, strict=True) if key}
        if self.ocpp:
            own = [k for k in sorted(values, key=len, reverse=True) if self.ocpp == k or self.ocpp.startswith(f"{k}.")]
            values = {own[0]: values[own[0]]} if own else values
        return [cited for value in values.values() for cited in self.alternatives(value, names)]

    def decided(self, test: ast.expr, names: Names) -> bool | None:
        """Whether a condition holds in the version that is read; None where only a run can say."""
        test = self.literal(test, names)
        match test:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]) if isinstance(
                known := self.literal(left, names), ast.Constant
            ) and isinstance(wanted := self.literal(right, names), ast.Constant):
                return (known.value == wanted.value) is isinstance(op, ast.Eq)
            case ast.Constant(value=bool() as value):
                return value
            case ast.Name(id="v16") | ast.Attribute(attr="v16") if self.ocpp:
                return self.ocpp == "1.6"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                decided = self.decided(operand, names)
                return None if decided is None else not decided
            case ast.BoolOp(op=op, values=values):
                parts = [self.decided(value, names) for value in values]
                ends = isinstance(op, ast.Or)
                return ends if ends in parts else None if None in parts else not ends
            case ast.Compare(left=ast.Attribute(attr="ocpp") | ast.Name(id="ocpp"), ops=[op], comparators=[right]) if (
                self.ocpp
            ):
                compared = self.literal(right, names)
                elements = compared.elts if isinstance(compared, ast.Tuple | ast.List | ast.Set) else [compared]
                among = self.ocpp in [self.text(element, names) for element in elements]
                return among if isinstance(op, ast.Eq | ast.In) else not among
        return None

    def expected_fields(self, node: ast.expr, names: Names) -> str:
        node = self.literal(node, names)
        if not isinstance(node, ast.Dict):
            return self.text(node, names)
        shown = []
        for key, value in zip(node.keys, node.values, strict=True):
            path = "…" if key is None else self.text(key, names)
            absent = isinstance(value, ast.Constant) and value.value is None
            text = self.text(value, names)
            if isinstance(value, ast.Tuple):
                text = re.sub(r"\bNone\b", "absent", text)
            shown.append(f"no {path}" if absent else f"{path} = {text}")
        return ", ".join(shown)

    def fields(self, keywords: list[ast.keyword], names: Names) -> str:
        shown = []
        for keyword in keywords:
            if keyword.arg is None and isinstance(literal := self.literal(keyword.value, names), ast.Dict):
                shown += [
                    f"{self.text(k, names)}={self.text(v, names)}"
                    for k, v in zip(literal.keys, literal.values, strict=True)
                    if k is not None
                ]
            elif keyword.arg is not None and keyword.arg not in _LEFT_OUT:
                text = self.text(keyword.value, names)
                known = not text.startswith(("[", "…"))
                shown.append(f"{keyword.arg}={text}" if known else keyword.arg)
        return f"({', '.join(shown)})" if shown else ""

    def function_of(self, node: ast.expr) -> tuple[Function, Module] | None:
        """What a call leads to: a function of this module or of an imported one, or a method of their classes."""
        if isinstance(node, ast.Name):
            if node.id in self.module.functions:
                return self.module.functions[node.id], self.module
            origin, name = self.module.imports.get(node.id, ("", ""))
            there = module(origin)
            if there is not None and name in there.functions:
                return there.functions[name], there
            return None
        if isinstance(node, ast.Attribute):
            if ast.unparse(node.value) in ("csms", "station", "sut", "bench", "self.csms", "self.sut", "self.station"):
                return None
            for there in self._reachable():
                if node.attr in there.methods:
                    return there.methods[node.attr], there
        return None

    def _reachable(self) -> Iterator[Module]:
        yield self.module
        for origin in dict.fromkeys(origin for origin, _ in self.module.imports.values()):
            if (there := module(origin)) is not None:
                yield there

    def literal(self, node: ast.expr, names: Names) -> ast.expr:
        """The expression behind a name, where it is known."""
        if isinstance(node, ast.Name):
            if node.id in names:
                return names[node.id]
            if node.id in self.module.constants:
                return self.module.constants[node.id]
            origin, name = self.module.imports.get(node.id, ("", ""))
            there = module(origin, also_harness=True)
            if there is not None and isinstance(there.constants.get(name), ast.Constant):
                return there.constants[name]
            there = module(origin)
            if there is not None and name in there.constants:
                return there.constants[name]
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            values = [self.literal(value, names) for value in node.values]
            return next((v for v in values if not (isinstance(v, ast.Constant) and not v.value)), values[-1])
        return node

    def closed(self, node: ast.expr, names: Names) -> ast.expr | None:
        """The value of an expression as far as it is known here, free of names; None where it is not data."""
        node = self.literal(node, names)
        match node:
            case ast.Constant():
                return node
            case ast.Name(id="STEP"):
                return node
            case ast.Compare() | ast.UnaryOp() if (decided := self.decided(node, names)) is not None:
                return ast.Constant(decided)
            case ast.IfExp():
                return self._closed_choice(node, names)
            case ast.Call() if (pattern := self._pattern(node, names)) is not None:
                return pattern
            case ast.BoolOp(op=ast.Or(), values=values):
                parts = [self.closed(value, names) for value in values]
                return None if None in parts else ast.BoolOp(ast.Or(), [part for part in parts if part])
            case ast.Call() if name_of(node) == "by_topic" or self.function_of(node.func) is not None:
                return node if name_of(node) == "by_topic" else None
            case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[]) if isinstance(
                closed := self.closed(table, names), ast.Dict
            ):
                entries = zip(closed.keys, closed.values, strict=True)
                return ast.Tuple([ast.Tuple([key, value]) for key, value in entries if key])
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=arguments) if isinstance(
                closed := self.closed(table, names), ast.Dict
            ):
                return ast.Call(ast.Attribute(closed, "get"), arguments, [])
            case ast.Call(func=function, args=[table, *_]) if name_of(node) in _CHOICES:
                closed = self.closed(table, names)
                return closed and ast.Call(function, [closed], [])
            case ast.Subscript(value=table) if isinstance(closed := self.closed(table, names), ast.Dict):
                key = self.closed(node.slice, names)
                entries = zip(closed.keys, closed.values, strict=True)
                found = [value for k, value in entries if k and key and ast.dump(k) == ast.dump(key)]
                return found[0] if found else ast.Subscript(closed, node.slice)
            case ast.JoinedStr():
                return ast.Constant(self.text(node, names))
            case ast.Tuple() | ast.List():
                return ast.Tuple([self.closed(e, names) or ast.Constant(self.text(e, names)) for e in node.elts])
            case ast.Dict():
                values = [self.closed(v, names) or ast.Constant(self.text(v, names)) for v in node.values]
                keys: list[ast.expr | None] = [k and ast.Constant(self.text(k, names)) for k in node.keys]
                return ast.Dict(keys, values)
        return None

    def _closed_choice(self, node: ast.IfExp, names: Names) -> ast.expr | None:
        closed = [self.closed(branch, names) for branch in self.branches(node, names)]
        if None in closed:
            return None
        return closed[0] if len(closed) == 1 else ast.IfExp(ast.Constant(None), *(c for c in closed if c))

    def _pattern(self, node: ast.Call, names: Names) -> ast.Constant | None:
        """What a Pattern says is expected, made here or by a function that returns nothing else; None for others."""
        match node:
            case ast.Call(func=ast.Name(id="Pattern"), args=[said, *_]):
                return ast.Constant(self.text(said, names))
            case ast.Call(func=ast.Name(id="contains"), args=[member]):
                return ast.Constant(f"contains {self.text(member, names)}")
        called = self.function_of(node.func)
        made = called[0].body[-1] if called else None
        if (
            called
            and isinstance(made, ast.Return)
            and isinstance(made.value, ast.Call)
            and name_of(made.value) == "Pattern"
        ):
            inner = Values(called[1], self.ocpp)
            bound = bound_parameters(
                called[0],
                node,
                lambda argument: self.closed(argument, names) or ast.Constant(self.text(argument, names)),
                default=lambda value: inner.closed(value, {}),
                method=False,
            )
            return inner._pattern(made.value, bound)
        return None

    def text(self, node: ast.expr, names: Names) -> str:
        node = self.literal(node, names)
        match node:
            case ast.Constant():
                return str(node.value)
            case ast.JoinedStr():
                return "".join(
                    str(v.value)
                    if isinstance(v, ast.Constant)
                    else self.text(v.value, names)
                    if isinstance(v, ast.FormattedValue)
                    else ""
                    for v in node.values
                )
            case ast.Tuple() | ast.List():
                return " or ".join(self.text(e, names) for e in node.elts)
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                inner = ", ".join(f"{self.text(k, names)} = {self.text(v, names)}" for k, v in pairs if k is not None)
                return f"{{{inner}}}"
            case ast.Await() | ast.Starred():
                return self.text(node.value, names)
            case ast.IfExp():
                return " or ".join(dict.fromkeys(self.text(b, names) for b in self.branches(node, names)))
            case ast.Call() if name_of(node) in _CHOICES and node.args:
                return " or ".join(dict.fromkeys(self._choices(node.args[0], names)))
            case ast.Subscript() if isinstance(known := self.closed(node, names), ast.Constant):
                return str(known.value)
            case ast.Subscript(value=table) if isinstance(self.literal(table, names), ast.Dict):
                return " or ".join(dict.fromkeys(self._choices(table, names)))
            case ast.Call(func=ast.Name(id="str" | "int" | "float" | "list" | "sorted" | "dict"), args=[argument, *_]):
                return self.text(argument, names)
            case ast.Call(func=ast.Attribute(value=value, attr="lower"), args=[]):
                text = self.text(value, names)
                return text if text.startswith("[") else text.lower()
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _KEEPS_THE_TEXT:
                return self.text(value, names)
            case ast.Call():
                pattern = self._pattern(node, names)
                return str(pattern.value) if pattern else f"[{name_of(node)}]"
        return _placeholder(node)


def _placeholder(node: ast.expr) -> str:
    """What stands for a value that only a run knows: its name in brackets, where it has one."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"[{name}]"
    return "…"


def bound_parameters(
    function: Function,
    call: ast.Call,
    closed: Callable[[ast.expr], ast.expr | None],
    *,
    default: Callable[[ast.expr], ast.expr | None],
    method: bool,
) -> Names:
    """The parameters of a function that are known at a call: arguments that are data, else the defaults."""
    positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    defaults = function.args.defaults
    named = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
    named |= {k.arg: v for k, v in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if v}
    found = {name: known for name, value in named.items() if (known := default(value)) is not None}
    given = [*zip(positional[int(method) :], call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    values: Names = dict(found)
    parameters = {*positional, *(k.arg for k in function.args.kwonlyargs)}
    for parameter, argument in given:
        if parameter in parameters:
            value = closed(argument)
            if value is None:
                values.pop(str(parameter), None)
            else:
                values[str(parameter)] = value
    return values


def unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for t, v in zip(target.elts, value.elts, strict=False):
            yield from unpacked(t, v)


def is_data(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.Dict | ast.Tuple | ast.List)


def name_of(node: ast.expr) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""

"""A case's scenario, read from its code without running or importing it: preconditions, steps, messages, judgements.

Functions that a case calls (of its own file, or of the states) are followed, with the values that are known
at the call, so that what a state judges counts for the case that executes it in a step.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..cases.requirements import STEP, ids_of_topic
from ..sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from .cases import CaseSource
from .code import Function, Module, module, parse

__all__ = ["Judgement", "Row", "Scenario", "read"]

DEPTH = 6
"""How deep calls are followed."""

_SENDS = {"call", "attempt", "send_call", "outcome_of"}
_AWAITS = {"expect": "", "expect_one_of": "one of ", "expect_none": "no "}
_SHOWN = {
    "boot": "BootNotification",
    "expect_reconnected": "the SUT connects again",
    "expect_attempt": "the SUT tries to connect",
    "expect_refused": "the SUT refuses the connection",
    "expect_closed": "the SUT closes the connection",
    "connect": "the SUT lets the harness connect",
}
_LEFT_OUT = {"requirement", "within", "note", "count", "when"}
_CHOICES = {"by_version", "by_security_profile"}
_KEEPS_THE_TEXT = {"decode", "encode", "isoformat", "join", "upper", "strip", "format", "get"}
"""Methods whose result reads as what they are called on."""

Names = dict[str, ast.expr]


@dataclass(frozen=True)
class Judgement:
    """One check: the requirement's id and what is expected."""

    requirement: str
    expected: str


@dataclass
class Row:
    """One step: its sentence, what is done and sent ("→" to the SUT, "←" from it), and what is judged."""

    title: str
    messages: list[str] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)

    def note(self, message: str) -> None:
        """Add a message, once."""
        if message not in self.messages:
            self.messages.append(message)

    def judge(self, requirement: str, expected: str) -> None:
        """Add a judgement, once."""
        if (made := Judgement(requirement, expected)) not in self.judged:
            self.judged.append(made)


@dataclass
class Scenario:
    """What a case does. `before` are the states it needs."""

    before: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def requirements(self) -> list[str]:
        """The ids that the steps judge, in order."""
        return list(
            dict.fromkeys(j.requirement for r in self.rows for j in r.judged if not j.requirement.startswith("TC_"))
        )


def read(source: CaseSource, ocpp: str = "") -> Scenario:
    """The scenario of a case in one version; without `ocpp` with what differs between its versions side by side."""
    reader = _Reader(parse(source.file), ocpp)
    reader.walk(source.function.body, {}, 0)
    rows = [r for r in reader.scenario.rows if r.title or r.messages or r.judged]
    for number, row in enumerate(rows, 1):
        cited = (Judgement(j.requirement.replace(STEP, f"{source.id} step {number}"), j.expected) for j in row.judged)
        row.judged = list(dict.fromkeys(cited))
    return Scenario(reader.scenario.before, rows)


class _Reader:
    def __init__(self, module: Module, ocpp: str) -> None:
        self.module = module
        self.ocpp = ocpp
        self.scenario = Scenario()
        self.row: Row | None = None

    # --- statements

    def walk(self, body: list[ast.stmt], names: Names, depth: int) -> Names:
        """Read statements in order; returns what their names stand for at the end."""
        for statement in body:
            match statement:
                case ast.With() | ast.AsyncWith():
                    names = self._with(statement, names, depth)
                case ast.For() | ast.AsyncFor():
                    self._expression(statement.iter, names, depth)
                    for bound in _rounds(statement, self._closed(statement.iter, names)):
                        self.walk(statement.body, names | bound, depth)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    continue
                case ast.If():
                    taken = self._decided(statement.test, names)
                    self._expression(statement.test, names, depth)
                    bodies = [statement.body, statement.orelse]
                    if taken is not None:
                        bodies = [statement.body if taken else statement.orelse]
                    names = _merged([self.walk(branch, names, depth) for branch in bodies if not _ends(branch)], names)
                    for branch in bodies:
                        if _ends(branch):
                            self.walk(branch, names, depth)
                    if taken is not None and _ends(bodies[0]):
                        return names
                case ast.Match():
                    self._expression(statement.subject, names, depth)
                    names = _merged([self.walk(choice.body, names, depth) for choice in statement.cases], names)
                case ast.Assign(targets=[target], value=value):
                    self._expression(value, names, depth)
                    names = names | self._assigned(target, value, names)
                case _:
                    for part in ast.iter_child_nodes(statement):
                        if isinstance(part, ast.expr):
                            self._expression(part, names, depth)
                    for inner in ("body", "orelse", "finalbody"):
                        names = self.walk(getattr(statement, inner, []), names, depth)
                    for handler in getattr(statement, "handlers", []):
                        self.walk(handler.body, names, depth)
        return names

    def _assigned(self, target: ast.expr, value: ast.expr, names: Names) -> Names:
        """What an assignment makes its names stand for; a name itself where the value is not known."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = zip(target.elts, value.elts, strict=True)
            return {k: v for t, e in pairs for k, v in self._assigned(t, e, names).items()}
        if isinstance(target, ast.Name):
            return {target.id: self._closed(value, names) or ast.Name(target.id)}
        return {}

    def _with(self, statement: ast.With | ast.AsyncWith, names: Names, depth: int) -> Names:
        outer = self.row
        for item in statement.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and _name(call) == "step" and call.args:
                self.row = Row(self._text(call.args[0], names))
                self.scenario.rows.append(self.row)
            else:
                self._expression(call, names, depth)
        names = self.walk(statement.body, names, depth)
        self.row = outer
        return names

    # --- expressions

    def _expression(self, node: ast.expr, names: Names, depth: int) -> None:
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.Call) and _name(node) == "given":
            self._given(node, names)
            return
        if isinstance(node, ast.IfExp):
            for branch in (node.test, *self._branches(node, names)):
                self._expression(branch, names, depth)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child, names, depth)
            elif isinstance(child, ast.keyword) and _name(node) not in ("check", "on_undo"):
                self._expression(child.value, names, depth)
            elif isinstance(child, ast.comprehension):
                self._expression(child.iter, names, depth)
        if isinstance(node, ast.Call):
            self._call(node, names, depth)

    def _given(self, node: ast.Call, names: Names) -> None:
        state = node.args[0] if node.args else None
        found = self._function(state) if isinstance(state, ast.Name | ast.Attribute) else None
        title = _title(found[0]) if found else ast.unparse(state) if state else ""
        details = [self._text(a, names) for a in node.args[2:]]
        shown = "; ".join(d for a, d in zip(node.args[2:], details, strict=True) if _is_data(self._literal(a, names)))
        self.scenario.before.append(f"{title} ({shown})" if shown else title)

    def _call(self, node: ast.Call, names: Names, depth: int) -> None:
        name = _name(node)
        if name == "check" and node.args:
            if isinstance(node.args[0], ast.Starred):
                return  # what was judged before is summed up
            expected = next((self._text(k.value, names) for k in node.keywords if k.arg == "expected"), "")
            self._judge(node.args[0], expected, names)
        elif name == "check_fields" and len(node.args) > 2:
            self._judge(node.args[0], self._expected_fields(node.args[2], names), names)
        elif name == "asked":
            self._asked(node, names)
        elif name == "on_undo":
            return
        elif isinstance(node.func, ast.Attribute) and name in _SENDS and node.args:
            fields = self._fields(node.keywords, names)
            self._row().note(f"→ {self._text(node.args[0], names)} {fields}".rstrip())
        elif isinstance(node.func, ast.Attribute) and name in _AWAITS:
            self._awaited(node, name, names)
        elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "sut":
            self._operated(node, name, names)
        elif (found := self._function(node.func)) is not None and depth < DEPTH:
            function, module = found
            inner = _Reader(module, self.ocpp)
            inner.scenario, inner.row = self.scenario, self._row()
            method = bool(function.args.args) and function.args.args[0].arg in ("self", "cls")
            bound = _bound(
                function,
                node,
                lambda argument: self._closed(argument, names),
                default=lambda value: inner._closed(value, {}),
                method=method,
            )
            inner.walk(function.body, bound, depth + 1)
        elif named := next((k.value for k in node.keywords if k.arg == "requirement"), None):
            words = ", ".join(self._text(a, names) for a in node.args if isinstance(a, ast.Constant))
            what = _SHOWN.get(name, name.replace("_", " "))
            if name in _SHOWN:
                self._row().note(f"← {what}")
            self._judge(named, f"{what} {words}".strip(), names)

    def _asked(self, node: ast.Call, names: Names) -> None:
        """The operator asks for a request, and the CSMS sends it."""
        action = self._text(node.args[2], names) if len(node.args) > 2 else ""
        given = {k.arg: k.value for k in node.keywords}
        wish = [k for k in node.keywords if k.arg not in ("matching", "requirement")]
        fields = self._literal(given.get("matching", ast.Constant(None)), names)
        matching = "" if isinstance(fields, ast.Constant) else self._expected_fields(fields, names)
        self._row().note(f"operator: {action} {self._fields(wish, names)}".rstrip())
        self._row().note(f"← {action} {f'({matching})' if matching else ''}".rstrip())
        if matching or "requirement" in given:
            self._judge(given.get("requirement", ast.Name("STEP")), f"{action} {matching}".strip(), names)

    def _judge(self, requirement: ast.expr, expected: str, names: Names) -> None:
        for cited in self._alternatives(requirement, names):
            self._row().judge(cited, expected)

    def _alternatives(self, node: ast.expr, names: Names) -> list[str]:
        """The ids that a requirement can be: one, or one for each version, security profile or branch."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            found = [cited for value in node.values for cited in self._alternatives(value, names)]
            return list(dict.fromkeys(cited for cited in found if cited))
        node = self._literal(node, names)
        match node:
            case ast.Name(id="STEP"):
                return [STEP]
            case ast.BoolOp(op=ast.Or()) if not isinstance(node, ast.Name):
                return self._alternatives(node, names)
            case ast.Call(args=[ast.Constant(value=str() as topic), *_]) if _name(node) == "by_topic":
                return list(dict.fromkeys(ids_of_topic(topic, self.ocpp)))
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *rest]) if isinstance(
                self._literal(table, names), ast.Dict
            ):
                return self._choices(table, names) + [c for r in rest for c in self._alternatives(r, names)]
            case ast.Call() if (called := self._function(node.func)) is not None:
                return self._returned(*called)
            case ast.IfExp():
                return [cited for branch in self._branches(node, names) for cited in self._alternatives(branch, names)]
            case ast.Call() if _name(node) in _CHOICES and node.args:
                return self._choices(node.args[0], names)
            case ast.Subscript(value=table, slice=ast.Constant(value=int() as index)) if isinstance(
                listed := self._literal(table, names), ast.Tuple
            ):
                return self._alternatives(listed.elts[index], names)
            case ast.Subscript():
                return self._choices(node.value, names)
        return [self._text(node, names)]

    def _returned(self, function: Function, there: Module) -> list[str]:
        """The ids that a function can give."""
        reader = _Reader(there, self.ocpp)
        found = [cited for value in reader._returns(function.body) for cited in reader._alternatives(value, {})]
        return list(dict.fromkeys(cited for cited in found if cited))

    def _returns(self, body: list[ast.stmt]) -> list[ast.expr]:
        """What a function body can return in the version that is read."""
        found: list[ast.expr] = []
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                found.append(statement.value)
            if isinstance(statement, ast.If):
                taken = self._decided(statement.test, {})
                found += self._returns(statement.body) if taken is not False else []
                found += self._returns(statement.orelse) if taken is not True else []
        return found

    def _branches(self, node: ast.IfExp, names: Names) -> list[ast.expr]:
        decided = self._decided(node.test, names)
        return [node.body, node.orelse] if decided is None else [node.body if decided else node.orelse]

    def _choices(self, node: ast.expr, names: Names) -> list[str]:
        """The values of a table by version or security profile: those of the version that is read, else all."""
        node = self._literal(node, names)
        if not isinstance(node, ast.Dict):
            return [self._text(node, names)]
        values = {self._text(key, names): value for key, value in zip(node.keys, node.values, strict=True) if key}
        if self.ocpp:
            own = [k for k in sorted(values, key=len, reverse=True) if self.ocpp == k or self.ocpp.startswith(f"{k}.")]
            values = {own[0]: values[own[0]]} if own else values
        return [cited for value in values.values() for cited in self._alternatives(value, names)]

    def _decided(self, test: ast.expr, names: Names) -> bool | None:
        """Whether a condition holds in the version that is read; None where only a run can say."""
        test = self._literal(test, names)
        match test:
            case ast.Constant(value=bool() as value):
                return value
            case ast.Name(id="v16") | ast.Attribute(attr="v16") if self.ocpp:
                return self.ocpp == "1.6"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                decided = self._decided(operand, names)
                return None if decided is None else not decided
            case ast.BoolOp(op=op, values=values):
                parts = [self._decided(value, names) for value in values]
                ends = isinstance(op, ast.Or)
                return ends if ends in parts else None if None in parts else not ends
            case ast.Compare(left=ast.Attribute(attr="ocpp") | ast.Name(id="ocpp"), ops=[op], comparators=[right]) if (
                self.ocpp
            ):
                compared = self._literal(right, names)
                elements = compared.elts if isinstance(compared, ast.Tuple | ast.List | ast.Set) else [compared]
                among = self.ocpp in [self._text(element, names) for element in elements]
                return among if isinstance(op, ast.Eq | ast.In) else not among
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
                sides = self._literal(left, names), self._literal(right, names)
                known = [side.value for side in sides if isinstance(side, ast.Constant)]
                return (known[0] == known[1]) is isinstance(op, ast.Eq) if len(known) == 2 else None
        return None

    def _expected_fields(self, node: ast.expr, names: Names) -> str:
        node = self._literal(node, names)
        if not isinstance(node, ast.Dict):
            return self._text(node, names)
        shown = []
        for key, value in zip(node.keys, node.values, strict=True):
            path = "…" if key is None else self._text(key, names)
            absent = isinstance(value, ast.Constant) and value.value is None
            shown.append(f"no {path}" if absent else f"{path} = {self._text(value, names)}")
        return ", ".join(shown)

    def _awaited(self, node: ast.Call, name: str, names: Names) -> None:
        outcomes = []
        for argument in node.args:
            if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Call):
                outcomes += self._outcomes(argument.value, names)
            elif isinstance(argument, ast.Call):
                parts = [self._text(a, names) for a in argument.args]
                outcomes.append(" ".join(parts))
            else:
                outcomes.append(self._text(argument, names))
        fields = self._fields(node.keywords, names)
        what = f"{_AWAITS[name]}{' or '.join(outcomes) or 'message'} {fields}".strip()
        self._row().note(f"← {what}")
        requirement = next((k.value for k in node.keywords if k.arg == "requirement"), None)
        if requirement is not None:
            self._judge(requirement, what, names)

    def _outcomes(self, node: ast.Call, names: Names) -> list[str]:
        """The messages of which a function gives the acceptable ones, as `expect_one_of` takes them."""
        called = self._function(node.func)
        returned = self._returns(called[0].body) if called else []
        if not called or not returned or not isinstance(returned[0], ast.Tuple):
            return [self._text(node, names)]
        reader = _Reader(called[1], self.ocpp)
        bound = _bound(
            called[0],
            node,
            lambda argument: self._closed(argument, names),
            default=lambda value: reader._closed(value, {}),
            method=False,
        )
        return [
            f"{reader._text(made.args[0], bound)} ({reader._expected_fields(made.args[1], bound)})"
            for made in returned[0].elts
            if isinstance(made, ast.Call) and len(made.args) > 1
        ]

    def _operated(self, node: ast.Call, name: str, names: Names) -> None:
        words = [self._text(a, names) for a in node.args]
        if name == "request":
            self._row().note(f"operator: {' '.join(words[:1])} {self._fields(node.keywords, names)}".rstrip())
        elif name in _VERBS:
            self._row().note(f"bench: {name.replace('_', ' ')}")

    def _row(self) -> Row:
        if self.row is None:
            self.row = Row("")
            self.scenario.rows.append(self.row)
        return self.row

    def _fields(self, keywords: list[ast.keyword], names: Names) -> str:
        shown = []
        for keyword in keywords:
            if keyword.arg is None and isinstance(literal := self._literal(keyword.value, names), ast.Dict):
                shown += [
                    f"{self._text(k, names)}={self._text(v, names)}"
                    for k, v in zip(literal.keys, literal.values, strict=True)
                    if k is not None
                ]
            elif keyword.arg is not None and keyword.arg not in _LEFT_OUT:
                text = self._text(keyword.value, names)
                known = not text.startswith(("[", "…"))
                shown.append(f"{keyword.arg}={text}" if known else keyword.arg)
        return f"({', '.join(shown)})" if shown else ""

    def _function(self, node: ast.expr) -> tuple[Function, Module] | None:
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

    def _literal(self, node: ast.expr, names: Names) -> ast.expr:
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
            values = [self._literal(value, names) for value in node.values]
            return next((v for v in values if not (isinstance(v, ast.Constant) and not v.value)), values[-1])
        return node

    def _closed(self, node: ast.expr, names: Names) -> ast.expr | None:
        """The value of an expression as far as it is known here, free of names; None where it is not data."""
        node = self._literal(node, names)
        match node:
            case ast.Constant():
                return node
            case ast.Name(id="STEP"):
                return node
            case ast.Compare() | ast.UnaryOp() if (decided := self._decided(node, names)) is not None:
                return ast.Constant(decided)
            case ast.IfExp():
                return self._closed_choice(node, names)
            case ast.BoolOp(op=ast.Or(), values=values):
                parts = [self._closed(value, names) for value in values]
                return None if None in parts else ast.BoolOp(ast.Or(), [part for part in parts if part])
            case ast.Call() if (pattern := self._pattern(node, names)) is not None:
                return pattern
            case ast.Call() if _name(node) == "by_topic" or self._function(node.func) is not None:
                return node if _name(node) == "by_topic" else None
            case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[]) if isinstance(
                closed := self._closed(table, names), ast.Dict
            ):
                entries = zip(closed.keys, closed.values, strict=True)
                return ast.Tuple([ast.Tuple([key, value]) for key, value in entries if key])
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=arguments) if isinstance(
                closed := self._closed(table, names), ast.Dict
            ):
                return ast.Call(ast.Attribute(closed, "get"), arguments, [])
            case ast.Call(func=function, args=[table, *_]) if _name(node) in _CHOICES:
                closed = self._closed(table, names)
                return closed and ast.Call(function, [closed], [])
            case ast.Subscript(value=table) if isinstance(closed := self._closed(table, names), ast.Dict):
                key = self._closed(node.slice, names)
                entries = zip(closed.keys, closed.values, strict=True)
                found = [value for k, value in entries if k and key and ast.dump(k) == ast.dump(key)]
                return found[0] if found else ast.Subscript(closed, node.slice)
            case ast.JoinedStr():
                return ast.Constant(self._text(node, names))
            case ast.Tuple() | ast.List():
                return ast.Tuple([self._closed(e, names) or ast.Constant(self._text(e, names)) for e in node.elts])
            case ast.Dict():
                values = [self._closed(v, names) or ast.Constant(self._text(v, names)) for v in node.values]
                keys: list[ast.expr | None] = [k and ast.Constant(self._text(k, names)) for k in node.keys]
                return ast.Dict(keys, values)
        return None

    def _pattern(self, node: ast.Call, names: Names) -> ast.Constant | None:
        """What a Pattern says is expected, made here or by a function that returns nothing else; None for others."""
        match node:
            case ast.Call(func=ast.Name(id="Pattern"), args=[said, *_]):
                return ast.Constant(self._text(said, names))
            case ast.Call(func=ast.Name(id="contains"), args=[member]):
                return ast.Constant(f"contains {self._text(member, names)}")
        called = self._function(node.func)
        made = called[0].body[-1] if called else None
        if (
            called
            and isinstance(made, ast.Return)
            and isinstance(made.value, ast.Call)
            and _name(made.value) == "Pattern"
        ):
            inner = _Reader(called[1], self.ocpp)
            bound = _bound(
                called[0],
                node,
                lambda argument: self._closed(argument, names) or ast.Constant(self._text(argument, names)),
                default=lambda value: inner._closed(value, {}),
                method=False,
            )
            return inner._pattern(made.value, bound)
        return None

    def _closed_choice(self, node: ast.IfExp, names: Names) -> ast.expr | None:
        closed = [self._closed(branch, names) for branch in self._branches(node, names)]
        if None in closed:
            return None
        return closed[0] if len(closed) == 1 else ast.IfExp(ast.Constant(None), *(c for c in closed if c))

    def _text(self, node: ast.expr, names: Names) -> str:
        node = self._literal(node, names)
        match node:
            case ast.Constant():
                return str(node.value)
            case ast.JoinedStr():
                return "".join(
                    str(v.value)
                    if isinstance(v, ast.Constant)
                    else self._text(v.value, names)
                    if isinstance(v, ast.FormattedValue)
                    else ""
                    for v in node.values
                )
            case ast.Tuple() | ast.List():
                return " or ".join(self._text(e, names) for e in node.elts)
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                return ", ".join(f"{self._text(k, names)} = {self._text(v, names)}" for k, v in pairs if k is not None)
            case ast.Await() | ast.Starred():
                return self._text(node.value, names)
            case ast.IfExp():
                return " or ".join(dict.fromkeys(self._text(b, names) for b in self._branches(node, names)))
            case ast.Call() if _name(node) in _CHOICES and node.args:
                return " or ".join(dict.fromkeys(self._choices(node.args[0], names)))
            case ast.Subscript(value=table) if isinstance(self._literal(table, names), ast.Dict):
                return " or ".join(dict.fromkeys(self._choices(table, names)))
            case ast.Call(func=ast.Name(id="str" | "int" | "float" | "list" | "sorted" | "dict"), args=[argument, *_]):
                return self._text(argument, names)
            case ast.Call(func=ast.Attribute(value=value, attr="lower"), args=[]):
                text = self._text(value, names)
                return text if text.startswith("[") else text.lower()
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _KEEPS_THE_TEXT:
                return self._text(value, names)
            case ast.Call():
                pattern = self._pattern(node, names)
                return str(pattern.value) if pattern else f"[{_name(node)}]"
        return _placeholder(node)


_VERBS = ({*STATION_VERBS, *CSMS_VERBS} - {"request"}) - set(QUESTIONS)


def _name(node: ast.expr) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def _title(function: Function) -> str:
    return (ast.get_docstring(function) or function.name.replace("_", " ")).split("\n", 1)[0].rstrip(".")


def _is_data(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.Dict | ast.Tuple | ast.List)


def _placeholder(node: ast.expr) -> str:
    """What stands for a value that only a run knows: its name in brackets, where it has one."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"[{name}]"
    return "…"


def _ends(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise)


def _merged(branches: list[Names], before: Names) -> Names:
    """What names stand for after branches of which any may have been taken: each of the values."""
    merged: Names = {}
    for name in {name for branch in branches for name in branch}:
        values = {ast.dump(v): v for branch in branches if (v := branch.get(name)) is not None}
        if len(values) == 1 and all(name in branch for branch in branches):
            merged[name] = next(iter(values.values()))
        elif any(isinstance(v, ast.Name) and v.id == name for v in values.values()):
            merged[name] = ast.Name(name)
        else:
            first, *rest = values.values()
            for value in rest:
                first = ast.IfExp(ast.Constant(None), first, value)
            merged[name] = first
    return merged if branches else before


def _rounds(loop: ast.For | ast.AsyncFor, items: ast.expr | None) -> Iterator[Names]:
    """What the loop's names stand for in each round, where its list is written out; else one round of unknowns."""
    if isinstance(items, ast.Tuple | ast.List) and items.elts:
        for item in items.elts:
            yield dict(_unpacked(loop.target, item))
    else:
        yield {}


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for t, v in zip(target.elts, value.elts, strict=False):
            yield from _unpacked(t, v)


def _bound(
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

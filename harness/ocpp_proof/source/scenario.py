"""A case's scenario, read from its code without running or importing it: preconditions, steps, messages, judgements.

Functions that a case calls (of its own file, or of the states) are followed, with the values that are known
at the call, so that what a state judges counts for the case that executes it in a step.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..cases.requirements import STEP
from ..sut.drivers.base import CSMS_VERBS, QUESTIONS, STATION_VERBS
from .cases import CaseSource
from .code import Function, Module, parse
from .values import Names, Values, bound_parameters, is_data, name_of, unpacked

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
_VERBS = ({*STATION_VERBS, *CSMS_VERBS} - {"request"}) - set(QUESTIONS)


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


class _Reader(Values):
    def __init__(self, module: Module, ocpp: str) -> None:
        super().__init__(module, ocpp)
        self.scenario = Scenario()
        self.row: Row | None = None

    def walk(self, body: list[ast.stmt], names: Names, depth: int) -> Names:
        """Read statements in order; returns what their names stand for at the end."""
        for statement in body:
            match statement:
                case ast.With() | ast.AsyncWith():
                    names = self._with(statement, names, depth)
                case ast.For() | ast.AsyncFor():
                    self._expression(statement.iter, names, depth)
                    for bound in _rounds(statement, self.closed(statement.iter, names)):
                        self.walk(statement.body, names | bound, depth)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    continue
                case ast.If():
                    taken = self.decided(statement.test, names)
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
                    names = names | self.assigned(target, value, names)
                case _:
                    for part in ast.iter_child_nodes(statement):
                        if isinstance(part, ast.expr):
                            self._expression(part, names, depth)
                    for inner in ("body", "orelse", "finalbody"):
                        names = self.walk(getattr(statement, inner, []), names, depth)
                    for handler in getattr(statement, "handlers", []):
                        self.walk(handler.body, names, depth)
        return names

    def _with(self, statement: ast.With | ast.AsyncWith, names: Names, depth: int) -> Names:
        outer = self.row
        for item in statement.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and name_of(call) == "step" and call.args:
                self.row = Row(self.text(call.args[0], names))
                self.scenario.rows.append(self.row)
            else:
                self._expression(call, names, depth)
        names = self.walk(statement.body, names, depth)
        self.row = outer
        return names

    def _expression(self, node: ast.expr, names: Names, depth: int) -> None:
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.IfExp):
            self._expression(node.test, names, depth)
            for branch in self.branches(node, names):
                self._expression(branch, names, depth)
            return
        if isinstance(node, ast.Call) and name_of(node) == "given":
            self._given(node, names)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child, names, depth)
            elif isinstance(child, ast.keyword) and name_of(node) not in ("check", "on_undo"):
                self._expression(child.value, names, depth)
            elif isinstance(child, ast.comprehension):
                self._expression(child.iter, names, depth)
        if isinstance(node, ast.Call):
            self._call(node, names, depth)

    def _given(self, node: ast.Call, names: Names) -> None:
        state = node.args[0] if node.args else None
        found = self.function_of(state) if isinstance(state, ast.Name | ast.Attribute) else None
        title = _title(found[0]) if found else ast.unparse(state) if state else ""
        details = [self.text(a, names) for a in node.args[2:]]
        data = [d for a, d in zip(node.args[2:], details, strict=True) if is_data(self.literal(a, names))]
        shown = "; ".join(detail.strip("{}") for detail in data)
        self.scenario.before.append(f"{title} ({shown})" if shown else title)

    def _call(self, node: ast.Call, names: Names, depth: int) -> None:
        name = name_of(node)
        if name == "check" and node.args:
            if isinstance(node.args[0], ast.Starred):
                return  # what was judged before is summed up
            expected = next((self.text(k.value, names) for k in node.keywords if k.arg == "expected"), "")
            self._judge(node.args[0], expected, names)
        elif name == "check_fields" and len(node.args) > 2:
            self._judge(node.args[0], self.expected_fields(node.args[2], names), names)
        elif name == "asked":
            self._asked(node, names)
        elif name == "on_undo":
            return
        elif isinstance(node.func, ast.Attribute) and name in _SENDS and node.args:
            fields = self.fields(node.keywords, names)
            action = self.text(node.args[0], names)
            self._row().note(f"→ {action} {fields}".rstrip())
            if cited := next((k.value for k in node.keywords if k.arg == "requirement"), None):
                self._judge(cited, f"{action} answered with a CALLRESULT", names)
        elif isinstance(node.func, ast.Attribute) and name in _AWAITS:
            self._awaited(node, name, names)
        elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "sut":
            self._operated(node, name, names)
        elif (found := self.function_of(node.func)) is not None and depth < DEPTH:
            function, module = found
            inner = _Reader(module, self.ocpp)
            inner.scenario, inner.row = self.scenario, self._row()
            method = bool(function.args.args) and function.args.args[0].arg in ("self", "cls")
            bound = bound_parameters(
                function,
                node,
                lambda argument: self.closed(argument, names),
                default=lambda value: inner.closed(value, {}),
                method=method,
            )
            inner.walk(function.body, bound, depth + 1)
        elif named := next((k.value for k in node.keywords if k.arg == "requirement"), None):
            words = ", ".join(self.text(a, names) for a in node.args if isinstance(a, ast.Constant))
            what = _SHOWN.get(name, name.replace("_", " "))
            if name in _SHOWN:
                self._row().note(f"← {what}")
            self._judge(named, f"{what} {words}".strip(), names)

    def _asked(self, node: ast.Call, names: Names) -> None:
        """The operator asks for a request, and the CSMS sends it."""
        action = self.text(node.args[2], names) if len(node.args) > 2 else ""
        given = {k.arg: k.value for k in node.keywords}
        wish = [k for k in node.keywords if k.arg not in ("matching", "requirement")]
        fields = self.literal(given.get("matching", ast.Constant(None)), names)
        matching = "" if isinstance(fields, ast.Constant) else self.expected_fields(fields, names)
        self._row().note(f"operator: {action} {self.fields(wish, names)}".rstrip())
        self._row().note(f"← {action} {f'({matching})' if matching else ''}".rstrip())
        if matching or "requirement" in given:
            self._judge(given.get("requirement", ast.Name("STEP")), f"{action} {matching}".strip(), names)

    def _judge(self, requirement: ast.expr, expected: str, names: Names) -> None:
        for cited in self.alternatives(requirement, names):
            if cited:
                self._row().judge(cited, expected)

    def _awaited(self, node: ast.Call, name: str, names: Names) -> None:
        outcomes = []
        for argument in node.args:
            if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Call):
                outcomes += self._outcomes(argument.value, names)
            elif isinstance(argument, ast.Call):
                parts = [self.text(a, names) for a in argument.args]
                outcomes.append(" ".join(parts))
            else:
                outcomes.append(self.text(argument, names))
        fields = self.fields(node.keywords, names)
        what = f"{_AWAITS[name]}{' or '.join(outcomes) or 'message'} {fields}".strip()
        self._row().note(f"← {what}")
        requirement = next((k.value for k in node.keywords if k.arg == "requirement"), None)
        if requirement is not None:
            self._judge(requirement, what, names)

    def _outcomes(self, node: ast.Call, names: Names) -> list[str]:
        """The messages of which a function gives the acceptable ones, as `expect_one_of` takes them."""
        called = self.function_of(node.func)
        returned = self.returns(called[0].body) if called else []
        if not called or not returned or not isinstance(returned[0], ast.Tuple):
            return [self.text(node, names)]
        reader = _Reader(called[1], self.ocpp)
        bound = bound_parameters(
            called[0],
            node,
            lambda argument: self.closed(argument, names),
            default=lambda value: reader.closed(value, {}),
            method=False,
        )
        return [
            f"{reader.text(made.args[0], bound)} ({reader.expected_fields(made.args[1], bound)})"
            for made in returned[0].elts
            if isinstance(made, ast.Call) and len(made.args) > 1
        ]

    def _operated(self, node: ast.Call, name: str, names: Names) -> None:
        words = [self.text(a, names) for a in node.args]
        if name == "request":
            self._row().note(f"operator: {' '.join(words[:1])} {self.fields(node.keywords, names)}".rstrip())
        elif name in _VERBS:
            self._row().note(f"bench: {name.replace('_', ' ')}")

    def _row(self) -> Row:
        if self.row is None:
            self.row = Row("")
            self.scenario.rows.append(self.row)
        return self.row


def _title(function: Function) -> str:
    return (ast.get_docstring(function) or function.name.replace("_", " ")).split("\n", 1)[0].rstrip(".")


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
            yield dict(unpacked(loop.target, item))
    else:
        yield {}

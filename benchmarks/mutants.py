"""Small faults put into a module's source, one at a time: the mutants that the tests must tell from the original.

A mutant changes one operator, constant, name or statement, found in the syntax tree and replaced in the text, so that
it is well formed and its difference one line. Left alone: docstrings, annotations, decorators, messages (all within
`raise` and f-strings), assertions, `__repr__`, and what is only for type checkers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_PAIRS = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("any", "all"),
    ("argmin", "argmax"),
    ("floor", "ceil"),
    ("amin", "amax"),
)
NAMES = {name: other for pair in _PAIRS for name, other in (pair, pair[::-1])}

QUIET = (ast.JoinedStr, ast.Assert, ast.Import, ast.ImportFrom, ast.MatchValue)
"""Not mutated, nor anything within."""
UNSPOKEN = {"__repr__", "__str__", "_repr_html_"}


@dataclass(frozen=True)
class Mutant:
    """One replacement in a file: from one position to another (bytes), and what stands there instead."""

    path: Path
    start: int
    stop: int
    text: bytes

    def source(self) -> bytes:
        whole = self.path.read_bytes()
        return whole[: self.start] + self.text + whole[self.stop :]

    def difference(self) -> str:
        """The place, the lines as they are and as they become."""
        whole = self.path.read_bytes()
        first = whole.rfind(b"\n", 0, self.start) + 1
        last = whole.find(b"\n", self.stop)
        before, after = whole[first : self.start], whole[self.stop : last]
        line = whole.count(b"\n", 0, self.start) + 1
        told = [f"{self.path.parent.name}/{self.path.name}:{line}"]
        for sign, middle in (("-", whole[self.start : self.stop]), ("+", self.text)):
            told += [f"  {sign} {line.strip()}" for line in (before + middle + after).decode().splitlines()]
        return "\n".join(told)


def mutants(path: Path) -> list[Mutant]:
    """Return every mutant of a file, in the order of the text."""
    whole = path.read_bytes()
    lines = [0]
    for line in whole.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    found = []
    for node, new in _changes(ast.parse(whole)):
        start = lines[node.lineno - 1] + node.col_offset
        stop = lines[node.end_lineno - 1] + node.end_col_offset
        found.append(Mutant(path, start, stop, new.encode()))
    return sorted(set(found), key=lambda m: (m.start, m.stop, m.text))


def _changes(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Every node that can be changed, with its new text."""
    if isinstance(node, QUIET) or _unspoken(node):
        return
    if isinstance(node, ast.stmt):
        yield from ((node, new) for new in _statement(node))
    elif isinstance(node, ast.expr):
        yield from ((node, f"({ast.unparse(new)})") for new in _expression(node))
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list", "type_params"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _changes(child)


def _unspoken(node: ast.AST) -> bool:
    """Whether a node does nothing that a caller could see."""
    match node:
        case ast.FunctionDef():
            return node.name in UNSPOKEN or any(ast.unparse(d).endswith("overload") for d in node.decorator_list)
        case ast.If():
            return ast.unparse(node.test) == "TYPE_CHECKING"
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Literal"))):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="warnings"))):
            return True
    return False


def _statement(node: ast.stmt) -> Iterator[str]:
    """The statement left out, or nothing returned."""
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield "pass"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "pass"
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield "return None"
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield ast.unparse(ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value))


def _expression(node: ast.expr) -> Iterator[ast.expr]:
    """Another operator, another constant, another of a pair of functions."""
    match node:
        case ast.Compare():
            for i, op in enumerate(node.ops):
                for other in COMPARISONS[type(op)]:
                    yield ast.Compare(node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators)
        case ast.BinOp() if type(node.op) in OPERATORS and not isinstance(node.left, ast.JoinedStr):
            yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
            yield ast.BinOp(ast.Constant(node.value), ast.Sub(), ast.Constant(1))
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Attribute(attr=name) if name in NAMES:
            yield ast.Attribute(node.value, NAMES[name])

"""Code without its wording: two files of one text here do the same, whatever they say and however they are laid out.

Left out: comments, layout, docstrings, texts that a file declares for its readers (`READ`), argparse's help, what is
only logged or printed, and the texts of errors. All else counts, annotations too (specs reads them), and so does the
text of an exception that is not called ...Error: why a map was left out or a structure drawn anew is caught and stands
in results. Nothing here depends on the version of Python but its grammar: fields that are empty or that only say how a
name is used do not count.
"""

import ast
from collections.abc import Iterator

LOGS = {"log", "logger", "logging"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
PARSERS = {"ArgumentParser", "add_argument", "add_argument_group", "add_parser", "add_subparsers"}
READ = {"DESCRIPTION", "SUMMARY"}  # texts of a file that are read from it (`specs.text`) and never used in it
HELP = {"help", "description", "epilog"}
WITHOUT_MEANING = {"ctx", "kind", "type_comment"}


def removed(content: bytes, name: str) -> str:
    """What the Python file of this content and name does, as text."""
    return _text(ast.parse(content, name), said=False)


def _text(node: object, said: bool) -> str:
    """`node` and all below it; where it is `said`, strings do not count."""
    if isinstance(node, list):
        return f"[{','.join(_text(each, said) for each in node if not _is_wording(each))}]"
    if not isinstance(node, ast.AST):
        return ascii(node)
    if said and isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "text"
    if said and isinstance(node, ast.JoinedStr):
        return _text([part.value for part in node.values if isinstance(part, ast.FormattedValue)], said)
    below = ((name, _text(value, said or _says(node, name))) for name, value in _fields(node))
    return f"{type(node).__name__}({','.join(f'{name}={text}' for name, text in below if text != '[]')})"


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.JoinedStr):
            yield name, [part for part in value if getattr(part, "value", None) != ""]  # Python 3.12.1 has such
        elif name == "keywords" and isinstance(node, ast.Call) and _name(node.func) in PARSERS:
            yield name, [each for each in value if each.arg not in HELP]
        elif name not in WITHOUT_MEANING and (value is not None or isinstance(node, ast.Constant)):
            yield name, value


def _says(node: ast.AST, field: str) -> bool:
    """Whether the arguments of a call are for the reader of an error or a log."""
    return isinstance(node, ast.Call) and field != "func" and (_name(node.func).endswith("Error") or _logs(node))


def _is_wording(node: object) -> bool:
    """Whether a statement does nothing: a docstring, a declared text, or a line to log or print that calls no more."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
        return all(_name(target) in READ for target in node.targets)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _logs(node.value):
        acts = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
        return sum(isinstance(each, acts) for each in ast.walk(node)) == 1
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _logs(call: ast.Call) -> bool:
    """Whether a call logs, or prints to no other place than the usual one."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in LEVELS and _name(call.func.value) in LOGS
    return _name(call.func) == "print" and all(each.arg not in ("file", None) for each in call.keywords)


def _name(node: ast.AST) -> str:
    """Last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

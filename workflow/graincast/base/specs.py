"""YAML to frozen dataclasses, key by key: an unknown, missing or mistyped key is an error that names file and key.

A dataclass is the only place that says which keys a file has and what type each is.
Defaults live in the YAML files, so no value stands in two places; a key that may be left out is None then.
"""

import ast
import dataclasses
import difflib
import importlib
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from graincast.base.errors import GraincastError

Spec = TypeVar("Spec")
LIBRARY = Path(__file__).parents[1]


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds; one called .json, which is YAML too, is read where there is no PyYAML."""
    path = Path(path)
    try:
        content = json.loads(path.read_text()) if path.suffix == ".json" else _parsed(path.read_text(), path)
    except OSError as error:
        raise GraincastError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # no text, or no JSON
        raise GraincastError(f"{path}: is not valid {_kind(path)}: {_one_line(error)}") from error
    if not isinstance(content, dict):
        raise GraincastError(f"{path}: holds {type(content).__name__}, expected a mapping of keys to values")
    return content


def _parsed(text: str, path: Path) -> Any:
    """What a text in YAML says."""
    import yaml  # nothing else needs it

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise GraincastError(f"{path}: is not valid YAML: {_one_line(error)}") from error


def _kind(path: Path) -> str:
    return "JSON" if path.suffix == ".json" else "YAML"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def load(path: Path, kind: type[Spec]) -> Spec:
    """The `kind` that the YAML file at `path` describes."""
    return build(read_yaml(path), kind, str(path))


def build(values: dict[str, Any], kind: type[Spec], where: str) -> Spec:
    """A `kind` from `values`, with exactly its keys; `where` names the file (and section) in errors."""
    fields = check(values, kind, where)
    asked = [field.name for field in dataclasses.fields(_dataclass(kind)) if _asked(field)]
    missing = [name for name in asked if name not in values]
    if missing:
        raise GraincastError(f"{where}: missing key '{missing[0]}' ({_expected(kind, missing[0])}): add it")
    try:
        return kind(**fields)
    except ValueError as error:
        raise GraincastError(f"{where}: {error}") from error


def check(values: dict[str, Any], kind: type, where: str) -> dict[str, Any]:
    """The given values as the types that `kind` asks for; an unknown key or a wrong type is an error with its cure."""
    hints = get_type_hints(kind)
    known = [field.name for field in dataclasses.fields(_dataclass(kind))]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            cure = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(known) or 'none'}"
            raise GraincastError(f"{where}: unknown key '{key}' ({cure})")
    return {key: _value(value, hints[key], where, key) for key, value in values.items()}


def part(folder: str, name: str, where: str) -> ModuleType:
    """The library file `folder/name.py`: the folder is the table of what can be chosen."""
    path = part_file(folder, name, where)
    return importlib.import_module(f"graincast.{folder.replace('/', '.')}.{path.stem}")


def part_file(folder: str, name: str, where: str) -> Path:
    """Path of the library file `folder/name.py`, without importing it."""
    path = LIBRARY / folder / f"{name}.py"
    if not name.isidentifier() or not path.is_file():
        found = ", ".join(choices(folder))
        raise GraincastError(f"{where}: there is no '{name}' in workflow/graincast/{folder}/ (choices: {found})")
    return path


def text(path: Path, name: str) -> str:
    """The text that the line `name = "..."` of a library file gives, without importing what the file needs."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return str(ast.literal_eval(node.value))
    raise GraincastError(
        f'{path}: has no line {name} = "...", expected a sentence of what it is, for those who read it'
    )


def choices(folder: str) -> list[str]:
    """Names of the files of a folder of the library that can be chosen: those that hold Settings."""
    files = (LIBRARY / folder).glob("*.py")
    return sorted(file.stem for file in files if re.search(r"^class Settings\b", file.read_text(), re.MULTILINE))


def part_settings(folder: str, section: dict[str, Any], key: str, where: str) -> tuple[ModuleType, Any]:
    """The library file that `section[key]` chooses, and its Settings from the other keys of the section."""
    if key not in section:
        raise GraincastError(f"{where}: missing key '{key}' (which file of {folder}/ to use): add it")
    module = part(folder, str(section[key]), f"{where}, '{key}'")
    if not hasattr(module, "Settings"):
        raise GraincastError(f"{where}: '{section[key]}' cannot be chosen: {folder}/{section[key]}.py has no Settings")
    others = {name: value for name, value in section.items() if name != key}
    return module, build(others, module.Settings, where)


def _value(value: Any, hint: Any, where: str, key: str) -> Any:
    """`value` as the type `hint`, or an error that names the key."""
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise _mistyped(value, "a mapping", where, key)
        return build(value, hint, f"{where}, '{key}'")
    if isinstance(hint, UnionType):
        hint = get_args(hint)[0]  # the other one is None, for a key that is left out
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise _mistyped(value, "a list", where, key)
        return tuple(_value(item, get_args(hint)[0], where, key) for item in value)
    if get_origin(hint) is dict:
        hint = dict
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise _mistyped(value, hint.__name__, where, key)
    return value


def _mistyped(value: Any, expected: str, where: str, key: str) -> GraincastError:
    found = type(value).__name__
    hint = " (YAML reads 1e-3 as text: write 1.0e-3)" if found == "str" and expected == "float" else ""
    return GraincastError(f"{where}: key '{key}' is {value!r} ({found}), expected {expected}{hint}")


def _expected(kind: type, key: str) -> str:
    hint = get_type_hints(kind)[key]
    return getattr(hint, "__name__", str(hint))


def _asked(field: dataclasses.Field) -> bool:
    """Whether it has no default."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _dataclass(kind: type) -> Any:
    return kind

"""What a machine has set for pip, in uv's words: uv reads none of it, and would fetch CUDA's torch for a CPU machine.

pip reads its configuration files, then PIP_* variables, and of a file the section `install` goes before `global`. A
setting that is neither translated here nor without effect on what is installed leaves the work to pip.
"""

import ast
import os
from collections.abc import Callable

SECTIONS = ("global", "install", ":env:")
YES = ("y", "yes", "t", "true", "on", "1")
WITHOUT_EFFECT = {
    *("break-system-packages", "cache-dir", "config-file", "disable-pip-version-check", "log", "no-cache-dir"),
    *("no-color", "no-compile", "no-input", "no-python-version-warning", "no-warn-script-location"),
    *("prefer-binary", "progress-bar", "quiet", "require-virtualenv", "root-user-action", "user", "verbose"),
}


class UntranslatableError(Exception):
    """uv would not install what pip would."""


def read(listed: str) -> dict[str, str]:
    """The settings of `pip install` from what `pip config list` says; like pip, it takes an empty one for none."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in found and (text := unquoted(value)):
            found[section][name] = text
    return {name: value for section in SECTIONS for name, value in found[section].items()}


def unquoted(value: str) -> str:
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError) as error:
        raise UntranslatableError(f"pip lists a setting as {value}") from error


def to_uv(settings: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment variables that let uv find what pip would find."""
    if unknown := settings.keys() - VARIABLES.keys() - WITHOUT_EFFECT - {"no-index"}:
        raise UntranslatableError(f"pip's settings {', '.join(sorted(unknown))} have no equal here")
    arguments = ["--no-index"] if settings.get("no-index", "").lower() in YES else []
    variables = own_certificates()
    for name, translate in VARIABLES.items():
        if name in settings:
            variables |= translate(settings[name])
    return arguments, variables


def own_certificates() -> dict[str, str]:
    """Like pip, uv shall trust what the machine trusts and what its user named for Python."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return {"UV_SYSTEM_CERTS": "1"} | (certificates(named) if named else {})


def certificates(place: str) -> dict[str, str]:
    return {"SSL_CERT_DIR" if os.path.isdir(place) else "SSL_CERT_FILE": place}  # noqa: PTH112 - a plain string


def listed_with(separator: str, variable: str) -> Callable[[str], dict[str, str]]:
    def translate(value: str) -> dict[str, str]:
        places = [os.path.expanduser(place) for place in value.split()]  # noqa: PTH111 - URLs are no paths
        if any(separator in place for place in places):
            raise UntranslatableError(f"{variable} cannot name {value}")
        return {variable: separator.join(places)}

    return translate


def as_is(variable: str) -> Callable[[str], dict[str, str]]:
    return lambda value: {variable: value}


def proxies(value: str) -> dict[str, str]:
    proxy = value if "://" in value else f"http://{value}"
    return {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "http_proxy": proxy, "https_proxy": proxy}


VARIABLES: dict[str, Callable[[str], dict[str, str]]] = {
    "index-url": as_is("UV_DEFAULT_INDEX"),
    "extra-index-url": listed_with(" ", "UV_EXTRA_INDEX_URL"),
    "find-links": listed_with(",", "UV_FIND_LINKS"),
    "constraint": listed_with(" ", "UV_CONSTRAINT"),
    "trusted-host": listed_with(" ", "UV_INSECURE_HOST"),
    "default-timeout": as_is("UV_HTTP_TIMEOUT"),
    "timeout": as_is("UV_HTTP_TIMEOUT"),
    "retries": as_is("UV_HTTP_RETRIES"),
    "proxy": proxies,
    "cert": certificates,
    "client-cert": as_is("SSL_CLIENT_CERT"),
}

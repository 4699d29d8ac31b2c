"""Finds the functions of a C++ file, without a compiler: by its braces, and by what stands before each of them.

Good enough for code that clang-format has laid out. What it cannot see: functions that a macro writes, and lambdas
inside the parentheses of a declaration. Braces that do not match are an error and not a guess.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<comment> //(?:\\\n|[^\n])* | /\*.*?\*/ )
  | (?P<literal> (?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
               | "(?:\\.|[^"\\\n])*"
               | '(?:\\.|[^'\\\n])+' )
  | (?P<word> \d\w*(?:'\w+)* | [A-Za-z_]\w* )
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_CLOSING = {"(": ")", "[": "]", "{": "}"}

_LABELS = re.compile(r"\s*(?:(?:public|protected|private)\s*:\s*)*")
_ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\balignas\s*\([^)]*\)", re.DOTALL)
_OPERATOR = re.compile(r"\boperator\s*(?:\(\s*\)|[^()]+)(?=\s*\()")
_NAMESPACE = re.compile(r"\s*(?:inline\s+)?namespace\b|\s*extern\s*\"\s*\"\s*$")
_TYPE = re.compile(r"\b(class|struct|union|enum)\b(?:\s+(?:class|struct)\b)?\s*(\w*)([^()]*)$", re.DOTALL)
_CONSTRUCTOR = re.compile(r"\)[^:()]*(?:\([^()]*\)[^:()]*)?(?<!:):(?!:)")
_LAMBDA_TAIL = re.compile(r"\s*(?:(?:mutable|constexpr|noexcept)\s*)*(?:->[^{};]*)?$")
_NAME = re.compile(r"((?:~?\w+\s*(?:<[^<>]*>)?\s*::\s*)*~?\w+(?:<[^<>]*>)?)\s*$")
_NOT_A_NAME = {"alignas", "decltype", "explicit", "noexcept", "requires", "__attribute__"}
_TEST_MACROS = {"TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"}


@dataclass(frozen=True)
class Function:
    """A function with a body; `lines` runs from the first line of its declaration to the closing brace."""

    name: str
    line: int
    lines: int


class UnmatchedBrace(Exception):
    """A bracket that nothing closes or opens; `line` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(f"bracket without its partner in line {line}")
        self.line = line


def blank(text: str) -> str:
    """Replaces comments, preprocessor directives and what literals contain by spaces; every line break stays."""
    return _DIRECTIVE.sub(lambda match: _spaces(match[0]), _TOKEN.sub(_blank_token, text))


def functions(text: str) -> list[Function]:
    """The functions of a file in the order of their ends. Raises UnmatchedBrace."""
    scanner = _Scanner(text)
    scanner.scan_declarations(0, len(text), "")
    return scanner.found


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _blank_token(match: re.Match[str]) -> str:
    token = match[0]
    if match.lastgroup == "word":
        return token
    if match["comment"] is not None:
        return _spaces(token)
    return '"' + _spaces(token[1:-1]) + '"'


def _match_brackets(code: str) -> dict[int, int]:
    """Where each opening bracket of `code` closes."""
    partners, open_at = {}, []
    for match in re.finditer(r"[(){}\[\]]", code):
        if match[0] in _CLOSING:
            open_at.append(match.start())
        elif open_at and _CLOSING[code[open_at[-1]]] == match[0]:
            partners[open_at.pop()] = match.start()
        else:
            raise UnmatchedBrace(code.count("\n", 0, match.start()) + 1)
    if open_at:
        raise UnmatchedBrace(code.count("\n", 0, open_at[-1]) + 1)
    return partners


class _Scanner:
    """Walks through the declarations of one file and collects its functions."""

    def __init__(self, text: str) -> None:
        self.code = blank(text)
        self.partner = _match_brackets(self.code)
        self.opening = {closing: opening for opening, closing in self.partner.items()}
        self.found: list[Function] = []

    def scan_declarations(self, start: int, end: int, scope: str) -> None:
        """Scans a file, a namespace or a class, which lies between `start` and `end`."""
        position = declaration = start
        while match := self._next(r"[;({]", position, end):
            position = match.end()
            if match[0] == "(":
                position = self.partner[match.start()] + 1
            elif match[0] == "{":
                position, is_complete = self._scan_braces(declaration, match.start(), scope)
                declaration = position if is_complete else declaration
            else:
                declaration = position

    def _next(self, pattern: str, start: int, end: int) -> re.Match[str] | None:
        return re.compile(pattern).search(self.code, start, end)

    def _scan_braces(self, declaration: int, brace: int, scope: str) -> tuple[int, bool]:
        """Handles the braces that open at `brace`. Returns where they end, and whether the declaration ends there."""
        end = self.partner[brace]
        head = _Head(self.code[declaration:brace])
        if head.opens_scope():
            self.scan_declarations(brace + 1, end, _qualify(scope, head.type_name()))
            return end + 1, True
        if head.opens_function():
            self._add(_qualify(scope, head.function_name()), declaration + head.start, end)
            return end + 1, True
        if not head.is_enum():
            self._scan_initialiser(brace, end + 1)
        return end + 1, False

    def _scan_initialiser(self, start: int, end: int) -> None:
        """Collects the lambdas among the values between `start` and `end`."""
        while match := self._next(r"\{", start, end):
            brace, closing = match.start(), self.partner[match.start()]
            begin = self._lambda_start(brace)
            if begin is None:
                self._scan_initialiser(brace + 1, closing)
            else:
                self._add("lambda", begin, closing)
            start = closing + 1

    def _lambda_start(self, brace: int) -> int | None:
        """Where the lambda begins whose body opens at `brace`; None if that is no lambda."""
        nearby = max(0, brace - 400)
        position = nearby + len(_LAMBDA_TAIL.sub("", self.code[nearby:brace])) - 1
        if self.code[position] == ")":
            position = len(self.code[nearby : self.opening[position]].rstrip()) + nearby - 1
        return self.opening[position] if self.code[position] == "]" else None

    def _add(self, name: str, start: int, end: int) -> None:
        first = self.code.count("\n", 0, start) + 1
        self.found.append(Function(name, first, self.code.count("\n", 0, end) + 2 - first))


class _Head:
    """What stands before an opening brace, from the beginning of the declaration on."""

    def __init__(self, code: str) -> None:
        self.start = _LABELS.match(code).end()
        # Blanked to the same length, so that positions still agree with the text.
        self.code = code[self.start :]
        plain = _ATTRIBUTE.sub(lambda match: " " * len(match[0]), self.code)
        plain = _OPERATOR.sub(lambda match: "operator".ljust(len(match[0]), "_"), plain)
        self.plain = _blank_template_heads(plain)
        self.outline = _blank_nested(self.plain)

    def opens_scope(self) -> bool:
        if _NAMESPACE.match(self.plain):
            return True
        return self._type() is not None and not self.is_enum()

    def is_enum(self) -> bool:
        return (match := self._type()) is not None and match[1] == "enum"

    def type_name(self) -> str:
        return match[2] if (match := self._type()) else ""

    def opens_function(self) -> bool:
        """Whether a body follows: there are parameters, and the brace is not an initialiser's."""
        if "=" in self.outline or "(" not in self.outline or re.search(r"\brequires\s*(\( *\))?\s*$", self.outline):
            return False
        if _CONSTRUCTOR.search(self.outline):
            return self.outline.rstrip().endswith((")", "}", "..."))
        return True

    def function_name(self) -> str:
        """The name before the parameters; of a test, as the test runner calls it."""
        for match in re.finditer(r"\(", self.outline):
            name = _NAME.search(self.plain[: match.start()])
            if name and name[1] not in _NOT_A_NAME:
                as_written = re.sub(r"\s+", "", self.code[name.start(1) : name.end(1)])
                return _test_name(as_written, self.plain[match.start() :]) or as_written
        return "unnamed"

    def _type(self) -> re.Match[str] | None:
        match = _TYPE.search(self.outline)
        return None if match is None or "=" in match[3] else match


def _test_name(macro: str, arguments: str) -> str | None:
    match = re.match(r"\(\s*(\w+)\s*,\s*(\w+)\s*\)", arguments)
    return f"{match[1]}.{match[2]}" if macro in _TEST_MACROS and match else None


def _qualify(scope: str, name: str) -> str:
    return "::".join(part for part in (scope, name) if part)


def _blank_template_heads(code: str) -> str:
    """Blanks `template <...>`, whose parameters would otherwise look like classes and initialisers."""
    while match := re.search(r"\btemplate\s*<", code):
        depth, end = 1, match.end()
        while depth > 0 and end < len(code):
            depth += {"<": 1, ">": -1}.get(code[end], 0)
            end += 1
        code = code[: match.start()] + " " * (end - match.start()) + code[end:]
    return code


def _blank_nested(code: str) -> str:
    """Blanks what stands inside brackets, angle brackets included, and keeps the outermost brackets."""
    result, closers = [], []
    for index, character in enumerate(code):
        _close(closers, character, code[index - 1] if index else "")
        result.append(" " if closers and character != "\n" else character)
        if character in _CLOSING:
            closers.append(_CLOSING[character])
        elif character == "<" and re.search(r"\w\s*$", code[:index]):
            closers.append(">")
    return "".join(result)


def _close(closers: list[str], character: str, previous: str) -> None:
    """Takes from `closers` what `character` closes. A `<` that meets another bracket's end was a comparison."""
    if character in ")]}":
        while closers and closers[-1] == ">":
            closers.pop()
    if closers and closers[-1] == character and not (character == ">" and previous == "-"):
        closers.pop()

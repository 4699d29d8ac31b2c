#!/usr/bin/env python3
"""Validates pipeline files against the JSON Schema that `penstock schema` prints.

Usage: tests/schema_test.py PENSTOCK
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[1]
MODEL = "{ onnx: m, input: {}, output: {} }"
HEAD = "pipeline: p\nroute: [{ to: none }]\n"

GOOD = (
    HEAD,
    HEAD + "models: { m: " + MODEL + " }\n",
    HEAD + "topics: { context: off }\n",
    HEAD + "prepare: [{ drop: { when: true } }]\ncommit: { interval: 0 }\n",
    HEAD + "models: { m: { version: 2, onnx: m, input: {}, output: {} } }\n",
    HEAD + "models: { m: { xgboost: m.json, input: {}, output: {} }, n: { lightgbm: n.txt, input: {}, output: {} } }\n",
    HEAD + "tests: [{ name: 1, given: [{ at: 1h30m, event: {} }], expect: [{ dead: true }] }]\n",
    HEAD + "deliver: [{ review: { sample: 0.5 } }, { review: { sample: 50% } }]\n",
)
BROKEN = (
    "pipeline: p\n",
    "route: [{ to: none }]\n",
    "pipeline: two words\nroute: [{ to: none }]\n",
    HEAD + "rout: []\n",
    HEAD + "prepare: [{ drop: { when: 'true' }, set: { a: 1 } }]\n",
    HEAD + "prepare: [{}]\n",
    HEAD + "prepare: [{ dedup: {} }]\n",
    HEAD + "postprocess: [{ drop: { when: 'true' } }]\n",
    HEAD + "prepare: [{ mask: { fields: [event.a], with: hash, key: hunter2 } }]\n",
    HEAD + "prepare: [{ mask: { fields: [event.a], with: magic } }]\n",
    HEAD + "commit: { interval: soon }\n",
    HEAD + "create: 7\n",
    HEAD + "emit: [a]\n",
    HEAD + "emit: { a: [1] }\n",
    HEAD + "models: { m: { http: { url: x }, retry: { attempts: many } } }\n",
)


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as Penstock and editors read it: `off` is a text, and so is a time."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def complaint(validator: jsonschema.Draft202012Validator, text: str) -> str | None:
    """What the schema says against a file; nothing where it is fine."""
    error = jsonschema.exceptions.best_match(validator.iter_errors(yaml.load(text, CoreLoader)))
    return None if error is None else f"{error.json_path}: {error.message}"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    printed = subprocess.run([arguments[0], "schema"], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    schema = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    examples = sorted(ROOT.glob("examples/*/pipeline.yaml"))
    failures = [] if examples else ["there is no example"]
    for name, text in [(str(path), path.read_text(encoding="utf-8")) for path in examples] + [(t, t) for t in GOOD]:
        found = complaint(validator, text)
        if found is not None:
            failures.append(f"refused, and is fine: {name}\n  {found}")
    failures += [f"accepted, and is broken:\n{text}" for text in BROKEN if complaint(validator, text) is None]
    for failure in failures:
        print(failure)
    print(f"{len(examples)} examples, {len(GOOD)} good and {len(BROKEN)} broken files: {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

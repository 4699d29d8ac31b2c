#!/usr/bin/env python3
"""Runs a pipeline against servers that behave badly in each way that is known, and looks what comes of each event: our
own stand-in; and, where PENSTOCK_SERVERS is "all", aimock, and litellm's proxy in front of the stand-in, which
tools/fetch_model_servers provides. Prints what came of each fault behind each server, and how many requests it saw.

Usage: tests/providers/servers/servers_test.py PENSTOCK STANDIN
"""

import os
import sys
import tempfile
from pathlib import Path

import cells
import servers
from cells import Cell
from faults import FAULTS, Cannot
from servers import Failure, Server

DEPS = Path(__file__).resolve().parents[3] / "build/deps/model_servers"


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    penstock, program = (str(Path(argument).resolve()) for argument in sys.argv[1:])
    chosen = {"stand-in": against_standin}
    if os.environ.get("PENSTOCK_SERVERS") == "all":
        chosen |= {"aimock": against_aimock, "litellm": against_litellm}
    found: dict[str, dict[str, Cell]] = {}
    with tempfile.TemporaryDirectory(prefix="penstock-servers-") as name:
        for server, test in chosen.items():
            (folder := Path(name) / server).mkdir()
            try:
                found[server] = test(penstock, program, folder)
            except Failure as failure:
                print(f"FAILED: {server}: {failure}")
                return 1
    return tell(found)


def against_standin(penstock: str, program: str, folder: Path) -> dict[str, Cell]:
    with servers.standin(program, folder) as server:
        return cells.run(penstock, server, FAULTS, folder / "run")


def against_aimock(penstock: str, _: str, folder: Path) -> dict[str, Cell]:
    with servers.aimock(DEPS, FAULTS, folder) as server:
        return with_reasons(server, cells.run(penstock, server, FAULTS, folder / "run"))


def against_litellm(penstock: str, program: str, folder: Path) -> dict[str, Cell]:
    with servers.standin(program, folder) as behind, servers.litellm_proxy(DEPS, FAULTS, behind, folder) as server:
        return with_reasons(server, cells.run(penstock, server, FAULTS, folder / "run"))


def with_reasons(server: Server, found: dict[str, Cell]) -> dict[str, Cell]:
    for fault in FAULTS:
        if isinstance(expected := server.expected(fault), Cannot):
            print(f"{server.name} cannot do {fault.name}: {expected.reason}")
        elif why := server.misses(fault):
            print(f"{server.name} does not tell the requests of {fault.name}: {why}")
    return found


def tell(found: dict[str, dict[str, Cell]]) -> int:
    """The table: what came of each fault, and the requests that its server saw."""
    print(f"{'fault':20}" + "".join(f"{server:18}" for server in found))
    for fault in FAULTS:
        print(f"{fault.name:20}" + "".join(f"{cells_of[fault.name].shown:18}" for cells_of in found.values()))
    wrong = [f"{server}, {name}: {what}" for server, cells_of in found.items() for name, cell in cells_of.items()
             for what in cell.wrong]
    for line in wrong:
        print(f"FAILED: {line}")
    print("failed" if wrong else "ok")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

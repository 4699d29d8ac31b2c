#!/usr/bin/env python3
"""Lets a real Prometheus read the metrics of a running pipeline, and looks whether it sees what happened.

Usage: tests/prometheus_test.py PENSTOCK
Needs prometheus and promtool (Debian: prometheus). Nothing listens anywhere but on 127.0.0.1, at ports that are free.
"""

import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

DEADLINE_SECONDS = 60
POLL_SECONDS = 0.1

PIPELINE = """\
pipeline: shop
topics: { context: off }
event:
  rules: [{ name: amount-known, that: event.amount >= 0 }]
prepare:
  - drop: { when: event.amount == 0, name: nothing }
route:
  - { when: event.amount > 100, to: none }
  - { to: none }
emit: { amount: event.amount }
"""
# Seven outputs, two of them of the first rule; two dead letters; one drop.
EVENTS = [*({"amount": n} for n in (1, 2, 3, 4, 5, 200, 300, 0, -1)), "broken"]

EXPECTED = {
    "penstock_records_total": 10,
    "penstock_outputs_total": 7,
    'penstock_dropped_total{rule="nothing"}': 1,
    'penstock_dead_letters_total{kind="decode"}': 1,
    'penstock_dead_letters_total{kind="contract"}': 1,
    'penstock_dead_letters_total{kind="model"}': 0,
    'penstock_routed_total{route="none",rule="0"}': 2,
    'penstock_routed_total{route="none",rule="1"}': 5,
    "penstock_latency_seconds_count": 10,
    'penstock_latency_seconds_bucket{le="+Inf"}': 10,
    "sum(penstock_lag_records)": 0,
    "histogram_quantile(0.99, penstock_processing_seconds_bucket) < bool 60": 1,
    'up{job="penstock"}': 1,
    "count(penstock_build_info)": 1,
    "process_start_time_seconds < bool time()": 1,
}


class Failure(Exception):
    """Something is not as it must be."""


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(f"not within {DEADLINE_SECONDS} s: {what}")
        time.sleep(POLL_SECONDS)


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


@contextlib.contextmanager
def running(command: list[str], folder: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as file, subprocess.Popen(command, cwd=folder, stderr=file, stdout=file) as process:
        try:
            yield process
        except Exception:
            print(f"--- {log.name} ---", log.read_text(encoding="utf-8", errors="replace"), sep="\n")
            raise
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def admin_url(log: Path) -> str:
    found: list[str] = []

    def is_logged() -> bool:
        found[:] = re.findall(r"admin server url=(http://127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8"))
        return bool(found)

    wait_for("the address of the admin server in the log", is_logged)
    return found[0]


def write_events(penstock: str, folder: Path) -> None:
    lines = "".join((event if isinstance(event, str) else json.dumps(event)) + "\n" for event in EVENTS)
    base = [penstock, "topic"]
    log = ["--log", "local:data"]
    subprocess.run([*base, "create", "shop.raw-events", "--partitions", "2", *log], cwd=folder, check=True)
    subprocess.run([*base, "write", "shop.raw-events", *log], cwd=folder, check=True, input=lines.encode())


def check_lint(text: str) -> None:
    """promtool says nothing about metrics that keep to the conventions."""
    ended = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    if ended.returncode != 0 or ended.stdout or ended.stderr:
        raise Failure(f"promtool ended with {ended.returncode}: {ended.stdout}{ended.stderr}")


def query(prometheus: str, expression: str) -> list[float]:
    url = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
    return [float(sample["value"][1]) for sample in json.loads(get(url))["data"]["result"]]


def check_prometheus(target: str, folder: Path) -> None:
    address = target.removeprefix("http://")
    (folder / "prometheus.yml").write_text(
        "global: { scrape_interval: 1s, scrape_timeout: 1s }\n"
        f"scrape_configs: [{{ job_name: penstock, static_configs: [{{ targets: ['{address}'] }}] }}]\n",
        encoding="utf-8",
    )
    port = free_port()
    command = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb"]
    log = folder / "prometheus.log"
    with running([*command, f"--web.listen-address=127.0.0.1:{port}"], folder, log) as process:
        prometheus = f"http://127.0.0.1:{port}"

        def has_scraped() -> bool:
            if process.poll() is not None:
                raise Failure(f"prometheus ended with {process.returncode}")
            try:
                return query(prometheus, "penstock_records_total") == [float(len(EVENTS))]
            except (urllib.error.URLError, ConnectionError):
                return False

        wait_for("Prometheus has scraped the pipeline", has_scraped)
        wrong = {e: seen for e, value in EXPECTED.items() if (seen := query(prometheus, e)) != [float(value)]}
        if wrong:
            raise Failure(f"Prometheus sees other values than expected: {wrong}")
        targets = json.loads(get(f"{prometheus}/api/v1/targets"))["data"]["activeTargets"]
        if [entry["lastError"] for entry in targets] != [""]:
            raise Failure(f"Prometheus complains: {targets}")


def check(penstock: str, folder: Path) -> None:
    (folder / "pipeline.yaml").write_text(PIPELINE, encoding="utf-8")
    write_events(penstock, folder)
    command = [penstock, "run", "pipeline.yaml", "--log", "local:data", "--workers", "2", "--admin", "127.0.0.1:0"]
    log = folder / "penstock.log"
    with running(command, folder, log) as process:
        url = admin_url(log)
        committed = f'penstock_latency_seconds_count{{pipeline="shop"}} {len(EVENTS)}\n'
        wait_for("all is committed", lambda: committed in get(f"{url}/metrics"))
        if (get(f"{url}/healthz"), get(f"{url}/readyz")) != ("ok\n", "ready\n"):
            raise Failure("the process is not healthy and ready")
        check_lint(get(f"{url}/metrics"))
        check_prometheus(url, folder)
        process.terminate()
        if process.wait(20) != 0:
            raise Failure(f"penstock ended with {process.returncode}")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="penstock-prometheus-") as folder:
        try:
            check(str(Path(arguments[0]).resolve()), Path(folder))
        except Failure as failure:
            print(f"FAILED: {failure}")
            return 1
    print(f"ok: Prometheus sees {len(EXPECTED)} values as they are")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Says how good the answers of the pipeline are.

Usage: evaluate.py [FILE...]
Reads the records of card-fraud.model-outputs as `penstock topic read` prints them, from the files or from standard
input, and prints a table, one line a route. Blocking a payment is right where its label says fraud.

The data holds all frauds there were, and few of the genuine payments. `real share` is the precision that there would be
with all of them: genuine payments count for as many as make frauds 0.1727 % (492 of 284,807).
"""

import fileinput
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass

FRAUD_SHARE = 492 / 284_807


@dataclass(frozen=True)
class Answer:
    route: str
    fraud: bool
    blocked: bool
    score: float | None  # there is none where no model was asked


def read_answer(line: str) -> Answer:
    """Of one printed record. ValueError: the line is none, or not one of this example."""
    try:
        record = json.loads(line)
        value = record["value"]
        route = record["headers"].get("penstock-route", "(none)")
        score = value.get("score")
        return Answer(route, int(value["label"]) == 1, value.get("decision") == "block",
                      None if score is None else float(score))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no output record of card-fraud: {error!r}") from error


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def precision(answers: Iterable[Answer], genuine_weight: float = 1.0) -> float | None:
    """The share of frauds among what was blocked; None if nothing was."""
    blocked = [answer for answer in answers if answer.blocked]
    frauds = sum(answer.fraud for answer in blocked)
    return ratio(frauds, frauds + genuine_weight * (len(blocked) - frauds))


def recall(answers: Iterable[Answer]) -> float | None:
    """The share of the frauds that was blocked; None if there were none."""
    frauds = [answer for answer in answers if answer.fraud]
    return ratio(sum(answer.blocked for answer in frauds), len(frauds))


def genuine_weight(answers: Iterable[Answer], fraud_share: float = FRAUD_SHARE) -> float:
    """How many genuine payments each of ours stands for, so that the frauds are `fraud_share` of all payments."""
    labels = [answer.fraud for answer in answers]
    frauds, genuine = labels.count(True), labels.count(False)
    return frauds * (1 - fraud_share) / (fraud_share * genuine) if frauds and genuine else 1.0


def roc_auc(answers: Iterable[Answer]) -> float | None:
    """How often a fraud scores higher than a genuine payment; a tie counts half. None if either is missing."""
    scored = sorted((answer.score, answer.fraud) for answer in answers if answer.score is not None)
    genuine_below, frauds, area = 0, 0, 0.0
    start = 0
    while start < len(scored):
        end = start
        while end < len(scored) and scored[end][0] == scored[start][0]:
            end += 1
        tied_frauds = sum(fraud for _, fraud in scored[start:end])
        tied_genuine = end - start - tied_frauds
        area += tied_frauds * (genuine_below + tied_genuine / 2)
        genuine_below += tied_genuine
        frauds += tied_frauds
        start = end
    return ratio(area, frauds * genuine_below)


def table(answers: list[Answer]) -> str:
    routes = {route: [answer for answer in answers if answer.route == route]
              for route in sorted({answer.route for answer in answers})}
    # One weight for all: it says how the whole sample was drawn, whatever the routes.
    weight = genuine_weight(answers)
    width = max(len(name) for name in (*routes, "route", "all"))
    titles = ("events", "frauds", "blocked", "precision", "recall", "ROC AUC", "real share")
    lines = [f"{'route':{width}}" + "".join(f"{title:>11}" for title in titles)]
    for name, group in (*routes.items(), ("all", answers)):
        counts = (len(group), sum(answer.fraud for answer in group), sum(answer.blocked for answer in group))
        shares = (precision(group), recall(group), roc_auc(group), precision(group, weight))
        lines.append(f"{name:{width}}" + "".join(f"{count:>11}" for count in counts)
                     + "".join(f"{'-' if share is None else format(share, '.4f'):>11}" for share in shares))
    return "\n".join(lines)


def main(paths: list[str]) -> int:
    if any(path.startswith("-") and path != "-" for path in paths):
        print(__doc__.strip(), file=sys.stderr)
        return 1
    answers = []
    try:
        with fileinput.input(paths, encoding="utf-8") as lines:
            for line in lines:
                try:
                    answers.append(read_answer(line))
                except ValueError as error:
                    print(f"error: {lines.filename()}:{lines.filelineno()}: {error}", file=sys.stderr)
                    return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not answers:
        print("error: there are no records to evaluate", file=sys.stderr)
        return 1
    print(table(answers))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

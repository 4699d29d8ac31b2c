#!/usr/bin/env python3
"""Trains the models of this example on one half of the card payments, and writes the other half as events.

Usage: train.py
Needs what requirements.txt lists. Reads data/creditcard-sample.csv.gz; writes models/*.onnx, models/*.golden.jsonl and
data/transactions.jsonl.gz, the same at every run; prints how good each model is on the half that it has not seen.
"""

import csv
import datetime
import gzip
import hashlib
import json
from pathlib import Path

import numpy
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
FEATURES = [f"V{i}" for i in range(1, 29)] + ["Amount"]
FIRST_DAY = datetime.datetime(2013, 9, 1, tzinfo=datetime.timezone.utc)
SEED = 20130901
GOLDEN_ROWS = 20

USERS = 300
DEVICES = ["iOS", "Android", "Web"]
LOCATIONS = ["Singapore", "Brussels", "Paris", "London", "Berlin", "Madrid", "New York", "Tokyo", "Sydney", "Toronto"]


def models():
    """By file name."""
    yield "fraud-v1", GradientBoostingClassifier(n_estimators=40, max_depth=2, subsample=0.8, random_state=SEED)
    yield "fraud-v2", GradientBoostingClassifier(n_estimators=160, max_depth=4, learning_rate=0.05, subsample=0.6,
                                                 max_features=8, random_state=SEED)
    network = MLPClassifier(hidden_layer_sizes=(16, 8), alpha=0.01, max_iter=400, random_state=SEED)
    yield "ios", make_pipeline(StandardScaler(), network)


def stable_number(row: int, purpose: str) -> int:
    """From the row's number alone, and so of nothing that is known about the payment."""
    return int.from_bytes(hashlib.sha256(f"{purpose}/{row}".encode()).digest()[:8], "big")


def read_payments() -> list[dict]:
    with gzip.open(HERE / "data/creditcard-sample.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [{name: float(text) for name, text in row.items()} | {"row": number}
                for number, row in enumerate(csv.DictReader(file), start=1)]


def halves(payments: list[dict]) -> tuple[list[dict], list[dict]]:
    """Half of the frauds and half of the genuine payments in each."""
    train, unseen = [], []
    for label in (0, 1):
        group = [payment for payment in payments if payment["Class"] == label]
        group.sort(key=lambda payment: stable_number(payment["row"], "split"))
        train += group[: len(group) // 2]
        unseen += group[len(group) // 2 :]
    return sorted(train, key=time_order), sorted(unseen, key=time_order)


def time_order(payment: dict) -> tuple[float, int]:
    return payment["Time"], payment["row"]


def features_of(payments: list[dict]) -> numpy.ndarray:
    # As the models get them: thresholds learned in 64 bits could fall between two numbers that are one in 32.
    return numpy.array([[payment[name] for name in FEATURES] for payment in payments], dtype="float32")


def labels_of(payments: list[dict]) -> numpy.ndarray:
    return numpy.array([int(payment["Class"]) for payment in payments])


def event_of(payment: dict) -> dict:
    row = payment["row"]
    time = FIRST_DAY + datetime.timedelta(seconds=payment["Time"])
    return {
        "tx_id": f"tx-{row:05d}",
        "user_id": f"user-{stable_number(row, 'user') % USERS:03d}",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "location": LOCATIONS[stable_number(row, "location") % len(LOCATIONS)],
        "device": DEVICES[stable_number(row, "device") % len(DEVICES)],
        "amount": payment["Amount"],
        "features": [payment[name] for name in FEATURES],
        "label": int(payment["Class"]),
    }


def write_events(payments: list[dict]) -> None:
    lines = "".join(json.dumps(event_of(payment), separators=(",", ":")) + "\n" for payment in payments)
    # Without a time in its header, so that the same events make the same file.
    (HERE / "data/transactions.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


def write_model(name: str, fitted) -> bytes:
    # The graph's name would else be a random one, and the attributes of a node in random order.
    form = to_onnx(fitted, name=name, initial_types=[("features", FloatTensorType([None, len(FEATURES)]))],
                   options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3})
    for node in form.graph.node:
        attributes = sorted(node.attribute, key=lambda attribute: attribute.name)
        del node.attribute[:]
        node.attribute.extend(attributes)
    content = form.SerializeToString()
    (HERE / f"models/{name}.onnx").write_bytes(content)
    return content


def write_golden(name: str, fitted, payments: list[dict]) -> None:
    """What scikit-learn itself answers, for half of the rows on frauds."""
    frauds = [payment for payment in payments if payment["Class"] == 1][: GOLDEN_ROWS // 2]
    genuine = [payment for payment in payments if payment["Class"] == 0][: GOLDEN_ROWS // 2]
    features = features_of(frauds + genuine)
    lines = [
        json.dumps({"input": {"features": [float(number) for number in row]},
                    "output": {"label": int(label), "probabilities": [float(number) for number in probabilities]}}) + "\n"
        for row, label, probabilities in zip(features, fitted.predict(features), fitted.predict_proba(features))
    ]
    (HERE / f"models/{name}.golden.jsonl").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    train, unseen = halves(read_payments())
    (HERE / "models").mkdir(exist_ok=True)
    write_events(unseen)
    print(f"{len(train)} payments to train on, {len(unseen)} unseen ({sum(labels_of(unseen))} frauds)")
    print(f"{'model':10} {'ROC AUC':>8} {'bytes':>8} {'off by':>9}")
    for name, model in models():
        fitted = model.fit(features_of(train), labels_of(train))
        content = write_model(name, fitted)
        write_golden(name, fitted, unseen)
        session = onnxruntime.InferenceSession(content)
        scores = session.run(["probabilities"], {"features": features_of(unseen)})[0][:, 1]
        off = numpy.abs(scores - fitted.predict_proba(features_of(unseen))[:, 1]).max()
        print(f"{name:10} {roc_auc_score(labels_of(unseen), scores):8.4f} {len(content):8} {off:9.1e}")


if __name__ == "__main__":
    main()

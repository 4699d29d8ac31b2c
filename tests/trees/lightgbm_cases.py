"""Trains models of many kinds with LightGBM, and compares: lightgbm_cases.py PROBE DIRECTORY"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np

from probe import ask, close, judge, odd_rows, table

REGRESSIONS = ["regression", "regression_l1", "huber", "fair", "quantile", "mape", "poisson", "gamma", "tweedie"]
SHARES = ["binary", "cross_entropy", "cross_entropy_lambda"]
RANKINGS = ["lambdarank", "rank_xendcg"]


@dataclass
class Case:
    name: str
    parameters: dict
    rounds: int = 10
    missing: float = 0.2
    categories: int = 0
    classes: int = 0


def cases() -> list[Case]:
    found = [Case(name, {"objective": name}) for name in REGRESSIONS + SHARES + RANKINGS]
    found += [
        Case("complete", {"objective": "binary"}, missing=0),
        Case("sigmoid", {"objective": "binary", "sigmoid": 2.5}),
        Case("root", {"objective": "regression", "reg_sqrt": True}),
        Case("zero-missing", {"objective": "binary", "zero_as_missing": True}),
        Case("none-missing", {"objective": "binary", "use_missing": False}),
        Case("multiclass", {"objective": "multiclass"}, classes=4),
        Case("one-against-all", {"objective": "multiclassova", "sigmoid": 1.5}, classes=3),
        Case("forest", {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}),
        Case("forest-classes", {"objective": "multiclass", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
             classes=3),
        Case("dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}),
        Case("goss", {"objective": "regression", "data_sample_strategy": "goss"}),
        Case("stump", {"objective": "regression", "min_gain_to_split": 1e9}, rounds=2),
        Case("deep", {"objective": "regression", "num_leaves": 200, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0}),
        Case("categories", {"objective": "binary", "min_data_per_group": 5, "cat_smooth": 1.0}, categories=150),
        Case("one-hot", {"objective": "binary", "max_cat_to_onehot": 50, "min_data_per_group": 5}, categories=40),
    ]
    return found


def labels_of(case: Case, rows: np.ndarray) -> np.ndarray:
    clean = np.nan_to_num(rows)
    noise = np.random.default_rng(5).normal(size=len(rows))
    score = clean[:, 1] + clean[:, 2] * clean[:, 3] + 0.3 * noise + clean[:, 0] % 3
    objective = case.parameters["objective"]
    if case.classes:
        return np.digitize(score, np.quantile(score, np.arange(1, case.classes) / case.classes))
    if objective in SHARES + RANKINGS:
        return (score > np.median(score)).astype(int)
    return score * 3 if objective.startswith("regression") else np.exp(score / 3)


def train(case: Case, rows: np.ndarray) -> lgb.Booster:
    group = [60] * 10 if case.parameters["objective"] in RANKINGS else None
    data = lgb.Dataset(rows, label=labels_of(case, rows), group=group,
                       categorical_feature=[0] if case.categories else [])
    parameters = {"num_threads": 1, "verbose": -1, "seed": 3, "min_data_in_leaf": 5, **case.parameters}
    if case.classes:
        parameters["num_class"] = case.classes
    return lgb.train(parameters, data, num_boost_round=case.rounds)


def thresholds_of(text: str) -> np.ndarray:
    found = [number for line in re.findall(r"^threshold=(.*)$", text, re.MULTILINE)[:20] for number in line.split()]
    # All of its interfaces take what is as small as 1e-35 for 0, but a threshold may be -1e-35 itself.
    return np.array([float(number) for number in found if abs(float(number)) > 1.1e-35] + [0.0])


def compare(probe: str, case: Case, directory: Path) -> None:
    rows = table(600, 6, seed=7, missing=case.missing, categories=case.categories).astype(np.float64)
    path = directory / f"{case.name}.txt"
    train(case, rows).save_model(path)
    booster = lgb.Booster(model_file=path)
    rows = odd_rows(rows, thresholds_of(path.read_text()), seed=11, categories=case.categories > 0)
    # Thresholds as they are, and not as floats.
    exact = np.random.default_rng(13)
    chosen = exact.random(rows.shape) < 0.1
    chosen[:, 0] = False
    rows[chosen] = exact.choice(thresholds_of(path.read_text()), int(chosen.sum()))
    answers = ask(probe, "lightgbm", path, rows)
    close(f"{case.name}, prediction", booster.predict(rows), answers.prediction)
    forest = case.parameters.get("boosting") == "rf"
    raw = booster.predict(rows, raw_score=True) / (case.rounds if forest else 1)
    close(f"{case.name}, margin", raw, answers.margin, tolerance=1e-12)


def main() -> int:
    probe, directory = sys.argv[1], Path(sys.argv[2])
    return judge(f"LightGBM {lgb.__version__}", cases(), lambda case: compare(probe, case, directory))


if __name__ == "__main__":
    sys.exit(main())

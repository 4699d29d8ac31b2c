"""Trains models of many kinds with the XGBoost that is installed here, and compares: xgboost_cases.py PROBE DIRECTORY"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xgboost as xgb

from probe import ask, judge, odd_rows, same_bits, table

VERSION = tuple(int(number) for number in xgb.__version__.split(".")[:2])
REGRESSIONS = ["reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror", "reg:gamma",
               "reg:tweedie", "count:poisson", "survival:cox"]
BINARIES = ["reg:logistic", "binary:logistic", "binary:logitraw", "binary:hinge"]
RANKINGS = ["rank:pairwise", "rank:ndcg", "rank:map"]


@dataclass
class Case:
    name: str
    parameters: dict
    rounds: int = 8
    missing: float = 0.2
    categories: int = 0
    targets: int = 1
    classes: int = 0


@dataclass
class Data:
    rows: np.ndarray
    labels: np.ndarray
    types: list = field(default_factory=list)

    def matrix(self, rows: np.ndarray, labels: np.ndarray | None = None) -> xgb.DMatrix:
        kinds = {"feature_types": self.types, "enable_categorical": True} if self.types else {}
        return xgb.DMatrix(rows, label=labels, **kinds)


def cases() -> list[Case]:
    found = [Case(name.replace(":", "-"), {"objective": name}) for name in REGRESSIONS + BINARIES + RANKINGS]
    found += [Case("base-" + str(base), {"objective": "binary:logistic", "base_score": base}) for base in (0.5, 0.0595, 0.9)]
    found += [Case("squared-base", {"objective": "reg:squarederror", "base_score": 1e-3}),
              Case("complete", {"objective": "binary:logistic"}, missing=0),
              Case("aft", {"objective": "survival:aft"}),
              Case("softprob", {"objective": "multi:softprob"}, classes=4),
              Case("softmax", {"objective": "multi:softmax"}, classes=3),
              Case("forest", {"objective": "binary:logistic", "num_parallel_tree": 5, "subsample": 0.7,
                              "colsample_bynode": 0.6, "learning_rate": 1}, rounds=1),
              Case("boosted-forest", {"objective": "multi:softprob", "num_parallel_tree": 3, "subsample": 0.8}, classes=3),
              Case("leaf-wise", {"objective": "reg:squarederror", "grow_policy": "lossguide", "max_leaves": 40,
                                 "max_depth": 0, "tree_method": "hist"}),
              Case("pruned", {"objective": "reg:squarederror", "gamma": 5.0, "tree_method": "exact"}),
              Case("stump", {"objective": "binary:logistic", "gamma": 1e9}, rounds=2),
              Case("deep", {"objective": "reg:squarederror", "max_depth": 14, "min_child_weight": 0}),
              Case("two-targets", {"objective": "reg:squarederror", "tree_method": "hist"}, targets=2)]
    for objective, classes in (("binary:logistic", 0), ("reg:squarederror", 0), ("multi:softprob", 3)):
        found.append(Case("dart-" + objective.split(":")[1], {
            "objective": objective, "booster": "dart", "rate_drop": 0.4, "one_drop": 1, "base_score": 0.3}, classes=classes))
    for name, one_hot in (("sets", 1), ("one-hot", 100)):
        found.append(Case("categories-" + name, {"objective": "binary:logistic", "tree_method": "hist",
                                                 "max_cat_to_onehot": one_hot}, categories=70))
    if VERSION >= (2, 0):
        found.append(Case("vector-leaves", {"objective": "reg:squarederror", "tree_method": "hist",
                                            "multi_strategy": "multi_output_tree"}, targets=3))
        found.append(Case("quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9],
                                        "tree_method": "hist"}))
    return found


def labels_of(case: Case, rows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    clean = np.nan_to_num(rows)
    score = clean[:, 1] + clean[:, 2] * clean[:, 3] + 0.3 * random.normal(size=len(rows)) + clean[:, 0] % 3
    objective = case.parameters["objective"]
    if case.classes:
        return np.digitize(score, np.quantile(score, np.arange(1, case.classes) / case.classes)).astype(np.float32)
    if case.targets > 1:
        return np.stack([score * (i + 1) - i * clean[:, 4] for i in range(case.targets)], axis=1)
    if objective in BINARIES or objective in RANKINGS:
        return (score > np.median(score)).astype(np.float32)
    return score if objective in ("reg:squarederror", "reg:absoluteerror") else np.exp(score / 3)


def make_data(case: Case) -> Data:
    random = np.random.default_rng(len(case.name))
    rows = table(600, 6, seed=7, missing=case.missing, categories=case.categories)
    types = ["c"] + ["q"] * 5 if case.categories else []
    return Data(rows, labels_of(case, rows, random), types)


def train(case: Case, data: Data) -> xgb.Booster:
    matrix = data.matrix(data.rows, None if case.parameters["objective"] == "survival:aft" else data.labels)
    if case.parameters["objective"] == "survival:aft":
        matrix.set_float_info("label_lower_bound", data.labels)
        matrix.set_float_info("label_upper_bound", data.labels * 1.5)
    if case.parameters["objective"] in RANKINGS:
        matrix.set_group([60] * 10)
    parameters = {"max_depth": 5, "seed": 3, "nthread": 1, **case.parameters}
    if case.classes:
        parameters["num_class"] = case.classes
    return xgb.train(parameters, matrix, num_boost_round=case.rounds)


def thresholds_of(model: Path) -> np.ndarray:
    """Of the first trees, and weights of their leaves among them."""
    booster = json.loads(model.read_text())["learner"]["gradient_booster"]
    trees = booster.get("gbtree", booster)["model"]["trees"][:10]
    found = np.concatenate([np.array(tree["split_conditions"], dtype=np.float32) for tree in trees])
    return found[~np.isnan(found)]


def compare(probe: str, case: Case, directory: Path) -> int:
    data = make_data(case)
    booster = train(case, data)
    booster.save_model(directory / f"{case.name}.json")
    booster.save_model(directory / f"{case.name}.ubj")
    rows = odd_rows(data.rows, thresholds_of(directory / f"{case.name}.json"), seed=11, categories=case.categories > 0)
    # XGBoost takes infinities for a mistake, and lets none in.
    rows[np.isinf(rows)] = 3.4e38
    if case.categories:
        rows[:, 0] = np.where(np.nan_to_num(rows[:, 0]) < 0, np.nan, rows[:, 0])
        rows[rows[:, 0] > 16777000, 0] = 1e6
    # The library may remember what it predicted while it trained: it is asked as whoever loads the file asks it.
    for ending in ("json", "ubj"):
        path = directory / f"{case.name}.{ending}"
        loaded = xgb.Booster({"nthread": 1})
        loaded.load_model(path)
        matrix = data.matrix(rows)
        answers = ask(probe, "xgboost", path, rows)
        same_bits(f"{path.name}, margin", loaded.predict(matrix, output_margin=True), answers.margin)
        same_bits(f"{path.name}, prediction", loaded.predict(matrix), answers.prediction)
    return len(rows)


def main() -> int:
    probe, directory = sys.argv[1], Path(sys.argv[2])
    return judge(f"XGBoost {xgb.__version__}", cases(), lambda case: compare(probe, case, directory))


if __name__ == "__main__":
    sys.exit(main())

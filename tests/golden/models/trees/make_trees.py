"""Makes the models of this folder, and what they answer: run it where requirements.txt is installed."""

import json
import re
from pathlib import Path

import lightgbm as lgb
import numpy as np
import xgboost as xgb

HERE = Path(__file__).parent


def rows_and_score() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    rows = random.normal(size=(400, 4)).round(2).astype(np.float32)
    rows[:, 0] = random.integers(0, 70, 400)
    score = (rows[:, 0] % 5) + rows[:, 1] * rows[:, 2]
    rows[random.random(rows.shape) < 0.1] = np.nan
    return rows, score


def write_answers(name: str, rows: np.ndarray, margin: np.ndarray, prediction: np.ndarray) -> None:
    def numbers(values: np.ndarray) -> object:
        flat = [float(value) for value in np.atleast_1d(values)]
        return flat[0] if len(flat) == 1 else flat

    lines = [json.dumps({"input": {"features": [None if np.isnan(x) else float(x) for x in row]},
                         "output": {"margin": numbers(one), "prediction": numbers(other)}})
             for row, one, other in zip(rows, margin, prediction)]
    (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_xgboost(name: str, ending: str, labels: np.ndarray, rows: np.ndarray, **parameters: object) -> None:
    types = ["c", "q", "q", "q"]
    data = xgb.DMatrix(rows, label=labels, feature_types=types, enable_categorical=True)
    settings = {"max_depth": 3, "nthread": 1, "tree_method": "hist", "max_cat_to_onehot": 1, **parameters}
    booster = xgb.train(settings, data, num_boost_round=2)
    booster.save_model(HERE / f"{name}.{ending}")
    asked = xgb.DMatrix(rows[:20], feature_types=types, enable_categorical=True)
    loaded = xgb.Booster(model_file=HERE / f"{name}.{ending}")
    write_answers(name, rows[:20], loaded.predict(asked, output_margin=True), loaded.predict(asked))


def make_lightgbm(name: str, labels: np.ndarray, rows: np.ndarray, **parameters: object) -> None:
    data = lgb.Dataset(rows, label=labels, categorical_feature=[0])
    settings = {"num_leaves": 6, "verbose": -1, "num_threads": 1, "min_data_per_group": 5, **parameters}
    text = lgb.train(settings, data, num_boost_round=2).model_to_string()
    # Without the parameters of the training.
    text = re.sub(r"\nparameters:.*?end of parameters\n", "", text, flags=re.DOTALL)
    (HERE / f"{name}.txt").write_text(text, encoding="utf-8")
    booster = lgb.Booster(model_str=text)
    write_answers(name, rows[:20], booster.predict(rows[:20], raw_score=True), booster.predict(rows[:20]))


def main() -> None:
    rows, score = rows_and_score()
    two, three = (score > 2).astype(int), np.digitize(score, [1, 3])
    make_xgboost("xgboost_binary", "json", two, rows, objective="binary:logistic")
    make_xgboost("xgboost_classes", "ubj", three, rows, objective="multi:softprob", num_class=3)
    make_xgboost("xgboost_dart", "ubj", score, rows, objective="reg:squarederror", booster="dart", rate_drop=0.5,
                 one_drop=1)
    make_lightgbm("lightgbm_binary", two, rows, objective="binary")
    make_lightgbm("lightgbm_classes", three, rows, objective="multiclass", num_class=3)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Our kernel of tree ensembles beside XGBoost, LightGBM and ONNX Runtime: rows a second, on one thread each.

Usage: bench/trees_table.py TREES_TABLE [TREESxDEPTH[xCLASSES[xROWS]] ...]
Trains models of many shapes with the libraries that tests/trees judges by (their environments are made there), and has
TREES_TABLE measure each, a row at a time and 256. Random data: trees grow as large as they may.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FEATURES = 30
CONVERTED_BYTES_MAX = 50_000_000  # by onnxmltools; twice that has taken more than 25 minutes


@dataclass(frozen=True)
class Shape:
    trees: int  # all classes together
    depth: int
    classes: int = 1
    rows: int = 20_000  # of training data


SHAPES = [
    Shape(100, 6),
    Shape(10, 6),
    Shape(1_000, 6),
    Shape(5_000, 6),
    Shape(100, 2),
    Shape(100, 4),
    Shape(100, 8),
    Shape(100, 12),
    Shape(100, 16),
    Shape(1_000, 10),
    Shape(100, 6, 2),
    Shape(100, 6, 10),
    Shape(1_000, 6, 10),
    Shape(300, 6, 100),
    Shape(100, 16, 1, 200_000),
    Shape(380, 16, 1, 200_000),
]


def again_in_environment() -> None:
    """Where the libraries are."""
    sys.path.insert(0, str(ROOT / "tests/trees"))
    from judge_test import JUDGES, environment
    python = environment(next(judge for judge in JUDGES if judge.name.startswith("onnxruntime")))
    os.environ["PENSTOCK_TREES_TABLE"] = "here"
    os.execv(python, [str(python), "-W", "ignore", *sys.argv])


def data(shape: Shape):
    import numpy
    random = numpy.random.default_rng(shape.trees + shape.depth)
    rows = random.normal(size=(shape.rows, FEATURES)).astype(numpy.float32)
    noise = random.normal(size=shape.rows)
    score = rows[:, 0] + rows[:, 1] * rows[:, 2] + noise
    edges = numpy.quantile(score, numpy.arange(1, max(shape.classes, 2)) / max(shape.classes, 2))
    return rows, numpy.digitize(score, edges)


def objective(shape: Shape, of_two: str, of_many: str) -> dict[str, object]:
    return {"objective": of_two} if shape.classes == 1 else {"objective": of_many, "num_class": shape.classes}


def train_xgboost(shape: Shape, folder: Path) -> tuple[Path, Path | None]:
    import xgboost
    rows, labels = data(shape)
    settings = {"max_depth": shape.depth, "min_child_weight": 0, "eta": 0.05, "tree_method": "hist", "nthread": 2,
                "lambda": 1e-3, **objective(shape, "binary:logistic", "multi:softprob")}
    booster = xgboost.train(settings, xgboost.DMatrix(rows, labels), shape.trees // shape.classes)
    model = folder / "xgboost.ubj"
    booster.save_model(model)
    onnx = folder / "xgboost.onnx"
    if model.stat().st_size > CONVERTED_BYTES_MAX and shape.classes == 1:
        return model, large_xgboost_to_onnx(booster, onnx)
    return model, to_onnx("convert_xgboost", booster, onnx)


def large_xgboost_to_onnx(booster: object, path: Path) -> Path:
    """Of one class. XGBoost's arrays of nodes are those of ONNX by other names: this takes seconds."""
    from onnx import TensorProto, helper
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    nodes: dict[str, list] = {f"nodes_{name}": [] for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids",
                                                               "falsenodeids", "missing_value_tracks_true")}
    leaves: dict[str, list] = {f"target_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}
    for number, tree in enumerate(learner["gradient_booster"]["model"]["trees"]):
        left = tree["left_children"]
        count = len(left)
        nodes["nodes_treeids"] += [number] * count
        nodes["nodes_nodeids"] += range(count)
        nodes["nodes_featureids"] += tree["split_indices"]
        nodes["nodes_values"] += tree["split_conditions"]
        nodes["nodes_modes"] += ["LEAF" if child < 0 else "BRANCH_LT" for child in left]
        nodes["nodes_truenodeids"] += [max(child, 0) for child in left]
        nodes["nodes_falsenodeids"] += [max(child, 0) for child in tree["right_children"]]
        nodes["nodes_missing_value_tracks_true"] += tree["default_left"]
        ends = [node for node, child in enumerate(left) if child < 0]
        leaves["target_treeids"] += [number] * len(ends)
        leaves["target_nodeids"] += ends
        leaves["target_ids"] += [0] * len(ends)
        leaves["target_weights"] += [tree["split_conditions"][node] for node in ends]
    base = float(learner["learner_model_param"]["base_score"].strip("[]"))
    node = helper.make_node("TreeEnsembleRegressor", ["input"], ["probability"], domain="ai.onnx.ml", n_targets=1,
                            post_transform="LOGISTIC", base_values=[math.log(base / (1 - base))], **nodes, **leaves)
    graph = helper.make_graph([node], "trees", [helper.make_tensor_value_info("input", TensorProto.FLOAT, [None, FEATURES])],
                              [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])])
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)])
    path.write_bytes(model.SerializeToString())
    return path


def train_lightgbm(shape: Shape, folder: Path) -> tuple[Path, Path | None]:
    import lightgbm
    rows, labels = data(shape)
    settings = {"max_depth": shape.depth, "num_leaves": min(2**shape.depth, 4096), "min_data_in_leaf": 5, "verbose": -1,
                "learning_rate": 0.05, "num_threads": 2, **objective(shape, "binary", "multiclass")}
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, labels), shape.trees // shape.classes)
    model = folder / "lightgbm.txt"
    booster.save_model(model)
    return model, to_onnx("convert_lightgbm", booster, folder / "lightgbm.onnx")


def to_onnx(convert: str, booster: object, path: Path) -> Path | None:
    """Nothing where the converter cannot, or not in time."""
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType
    options = {"zipmap": False} if convert == "convert_lightgbm" else {}
    if len(booster.save_raw() if hasattr(booster, "save_raw") else booster.model_to_string()) > CONVERTED_BYTES_MAX:
        return None
    try:
        graph = getattr(onnxmltools, convert)(booster, initial_types=[("input", FloatTensorType([None, FEATURES]))],
                                              target_opset=15, **options)
    except Exception as error:  # noqa: BLE001  (whatever it is, the others are measured)
        print(f"({convert}: {error})", file=sys.stderr)
        return None
    path.write_bytes(graph.SerializeToString())
    return path


def library_of(package: object, name: str) -> Path:
    return Path(package.__file__).parent / "lib" / name


def measure(program: str, form: str, library: Path, model: Path, onnx: Path | None) -> list[float]:
    run = subprocess.run([program, str(library), form, str(model), str(onnx or ""), str(FEATURES)], check=True, text=True,
                         capture_output=True)
    return [float(word) for word in run.stdout.split()]


def main() -> int:
    if "PENSTOCK_TREES_TABLE" not in os.environ:
        again_in_environment()
    import lightgbm
    import xgboost
    program = str(Path(sys.argv[1]).resolve())
    kinds = {"xgboost": (train_xgboost, library_of(xgboost, "libxgboost.so")),
             "lightgbm": (train_lightgbm, library_of(lightgbm, "lib_lightgbm.so"))}
    print("| trees | depth | classes | trained by | MB | kernel, 1 row | the library | ONNX Runtime | kernel, 256 rows | "
          "the library | ONNX Runtime | least lead |")
    print("|" + "---|" * 12, flush=True)
    chosen = [Shape(*map(int, argument.split("x"))) for argument in sys.argv[2:]]
    for shape in chosen or SHAPES:
        for name, (train, library) in kinds.items():
            with tempfile.TemporaryDirectory() as folder:
                model, onnx = train(shape, Path(folder))
                rates = measure(program, name, library, model, onnx)
                megabytes = model.stat().st_size / 1e6
            ours, others = (rates[0], rates[3]), (max(rates[1:3]), max(rates[4:6]))
            lead = min(ours[0] / others[0], ours[1] / others[1])
            cells = " | ".join(f"{rate / 1e3:,.1f} k" if rate else "-" for rate in rates)
            print(f"| {shape.trees} | {shape.depth} | {shape.classes} | {name} | {megabytes:.1f} | {cells} | {lead:.1f} |",
                  flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

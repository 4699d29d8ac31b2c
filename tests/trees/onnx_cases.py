"""Converts models of many kinds to ONNX, and compares with ONNX Runtime: onnx_cases.py PROBE DIRECTORY"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from probe import ask, close, judge, odd_rows, table

OPERATORS = ("TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble")
FEATURES = 6


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], onnx.ModelProto]
    missing: float = 0.0


def rows_and_labels(classes: int, missing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rows = table(500, FEATURES, seed=7, missing=missing)
    clean = np.nan_to_num(rows)
    score = clean[:, 1] + clean[:, 2] * clean[:, 3]
    if classes == 0:
        return rows, score
    return rows, np.digitize(score, np.quantile(score, np.arange(1, classes) / classes))


def from_sklearn(make: Callable[[], object], classes: int, names: list | None = None,
                 double: bool = False) -> onnx.ModelProto:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
    rows, labels = rows_and_labels(classes)
    model = make().fit(rows, np.array(names)[labels] if names else labels)
    kind = (DoubleTensorType if double else FloatTensorType)([None, FEATURES])
    options = {"zipmap": False} if classes else None
    return to_onnx(model, initial_types=[("X", kind)], options=options, target_opset={"": 17, "ai.onnx.ml": 3})


def from_xgboost(classes: int, objective: str) -> onnx.ModelProto:
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = rows_and_labels(classes, missing=0.2)
    kind = xgboost.XGBClassifier if classes else xgboost.XGBRegressor
    model = kind(n_estimators=12, max_depth=4, objective=objective, base_score=0.4).fit(rows, labels)
    return onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, FEATURES]))])


def from_lightgbm(classes: int) -> onnx.ModelProto:
    import lightgbm
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = rows_and_labels(classes)
    kind = lightgbm.LGBMClassifier if classes else lightgbm.LGBMRegressor
    model = kind(n_estimators=12, verbose=-1).fit(rows, labels)
    return onnxmltools.convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, FEATURES]))], zipmap=False)


def from_catboost(classes: int, directory: Path) -> onnx.ModelProto:
    import catboost
    rows, labels = rows_and_labels(classes)
    kind = catboost.CatBoostClassifier if classes else catboost.CatBoostRegressor
    model = kind(iterations=12, depth=4, verbose=False, allow_writing_files=False).fit(rows, labels)
    path = directory / f"catboost-{classes}.onnx"
    model.save_model(str(path), format="onnx")
    found = onnx.load(path)
    # Its input has no width.
    dimensions = found.graph.input[0].type.tensor_type.shape.dim
    while len(dimensions) < 2:
        dimensions.add()
    dimensions[1].dim_value = FEATURES
    return found


def drawn_trees(random: np.random.Generator, modes: list[str], trees: int = 7, depth: int = 4) -> dict:
    """Attributes of nodes and the places of leaves, of whole trees."""
    found: dict = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids",
                                         "falsenodeids", "missing_value_tracks_true")}
    for tree in range(trees):
        splits = 2 ** depth - 1
        for node in range(2 * splits + 1):
            leaf = node >= splits
            found["treeids"].append(tree)
            found["nodeids"].append(node)
            found["featureids"].append(int(random.integers(FEATURES)))
            found["modes"].append("LEAF" if leaf else str(random.choice(modes)))
            found["values"].append(float(np.round(random.normal(), 1)))
            found["truenodeids"].append(0 if leaf else 2 * node + 1)
            found["falsenodeids"].append(0 if leaf else 2 * node + 2)
            found["missing_value_tracks_true"].append(int(random.integers(2)))
    return {"nodes_" + name: values for name, values in found.items()}


def drawn_model(kind: str, modes: list[str], targets: int, seed: int, one_column: int | None = None, low: float = -1.0,
                numbers: list | None = None, **attributes: object) -> onnx.ModelProto:
    random = np.random.default_rng(seed)
    nodes = drawn_trees(random, modes)
    votes = "class" if kind == "TreeEnsembleClassifier" else "target"
    leaves = [(tree, node) for tree, node, mode in zip(nodes["nodes_treeids"], nodes["nodes_nodeids"],
                                                      nodes["nodes_modes"]) if mode == "LEAF"]
    columns = range(targets) if one_column is None else [one_column]
    entries = [(tree, node, column) for tree, node in leaves for column in columns]
    nodes |= {f"{votes}_treeids": [e[0] for e in entries], f"{votes}_nodeids": [e[1] for e in entries],
              f"{votes}_ids": [e[2] for e in entries],
              f"{votes}_weights": [float(random.uniform(low, 1) / 7) for _ in entries]}
    if votes == "class":
        nodes["classlabels_int64s"] = numbers or list(range(targets))
    else:
        nodes["n_targets"] = targets
    outputs = ["label", "scores"] if votes == "class" else ["scores"]
    return wrap(helper.make_node(kind, ["X"], outputs, domain="ai.onnx.ml", **nodes, **attributes), ml_version=3)


def double_model(input_kind: int) -> onnx.ModelProto:
    """Thresholds and weights that no float is."""
    model = drawn_model("TreeEnsembleRegressor", ["BRANCH_LEQ", "BRANCH_LT"], 2, 8)
    node = model.graph.node[0]
    for name in ("nodes_values", "target_weights"):
        place = next(i for i, attribute in enumerate(node.attribute) if attribute.name == name)
        numbers = [number / 3 for number in node.attribute[place].floats]
        del node.attribute[place]
        tensor = helper.make_tensor(name, TensorProto.DOUBLE, (len(numbers),), numbers)
        node.attribute.append(helper.make_attribute(name + "_as_tensor", tensor))
    model.graph.input[0].type.tensor_type.elem_type = input_kind
    return model


def member_model(double: bool) -> onnx.ModelProto:
    kind = TensorProto.DOUBLE if double else TensorProto.FLOAT
    splits = [0.5, 0.0, -0.25, 1.0, 0.0, 0.0]
    node = helper.make_node(
        "TreeEnsemble", ["X"], ["scores"], domain="ai.onnx.ml", n_targets=2, aggregate_function=1, post_transform=0,
        tree_roots=[0, 3], nodes_featureids=[1, 0, 2, 3, 1, 0], nodes_truenodeids=[1, 0, 2, 4, 0, 4],
        nodes_trueleafs=[0, 1, 1, 0, 1, 1], nodes_falsenodeids=[2, 1, 3, 5, 1, 5], nodes_falseleafs=[0, 1, 1, 0, 1, 1],
        nodes_missing_value_tracks_true=[0, 1, 0, 1, 0, 0],
        nodes_modes=helper.make_tensor("m", TensorProto.UINT8, (6,), [0, 6, 3, 1, 6, 5]),
        nodes_splits=helper.make_tensor("s", kind, (6,), splits),
        membership_values=helper.make_tensor("v", kind, (7,), [1.0, 3.0, np.nan, 0.0, 2.0, 7.0, np.nan]),
        leaf_targetids=[0, 1, 0, 1, 0, 1],
        leaf_weights=helper.make_tensor("w", kind, (6,), [0.5, -1.5, 2.5, 3.25, -4.0, 5.0]))
    return wrap(node, ml_version=5, kind=kind)


def wrap(node: onnx.NodeProto, ml_version: int, kind: int = TensorProto.FLOAT) -> onnx.ModelProto:
    outputs = [helper.make_tensor_value_info(name, TensorProto.INT64 if name == "label" else kind, None)
               for name in node.output]
    graph = helper.make_graph([node], "g", [helper.make_tensor_value_info("X", kind, [None, FEATURES])], outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", ml_version),
                                                   helper.make_opsetid("", 17)], ir_version=9)


def sklearn_cases() -> list[Case]:
    from sklearn.ensemble import (ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor,
                                  RandomForestClassifier, RandomForestRegressor)
    from sklearn.tree import DecisionTreeClassifier
    small = {"max_depth": 5, "random_state": 1}
    found = [Case("sk-forest-2", lambda: from_sklearn(lambda: RandomForestClassifier(9, **small), 2)),
             Case("sk-forest-4", lambda: from_sklearn(lambda: RandomForestClassifier(9, **small), 4)),
             Case("sk-forest-names", lambda: from_sklearn(lambda: RandomForestClassifier(9, **small), 3, ["a", "b", "c"])),
             Case("sk-forest-two-names", lambda: from_sklearn(lambda: RandomForestClassifier(9, **small), 2, ["no", "yes"])),
             Case("sk-forest-double", lambda: from_sklearn(lambda: RandomForestClassifier(9, **small), 3, double=True)),
             Case("sk-forest-numbers", lambda: from_sklearn(lambda: RandomForestRegressor(9, **small), 0)),
             Case("sk-extra", lambda: from_sklearn(lambda: ExtraTreesRegressor(9, **small), 0)),
             Case("sk-tree", lambda: from_sklearn(lambda: DecisionTreeClassifier(**small), 3)),
             Case("sk-boosting-2", lambda: from_sklearn(lambda: GradientBoostingClassifier(n_estimators=9), 2)),
             Case("sk-boosting-3", lambda: from_sklearn(lambda: GradientBoostingClassifier(n_estimators=9), 3)),
             Case("sk-boosting", lambda: from_sklearn(lambda: GradientBoostingRegressor(n_estimators=9), 0))]
    return found


def drawn_cases() -> list[Case]:
    all_modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
    found = [Case(f"mode-{mode}", lambda mode=mode: drawn_model("TreeEnsembleRegressor", [mode], 1, 3), 0.2)
             for mode in all_modes]
    for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
        for targets in (1, 3):
            base = [0.5] * targets
            found.append(Case(f"{aggregate}-{targets}", lambda a=aggregate, t=targets, b=base: drawn_model(
                "TreeEnsembleRegressor", all_modes, t, 4, aggregate_function=a, base_values=b), 0.2))
    for link in ("NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"):
        found.append(Case(f"link-{link}", lambda link=link: drawn_model(
            "TreeEnsembleRegressor", ["BRANCH_LEQ"], 3, 5, post_transform=link)))
        for classes, column, low, base in ((3, None, -1, []), (3, None, -1, [0.1, 0.2, -0.3]), (2, None, -1, []),
                                           (2, 0, -1, []), (2, 0, 0, []), (2, 1, -1, []), (2, 0, -1, [0.2]),
                                           (2, None, -1, [0.1, 0.2])):
            if link == "LOGISTIC" and low == 0:
                continue  # is left to ONNX Runtime
            name = f"classes-{link}-{classes}-{column}-{low}-{len(base)}"
            found.append(Case(name, lambda link=link, c=classes, o=column, low=low, b=base: drawn_model(
                "TreeEnsembleClassifier", ["BRANCH_LEQ"], c, 6, one_column=o, low=low, numbers=[10, 20, 30][:c],
                post_transform=link, **({"base_values": b} if b else {}))))
    # Of a probability, so that it lies between 0 and 1.
    found.append(Case("link-PROBIT", lambda: drawn_model("TreeEnsembleRegressor", ["BRANCH_LEQ"], 1, 5, low=0.3,
                                                         post_transform="PROBIT")))
    found += [Case("doubles-double", lambda: double_model(TensorProto.DOUBLE), 0.2)]
    found += [Case("members", lambda: member_model(False), 0.2), Case("members-double", lambda: member_model(True), 0.2)]
    return found


def cases(directory: Path) -> list[Case]:
    found = sklearn_cases() + drawn_cases()
    found += [Case("xgboost-2", lambda: from_xgboost(2, "binary:logistic"), 0.2),
              Case("xgboost-3", lambda: from_xgboost(3, "multi:softprob"), 0.2),
              Case("xgboost-0", lambda: from_xgboost(0, "reg:squarederror"), 0.2)]
    found += [Case(f"lightgbm-{classes}", lambda c=classes: from_lightgbm(c)) for classes in (0, 2, 3)]
    found += [Case(f"catboost-{classes}", lambda c=classes: from_catboost(c, directory)) for classes in (0, 2, 3)]
    return found


def answers_of(model: onnx.ModelProto, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """The scores and labels of the ensemble itself, whatever the graph makes of them."""
    node = next(node for node in model.graph.node if node.op_type in OPERATORS)
    known = {output.name for output in model.graph.output}
    model = onnx.ModelProto.FromString(model.SerializeToString())
    for name in node.output:
        if name not in known:
            model.graph.output.append(onnx.ValueInfoProto(name=name))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    outputs = session.run(list(node.output), {session.get_inputs()[0].name: rows})
    scores = outputs[-1].reshape(len(rows), -1)
    if len(outputs) == 1:
        return scores, None
    labels = outputs[0]
    names = [text.decode() for a in node.attribute if a.name == "classlabels_strings" for text in a.strings]
    return scores, np.array([names.index(label) for label in labels]) if names else labels


def compare(probe: str, case: Case, directory: Path) -> None:
    model = case.make()
    path = directory / f"{case.name}.onnx"
    onnx.save(model, path)
    rows = table(500, FEATURES, seed=9, missing=case.missing)
    thresholds = np.round(np.random.default_rng(1).normal(size=40), 1)
    rows = odd_rows(rows, thresholds, seed=11)
    if not case.missing:
        rows = np.nan_to_num(rows, nan=0.25, posinf=np.inf, neginf=-np.inf)
    double = model.graph.input[0].type.tensor_type.elem_type == TensorProto.DOUBLE
    scores, labels = answers_of(model, rows.astype(np.float64 if double else np.float32))
    got = ask(probe, "onnx", path, rows)
    if labels is None:
        close(f"{case.name}, prediction", scores, got.prediction)
    else:
        close(f"{case.name}, scores", scores, got.prediction[:, :-1])
        close(f"{case.name}, labels", labels, got.prediction[:, -1:], tolerance=0)


def main() -> int:
    probe, directory = sys.argv[1], Path(sys.argv[2])
    return judge(f"ONNX Runtime {onnxruntime.__version__}", cases(directory),
                 lambda case: compare(probe, case, directory))


if __name__ == "__main__":
    sys.exit(main())

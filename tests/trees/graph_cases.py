"""Whole ONNX graphs, with our kernel in the place of the ensemble and without: graph_cases.py PENSTOCK DIRECTORY

ONNX Runtime answers rows with all of a graph; `penstock check` compares its own answers to those."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime
from onnx import helper

from probe import judge, table

FEATURES = 6
PIPELINE = """pipeline: p
route: [{{ to: m }}]
models:
  m: {{ onnx: {model}, parity: rows.jsonl, tolerance: 0.000001, kernel: {kernel}, input: {{ {input}: event.features }},
       output: {{ all: 'outputs["{output}"]' }} }}
"""


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], onnx.ModelProto]
    runs: str  # what `penstock check` says of it
    whole: bool = False  # rows of whole numbers


def data(names: list[str] | None) -> tuple[np.ndarray, np.ndarray]:
    rows = table(400, FEATURES, seed=7)
    labels = np.digitize(rows[:, 1] + rows[:, 2] * rows[:, 3], [-0.5, 0.5])
    return rows, np.array(names)[labels] if names else labels


def sklearn_graph(make: Callable[[], object], names: list[str] | None = None, zipmap: bool = True,
                  element: str = "Float") -> onnx.ModelProto:
    from skl2onnx import to_onnx
    from skl2onnx.common import data_types
    rows, labels = data(names)
    model = make().fit(rows, labels)
    kind = getattr(data_types, f"{element}TensorType")
    options = {id(model): {"zipmap": zipmap}} if hasattr(model, "classes_") else None
    return to_onnx(model, initial_types=[("X", kind([None, FEATURES]))], options=options,
                   target_opset={"": 17, "ai.onnx.ml": 3})


def xgboost_graph() -> onnx.ModelProto:
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = data(None)
    model = xgboost.XGBClassifier(n_estimators=10, max_depth=4).fit(rows, labels > 0)
    return onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, FEATURES]))])


def lightgbm_graph(zipmap: bool = True) -> onnx.ModelProto:
    import lightgbm
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = data(None)
    model = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(rows, labels)
    return onnxmltools.convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, FEATURES]))], zipmap=zipmap)


def catboost_graph() -> onnx.ModelProto:
    from onnx_cases import from_catboost
    with tempfile.TemporaryDirectory() as folder:
        return from_catboost(3, Path(folder))


def cast_graph() -> onnx.ModelProto:
    """Whole numbers come in; labels and scores go out twice, as they are and as other numbers."""
    model = sklearn_graph(lambda: forest(seed=2), zipmap=False)
    graph = model.graph
    graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.INT64
    graph.node.insert(0, helper.make_node("Cast", ["X"], ["as_float"], to=onnx.TensorProto.FLOAT))
    graph.node[1].input[0] = "as_float"
    for output, name, to in (("label", "float_label", onnx.TensorProto.FLOAT), ("label", "int_label", onnx.TensorProto.INT32),
                             ("probabilities", "double_scores", onnx.TensorProto.DOUBLE)):
        graph.node.append(helper.make_node("Cast", [output], [name], to=to))
        graph.output.append(helper.make_tensor_value_info(name, to, None))
    return model


def forest(seed: int = 1) -> object:
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier(10, max_depth=5, random_state=seed)


def cases() -> list[Case]:
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestRegressor, VotingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    alone = "all of it runs in the kernel of tree ensembles"
    rest = "its tree ensemble runs in the kernel, and in ONNX Runtime the rest: "
    return [
        Case("forest", lambda: sklearn_graph(forest), alone),
        Case("bare-forest", lambda: sklearn_graph(forest, zipmap=False), alone),
        Case("named-forest", lambda: sklearn_graph(forest, ["b", "c", "a"]), alone),
        Case("bare-named-forest", lambda: sklearn_graph(forest, ["b", "c", "a"], zipmap=False), alone),
        Case("double-forest", lambda: sklearn_graph(forest, zipmap=False, element="Double"), alone),
        Case("cast-forest", cast_graph, alone, whole=True),
        Case("numbers", lambda: sklearn_graph(lambda: RandomForestRegressor(10, max_depth=5, random_state=1)), alone),
        Case("scaled", lambda: sklearn_graph(lambda: make_pipeline(StandardScaler(), forest())),
             rest + "Cast, Scaler, ZipMap"),
        Case("boosted", lambda: sklearn_graph(lambda: GradientBoostingClassifier(n_estimators=10)), alone),
        Case("xgboost", xgboost_graph, alone),
        Case("lightgbm", lightgbm_graph, alone),
        Case("bare-lightgbm", lambda: lightgbm_graph(zipmap=False), alone),
        Case("catboost", catboost_graph, alone),
        Case("two", lambda: sklearn_graph(lambda: VotingClassifier([("x", forest()), ("y", forest())], voting="soft",
                                                        flatten_transform=False)),
             "all of it runs in ONNX Runtime: it has more than one tree ensemble"),
    ]


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): plain(element) for key, element in value.items()}
    if isinstance(value, (np.ndarray, list)):
        return [plain(element) for element in value]
    return value.item() if isinstance(value, np.generic) else value


def write_rows(model: onnx.ModelProto, path: Path, whole: bool) -> tuple[str, str]:
    """Answers of ONNX Runtime, as a parity file; and the names of an input and an output."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    name = session.get_inputs()[0].name
    rows = np.round(table(100, FEATURES, seed=9) * 3) if whole else table(100, FEATURES, seed=9)
    rows = rows.astype({"tensor(double)": np.float64, "tensor(int64)": np.int64}.get(session.get_inputs()[0].type, np.float32))
    outputs = session.run(None, {name: rows})
    names = [output.name for output in session.get_outputs()]
    lines = [json.dumps({"input": {name: plain(row)},
                         "output": {output: plain(values[i]) for output, values in zip(names, outputs)}})
             for i, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name, names[-1]


def check(penstock: str, case: Case, folder: Path, kernel: str) -> None:
    run = subprocess.run([penstock, "check", "p.yaml"], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"kernel: {kernel}: {run.stderr}"
    runs = case.runs if kernel == "on" else "all of it runs in ONNX Runtime: the kernel is off"
    assert f"model m: {runs}" in run.stdout, f"kernel: {kernel}: {run.stdout}"


def compare(penstock: str, case: Case, folder: Path) -> None:
    folder.mkdir()
    model = case.make()
    onnx.save(model, folder / "m.onnx")
    name, output = write_rows(model, folder / "rows.jsonl", case.whole)
    for kernel in ("on", "off"):
        text = PIPELINE.format(model="m.onnx", kernel=kernel, input=name, output=output)
        (folder / "p.yaml").write_text(text, encoding="utf-8")
        check(penstock, case, folder, kernel)


def main() -> int:
    penstock, directory = sys.argv[1], Path(sys.argv[2])
    return judge(f"Graphs, ONNX Runtime {onnxruntime.__version__}", cases(),
                 lambda case: compare(penstock, case, directory / case.name))


if __name__ == "__main__":
    sys.exit(main())

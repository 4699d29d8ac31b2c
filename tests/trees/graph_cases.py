"""Whole ONNX graphs, with our kernel in the place of the ensemble and without: graph_cases.py PENSTOCK DIRECTORY

ONNX Runtime answers rows with all of a graph; `penstock check` compares its own answers to those."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import onnxruntime

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


def data(names: list[str] | None) -> tuple[np.ndarray, np.ndarray]:
    rows = table(400, FEATURES, seed=7)
    labels = np.digitize(rows[:, 1] + rows[:, 2] * rows[:, 3], [-0.5, 0.5])
    return rows, np.array(names)[labels] if names else labels


def sklearn_graph(make: Callable[[], object], names: list[str] | None = None, zipmap: bool = True) -> onnx.ModelProto:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType
    rows, labels = data(names)
    model = make().fit(rows, labels)
    return to_onnx(model, initial_types=[("X", FloatTensorType([None, FEATURES]))],
                   options={id(model): {"zipmap": zipmap}}, target_opset={"": 17, "ai.onnx.ml": 3})


def xgboost_graph() -> onnx.ModelProto:
    import onnxmltools
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = data(None)
    model = xgboost.XGBClassifier(n_estimators=10, max_depth=4).fit(rows, labels > 0)
    return onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, FEATURES]))])


def lightgbm_graph() -> onnx.ModelProto:
    import lightgbm
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType
    rows, labels = data(None)
    model = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(rows, labels)
    return onnxmltools.convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, FEATURES]))])


def cases() -> list[Case]:
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, VotingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    forest = lambda: RandomForestClassifier(10, max_depth=5, random_state=1)
    kernel = "its tree ensemble runs in the kernel, and "
    return [
        Case("forest", lambda: sklearn_graph(forest), kernel + "in ONNX Runtime the rest: Cast, ZipMap"),
        Case("bare-forest", lambda: sklearn_graph(forest, zipmap=False), kernel),
        Case("named-forest", lambda: sklearn_graph(forest, ["a", "b", "c"]), kernel + "in ONNX Runtime the rest: "),
        Case("scaled", lambda: sklearn_graph(lambda: make_pipeline(StandardScaler(), forest())),
             kernel + "in ONNX Runtime the rest: Cast, Scaler, ZipMap"),
        Case("boosted", lambda: sklearn_graph(lambda: GradientBoostingClassifier(n_estimators=10)), kernel),
        Case("xgboost", xgboost_graph, kernel),
        Case("lightgbm", lightgbm_graph, kernel),
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


def write_rows(model: onnx.ModelProto, path: Path) -> tuple[str, str]:
    """Answers of ONNX Runtime, as a parity file; and the names of an input and an output."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    name = session.get_inputs()[0].name
    rows = table(100, FEATURES, seed=9)
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
    name, output = write_rows(model, folder / "rows.jsonl")
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

#!/usr/bin/env python3
"""Makes the small models beside it, and for each a NAME.jsonl of inputs and of what another binding of ONNX Runtime
answers to them, one row a line. Run in an environment that has requirements.txt installed.
"""

import json
from pathlib import Path

import numpy
import onnxruntime
from onnx import ModelProto, TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

HERE = Path(__file__).resolve().parent
OPSET = 17
FLOAT, DOUBLE, INT32, INT64 = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT32, TensorProto.INT64
UINT8, BOOL, STRING, FLOAT16 = TensorProto.UINT8, TensorProto.BOOL, TensorProto.STRING, TensorProto.FLOAT16
NUMPY_TYPES = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int64)": "int64",
               "tensor(int32)": "int32", "tensor(uint8)": "uint8", "tensor(bool)": "bool", "tensor(string)": "object"}


def value(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(numpy.asarray(array), name)


def graph(nodes, inputs, outputs, constants=(), opset=OPSET) -> ModelProto:
    nodes = [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes]
    body = helper.make_graph(nodes, "model", inputs, outputs, list(constants))
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8)


def rows_of(random, count, *shape):
    return numpy.round(random.normal(size=(count, *shape)), 3).tolist()


def linear(random, batch="N"):
    weights = constant("w", numpy.round(random.normal(size=(3, 2)), 2).astype("float32"))
    model = graph(
        [("MatMul", ["x", "w"], ["y"]), ("ReduceSum", ["x", "axes"], ["total"], {"keepdims": 0})],
        [value("x", FLOAT, batch, 3)], [value("y", FLOAT, batch, 2), value("total", FLOAT, batch)],
        [weights, constant("axes", numpy.array([1]))])
    return model, [{"x": row} for row in rows_of(random, 6, 3)]


def scalars(_):
    kinds = {"f32": FLOAT, "f64": DOUBLE, "i64": INT64, "i32": INT32, "u8": UINT8, "b": BOOL, "s": STRING}
    model = graph([("Identity", [name], [f"{name}_out"]) for name in kinds],
                  [value(name, kind, "N") for name, kind in kinds.items()],
                  [value(f"{name}_out", kind, "N") for name, kind in kinds.items()])
    rows = [
        {"f32": 0.5, "f64": 0.1, "i64": 2**62, "i32": -7, "u8": 255, "b": True, "s": "Zürich"},
        {"f32": 3, "f64": -1e300, "i64": -1, "i32": 2**31 - 1, "u8": 0, "b": False, "s": ""},
    ]
    return model, rows


def trained(random, labels):
    x = random.normal(size=(200, 4)).astype("float32")
    chosen = (x[:, 0] + x[:, 1] ** 2 > 0.7).astype(int) + (x[:, 2] > 0.9).astype(int)
    return x, numpy.array(labels)[chosen]


def classifier(random):
    x, y = trained(random, [0, 1, 2])
    fitted = GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=1).fit(x, y)
    model = to_onnx(fitted, x[:1], name="model", options={"zipmap": False}, target_opset={"": OPSET, "ai.onnx.ml": 3})
    return model, [{"X": row} for row in rows_of(random, 8, 4)]


def zipmap(random, labels):
    x, y = trained(random, labels)
    fitted = LogisticRegression().fit(x, y)
    model = to_onnx(fitted, x[:1], name="model", target_opset={"": OPSET, "ai.onnx.ml": 3})
    return model, [{"X": row} for row in rows_of(random, 5, 4)]


def text(_):
    model = graph(
        [("LabelEncoder", ["words"], ["ids"],
          {"domain": "ai.onnx.ml", "keys_strings": ["yes", "no"], "values_int64s": [1, 2], "default_int64": -1}),
         ("Identity", ["words"], ["same"])],
        [value("words", STRING, "N", 2)], [value("ids", INT64, "N", 2), value("same", STRING, "N", 2)])
    return model, [{"words": ["yes", "no"]}, {"words": ["", "naïve"]}, {"words": ["no", "no"]}]


def cube(random):
    model = graph([("Transpose", ["x"], ["y"], {"perm": [0, 2, 1]})],
                  [value("x", FLOAT, "N", 2, 3)], [value("y", FLOAT, "N", 3, 2)])
    return model, [{"x": row} for row in rows_of(random, 3, 2, 3)]


def ragged(random):
    model = graph(
        [("ReduceSum", ["x", "axes"], ["total"]), ("Add", ["x", "x"], ["twice"])],
        [value("x", FLOAT, "N", "L")], [value("total", FLOAT, "N", 1), value("twice", FLOAT, "N", "L")],
        [constant("axes", numpy.array([1]))])
    return model, [{"x": row} for size in (2, 5, 2, 1) for row in rows_of(random, 1, size)]


def gather(_):
    table = constant("table", numpy.arange(10, dtype="float32").reshape(5, 2))
    model = graph([("Gather", ["table", "index"], ["row"])], [value("index", INT64, "N")],
                  [value("row", FLOAT, "N", 2)], [table])
    return model, [{"index": index} for index in (0, 4, 2)]


def float64(random):
    x = random.normal(size=(50, 2))
    fitted = LinearRegression().fit(x, x @ [1.25, -0.5] + 3)
    model = to_onnx(fitted, x[:1], name="model", target_opset={"": OPSET, "ai.onnx.ml": 3})
    return model, [{"X": row} for row in rows_of(random, 4, 2)]


def open_2d(_):
    model = graph([("Identity", ["x"], ["y"])], [value("x", FLOAT, "N", "A", "B")], [value("y", FLOAT, "N", "A", "B")])
    return model, [{"x": [[1.0, 2.0, 3.0]]}, {"x": [[0.5], [1.5]]}]


def wide(random):
    weights = constant("w", numpy.round(random.normal(size=(64, 128)), 2).astype("float32"))
    model = graph([("MatMul", ["x", "w"], ["y"])], [value("x", FLOAT, "N", 64)], [value("y", FLOAT, "N", 128)],
                  [weights])
    return model, []


def refused():
    """Models that must not load, by name."""
    yield "future_opset", graph([("Relu", ["x"], ["y"])], [value("x", FLOAT, "N", 3)], [value("y", FLOAT, "N", 3)],
                                opset=9999)
    yield "no_batch", graph([("Relu", ["x"], ["y"])], [value("x", FLOAT)], [value("y", FLOAT)])
    yield "half", graph([("Relu", ["x"], ["y"])], [value("x", FLOAT16, "N", 3)], [value("y", FLOAT16, "N", 3)])
    for name, shape in (("huge_row", ("N", 2**40)), ("huge_batch", (2**40, 3))):
        yield name, graph([("Relu", ["x"], ["y"])], [value("x", FLOAT, *shape)], [value("y", FLOAT, *shape)])
    yield "loses_batch", graph(
        [("ReduceSum", ["x", "axes"], ["y"])], [value("x", FLOAT, "N", 3)], [value("y", FLOAT, 1, 3)],
        [constant("axes", numpy.array([0]))])


def stable_bytes(model: ModelProto) -> bytes:
    """Without the random order that converters give to attributes."""
    for node in model.graph.node:
        attributes = sorted(node.attribute, key=lambda attribute: attribute.name)
        del node.attribute[:]
        node.attribute.extend(attributes)
    return model.SerializeToString(deterministic=True)


def plain(answer):
    """One row's output as JSON holds it."""
    if isinstance(answer, dict):
        return {str(key): plain(item) for key, item in answer.items()}
    return answer.tolist() if hasattr(answer, "tolist") else answer


def answers(model: ModelProto, rows):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    size = session.get_inputs()[0].shape[0]
    size = size if isinstance(size, int) else 1
    names = [output.name for output in session.get_outputs()]
    for row in rows:
        feed = {port.name: numpy.array([row[port.name]] * size, dtype=NUMPY_TYPES[port.type])
                for port in session.get_inputs()}
        outputs = session.run(None, feed)
        yield {"input": row, "output": {name: plain(output[0]) for name, output in zip(names, outputs)}}


def main() -> None:
    random = numpy.random.default_rng(7)
    models = {
        "linear": linear(random), "scalars": scalars(random), "classifier": classifier(random),
        "zipmap": zipmap(random, [0, 1, 2]), "zipmap_strings": zipmap(random, ["low", "middle", "high"]),
        "text": text(random), "cube": cube(random), "ragged": ragged(random), "gather": gather(random),
        "float64": float64(random), "fixed_1": linear(random, 1), "fixed_4": linear(random, 4), "wide": wide(random), "open_2d": open_2d(random),
    }
    for name, (model, rows) in models.items():
        (HERE / f"{name}.onnx").write_bytes(stable_bytes(model))
        lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in answers(model, rows)]
        if lines:
            (HERE / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    for name, model in refused():
        (HERE / f"{name}.onnx").write_bytes(stable_bytes(model))


if __name__ == "__main__":
    main()

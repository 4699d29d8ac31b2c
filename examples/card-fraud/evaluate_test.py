"""Tests of the arithmetic of evaluate.py."""

import json
import unittest

import evaluate
from evaluate import Answer


def answers(*rows: tuple[bool, bool, float | None]) -> list[Answer]:
    """Each row: whether it is a fraud, whether it was blocked, its score."""
    return [Answer("m", fraud, blocked, score) for fraud, blocked, score in rows]


class EvaluateTest(unittest.TestCase):
    def test_precision_and_recall(self) -> None:
        some = answers((True, True, 0.9), (True, False, 0.2), (False, True, 0.8), (False, True, 0.7), (False, False, 0.1))
        self.assertAlmostEqual(evaluate.precision(some), 1 / 3)
        self.assertAlmostEqual(evaluate.recall(some), 1 / 2)
        self.assertAlmostEqual(evaluate.precision(some, genuine_weight=10), 1 / 21)

    def test_nothing_gives_nothing(self) -> None:
        self.assertIsNone(evaluate.precision(answers((True, False, 0.1))))
        self.assertIsNone(evaluate.recall(answers((False, True, 0.1))))
        self.assertIsNone(evaluate.roc_auc(answers((False, True, 0.1), (True, True, None))))

    def test_weights_make_the_share_of_frauds_real(self) -> None:
        some = answers(*[(True, True, 1.0)] * 3, *[(False, False, 0.0)] * 7)
        weight = evaluate.genuine_weight(some, fraud_share=0.01)
        self.assertAlmostEqual(3 / (3 + 7 * weight), 0.01)
        self.assertEqual(evaluate.genuine_weight(answers((True, True, 1.0))), 1.0)

    def test_roc_auc_counts_pairs(self) -> None:
        self.assertEqual(evaluate.roc_auc(answers((True, True, 0.9), (False, True, 0.1))), 1.0)
        self.assertEqual(evaluate.roc_auc(answers((True, True, 0.1), (False, True, 0.9))), 0.0)
        self.assertEqual(evaluate.roc_auc(answers((True, True, 0.5), (False, True, 0.5))), 0.5)
        rows = [(i % 3 == 0, False, (i * 7 % 11) / 11) for i in range(40)]
        frauds = [score for fraud, _, score in rows if fraud]
        genuine = [score for fraud, _, score in rows if not fraud]
        pairs = [(f > g) + (f == g) / 2 for f in frauds for g in genuine]
        self.assertAlmostEqual(evaluate.roc_auc(answers(*rows)), sum(pairs) / len(pairs))

    def test_reads_printed_records(self) -> None:
        record = {"topic": "t", "partition": 0, "offset": 3, "timestamp": 1, "key": "u",
                  "headers": {"penstock-route": "fraud-v2"},
                  "value": {"tx": "tx-1", "label": 1, "score": 0.75, "decision": "block"}}
        self.assertEqual(evaluate.read_answer(json.dumps(record)), Answer("fraud-v2", True, True, 0.75))
        del record["value"]["score"], record["value"]["decision"]
        record["headers"] = {}
        self.assertEqual(evaluate.read_answer(json.dumps(record)), Answer("(none)", True, False, None))
        for line in ("", "{}", "[]", '{"headers":{},"value":"text"}', '{"headers":{},"value":{"score":1}}'):
            with self.assertRaises(ValueError):
                evaluate.read_answer(line)

    def test_the_table_has_a_line_for_each_route(self) -> None:
        rows = [Answer("b", True, True, 0.9), Answer("a", False, False, 0.1), Answer("b", False, False, 0.2)]
        lines = evaluate.table(rows).splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["route", "a", "b", "all"])
        self.assertEqual(lines[2].split()[1:], ["2", "1", "1", "1.0000", "1.0000", "1.0000", "1.0000"])
        self.assertEqual(lines[1].split()[4:], ["-", "-", "-", "-"])


if __name__ == "__main__":
    unittest.main()

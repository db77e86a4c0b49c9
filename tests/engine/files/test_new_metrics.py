"""Metrics of other tasks than classifying: new columns of a table, and which checkpoint is best."""

from __future__ import annotations

import pytest

from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training.config import training_config
from tests.engine.files.test_run_folder import DESIGN, make, row, state, tiny_data


def test_a_new_metric_gets_a_column_and_old_rows_stay(tmp_path):
    run = make(tmp_path / "run")
    run.points([row(1), row(2)])
    run.points([row(3, loss=0.5, iou=0.25)])
    run.points([row(4), row(5, "validation", iou=0.75, rmse=2.0)])
    text = (run.path / "metrics.csv").read_text()
    assert text.splitlines()[0] == "step,epoch,seconds,split,loss,accuracy,learning_rate,iou,rmse"
    assert {line.count(",") for line in text.splitlines()} == {8}
    history = RunFolder.open(run.path).history()
    assert history["train/loss"].steps.tolist() == [1, 2, 3, 4]
    assert history["train/iou"].values.tolist() == [0.25]
    assert (history["validation/iou"].values.tolist(), history["validation/rmse"].values.tolist()) == ([0.75], [2.0])


@pytest.mark.parametrize("tail", [b"4,0.4,2.0,train,0.1", b"4,0.4,2.0,train,0.1,,,0.\n", b"4,0.4,2.0,train,0.1,,,"])
def test_a_torn_line_of_a_wider_table_is_ignored_also_where_a_column_is_added(tmp_path, tail):
    run = make(tmp_path / "run")
    run.points([row(1), row(2, loss=0.5, iou=0.25)])
    with (run.path / "metrics.csv").open("ab") as file:
        file.write(tail)
    again = RunWriter.open(run.path)
    assert again.history()["train/loss"].steps.tolist()[:2] == [1, 2]
    again.rewind(state(2))
    again.points([row(3, loss=0.5, rmse=4.0)])
    assert again.history()["train/loss"].steps.tolist() == [1, 2, 3]
    assert again.history()["train/rmse"].values.tolist() == [4.0]


@pytest.mark.parametrize(
    ("task", "metric", "best"), [("classify", "accuracy", 20), ("regress", "rmse", 10), ("to_image", "iou", 20)]
)
def test_the_best_checkpoint_is_the_best_by_the_tasks_headline(tmp_path, task, metric, best):
    """Higher is better for an accuracy and an IoU, lower for an error; the loss says something else."""
    config = training_config(task=task, epochs=3)
    run = RunWriter.create(tmp_path / "run", DESIGN, config, "digits", tiny_data(), "cpu")
    for step, value, loss in ((10, 0.2, 3.0), (20, 0.9, 2.0), (30, 0.5, 1.0)):
        run.points([row(step, "validation", loss=loss, **{metric: value})])
        run.checkpoint(state(step))
    assert RunFolder.open(run.path).best_checkpoint() == run.checkpoint_path(best)

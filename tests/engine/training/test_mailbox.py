"""The mailbox: all points, the newest pictures, and nothing twice."""

from __future__ import annotations

import threading

from engine.snapshot import Snapshot
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, Progress, RunState
from tests.helpers.tiny_data import tiny_cnn


def test_points_are_all_kept_in_order_and_snapshots_only_the_newest() -> None:
    mailbox = Mailbox()
    mailbox.post_points("train/loss", [1, 2], [0.5, 0.4])
    mailbox.post_points("train/loss", 3, 0.3)
    for step in (1, 2):
        mailbox.post_snapshot(Snapshot(step, 0.0, tiny_cnn()))
        mailbox.post_progress(Progress(RunState.RUNNING, step))
        mailbox.post_notice(f"notice {step}")
    mailbox.post_ended(Ended(RunState.FINISHED, "Done."))
    mail = mailbox.take()
    assert mail.points["train/loss"][0].tolist() == [1, 2, 3]
    assert mail.points["train/loss"][1].tolist() == [0.5, 0.4, 0.3]
    assert mail.snapshot is not None and mail.snapshot.step == 2
    assert mail.progress is not None and mail.progress.step == 2
    assert mail.notices == ("notice 1", "notice 2")
    assert mail.ended is not None

    empty = mailbox.take()
    assert empty.points == {}
    assert empty.notices == ()
    assert (empty.snapshot, empty.progress, empty.data, empty.ended) == (None, None, None, None)


def test_points_are_copied() -> None:
    import numpy as np

    mailbox, values = Mailbox(), np.array([1.0])
    mailbox.post_points("x", values, values)
    values[0] = 7
    assert mailbox.take().points["x"][1].tolist() == [1.0]


def test_no_point_is_lost_between_threads() -> None:
    mailbox, seen, count = Mailbox(), [], 3000

    def post() -> None:
        for step in range(count):
            mailbox.post_points("x", step, step)

    thread = threading.Thread(target=post)
    thread.start()
    while thread.is_alive():
        points = mailbox.take().points.get("x")
        seen += points[0].tolist() if points else []
    thread.join()
    last = mailbox.take().points.get("x")
    seen += last[0].tolist() if last else []
    assert seen == list(range(count))


def test_final_states() -> None:
    assert [state for state in RunState if state.is_over] == [RunState.STOPPED, RunState.FINISHED, RunState.FAILED]

"""The Qt application: composition root, window, actions, undo and controllers."""

"""The room of what is kept without being asked: a copy of every trained run, and of a document that is not saved yet."""

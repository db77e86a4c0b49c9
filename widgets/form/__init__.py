"""The generated parameter form: one row per described parameter, for layers, probes and training alike."""

from widgets.form.parameter_form import ParameterForm

__all__ = ["ParameterForm"]

"""The inspector: parameters, arithmetic, health and help of whatever is selected."""

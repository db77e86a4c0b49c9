"""How the generated data sets are drawn: pens, digits, figures and clutter, all in numpy."""

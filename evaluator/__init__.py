"""What a model is worth: metrics, reports with intervals, and the gate that decides on a promotion."""

"""Evaluation: dispositions against a known truth, as counts from which every figure follows."""

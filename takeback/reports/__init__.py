"""Findings and results in the forms that editors, pipelines and code hosts read."""

"""Findings and results in the formats that editors, pipelines and code hosts read."""

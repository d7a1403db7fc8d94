"""Arrivals: counting them, matching them to return lines, correcting counts, and stray parcels."""

"""Lists that people page through: each declared as data, all cut by one pager.

A list says whose its rows are, what they may be narrowed to and sorted by; it reads no row.
"""

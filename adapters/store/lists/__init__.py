"""Lists that people page through: each is declared as data, and one pager reads them all.

A declaration names the owners, filters and sorts of its rows; it reads no row.
"""

"""Use cases of orders: adding, confirming and amending them, and recording how they were paid.

An order, a payment or an amendment moves no money until its supplier has entered it, confirmed it,
or permitted the retailer to enter it.
"""

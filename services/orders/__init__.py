"""Use cases of orders: adding, confirming and amending them, and who may say what of them.

Nobody's money moves by an order, a payment or a change that its supplier has not said, let the
retailer say, or confirmed.
"""

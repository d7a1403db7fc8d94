"""Payments, settlements and the journal in the database; decides no amount and no step."""

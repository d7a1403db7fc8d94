"""Reads that almost every request makes: each one joined statement, some remembered under a stamp.

They give records and no entities. Everything that is not hot is read by Pony's entities.
"""

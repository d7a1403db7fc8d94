"""The register of facts: one record for each fact that a policy may test and a request may send.

Reading, the JSON Schema, the documentation, the checks of who says what and the form of an
inspection follow from these records; to add a fact is to add its record, and its row in the guide.
"""

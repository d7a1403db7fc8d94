"""The register of facts: one record for each fact that a policy may test and a request may send.

Reading, the JSON Schema, the documentation, the checks of who may state a fact and the form of an
inspection follow from these records. To add a fact, add its record, and its row in the guide.
"""

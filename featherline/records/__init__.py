"""What is measured and what it was measured on, typed and versioned: each file of records has one class here.

Whoever writes such a file makes an object of its class and writes `plain` of it; whoever reads one calls `parse` or
`load`. docs/schemas/ holds the JSON Schema of each, written by `python -m featherline.records.schemas`.
"""

"""What a policy is and how its text is read and checked; must not know how rows are decided.

    text ── dialect, text ── changes ── reading (header, topics, shapes) ── model

A new key of a row belongs in `topics`, a new form of value in `shapes`, a new key at the top in
`header` and `reading`, a new way to change a base in `changes`, a new word in `words`. `schema`
derives a JSON Schema from all of them.
"""

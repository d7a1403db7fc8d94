-- Nothing to change: no statement of PostgreSQL replaces a row without the trigger that refuses it.
DO 'BEGIN END';

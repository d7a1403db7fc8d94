-- A refusal gives up its key as it is recorded; before, that happened as a person sent it again.
UPDATE settlement SET generation = generation + 1
WHERE state = 'needs_attention' AND first_sent IS NOT NULL AND reference = ''
    AND trouble NOT IN ('over_ceiling', 'disputed', 'no_answer', 'other_amount', 'other_currency',
        'charge_too_small', 'charge_not_paid', 'charge_refunded');

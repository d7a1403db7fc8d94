"""What arrives: counted, matched to lines, corrected, and parcels that belong to no return yet."""

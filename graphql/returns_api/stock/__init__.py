"""Stock over the API: levels, channels to partners, and how each partner stands."""

"""Works out the dates and amounts of a policy from the slots of a request."""

"""Policy texts while their authors work on them: checking, changing, trying and starting them."""

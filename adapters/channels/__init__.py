"""Ways to tell a trading partner its stock; changes no stock, and shows no partner's answer."""

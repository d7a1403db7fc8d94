"""Payment gateways of suppliers; the only place that knows Stripe, and it decides no amount."""

"""What is asked and done about money: payments, settlements, refunds of orders, gateways."""

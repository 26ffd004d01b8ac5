"""A made-up travel document: its files, the country that signs them, and the chip that keeps them."""

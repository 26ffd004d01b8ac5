"""Tables in and out: people and every category, by their declarations."""

"""Tables and curves that are not one number, and what every study gets without declaring it."""

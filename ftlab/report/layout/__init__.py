"""What every screen is made of: cells, tables, styles, values, escaping."""

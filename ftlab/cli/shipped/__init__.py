"""What the package brings along for people without a checkout: the example inventory, a manual."""

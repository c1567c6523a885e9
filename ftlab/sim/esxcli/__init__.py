"""``esxcli``: finding and registering its commands, and how they print what they tell."""

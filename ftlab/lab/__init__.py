"""The library's front door and what stands right behind it."""

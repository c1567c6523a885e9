"""``vim-cmd``."""

"""The object dumps that ``vim-cmd`` prints, as values."""

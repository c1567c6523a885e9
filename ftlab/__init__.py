"""ftlab: say the same thing to every vESXi host of a lab, prove it was heard, take it back."""

__version__ = "0.1.0"

"""What a host says of itself: version, CPU, vmknics, FT version."""

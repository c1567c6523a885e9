"""Virtual machines: their files, the register, power, and what hostd tells about one."""

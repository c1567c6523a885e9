"""What stands around the tasks: the words of a command line, and invoke's and Fabric's programs."""

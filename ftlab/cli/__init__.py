"""What makes a task of a body: flags, help, errors, questions, progress and output."""

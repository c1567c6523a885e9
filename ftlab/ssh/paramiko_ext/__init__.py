"""All use of paramiko's inside, in one place."""

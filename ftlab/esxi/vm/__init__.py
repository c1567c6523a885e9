"""What hostd says of one VM: configuration, state, questions, snapshots."""

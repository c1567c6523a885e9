"""The settings that come with ftlab, by subject."""

"""What a curator does, one file a command."""

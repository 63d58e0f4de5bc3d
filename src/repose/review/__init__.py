"""What a reviewer says of a session: changes beside the machine's count, which stays as it is."""

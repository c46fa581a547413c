"""What answers: links for people without an account; invitations; who is in what."""

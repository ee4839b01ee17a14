"""Users as text: histories written as text, and the user vectors that a text encoder reads from them."""

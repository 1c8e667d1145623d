"""Ways out: each sends one Message and raises ChannelError."""

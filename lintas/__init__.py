"""The front door: command line, local runner with the embedded broker, verification."""

"""The live coach in the browser: its page, its messages, who watches and who controls."""

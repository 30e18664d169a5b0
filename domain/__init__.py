"""The rules of governance, pure: commands in, events or a rejection out. Imports nothing of ours."""

"""The FastAPI application: its pages, its protocol, and who may use them."""

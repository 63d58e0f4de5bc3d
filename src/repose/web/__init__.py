"""The FastAPI application: its pages, and who may use them."""

"""From counting to coaching: the flow of a programme, what is said and when, and what the page shows."""

"""What was done, against the plan and over time. Pure: figures of sessions in, days and trends out."""

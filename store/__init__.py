"""What people decided: verified examples, corrections, feedback, runs, promotions; the only owner of psycopg."""

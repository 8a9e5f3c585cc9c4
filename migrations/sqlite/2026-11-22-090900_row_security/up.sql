-- PostgreSQL only: SQLite has no row-level security. The name keeps both sides alike.
SELECT 1;

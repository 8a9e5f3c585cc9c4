DROP TABLE journal_reads;
DROP TABLE journal_entries;

DROP INDEX caseload_plain_name;

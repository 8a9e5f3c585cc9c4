-- Every answer moved its patient in this index, which cost a page or two of each write for an order that is seldom asked for:
-- that order is sorted when somebody asks.
DROP INDEX caseload_last_response;

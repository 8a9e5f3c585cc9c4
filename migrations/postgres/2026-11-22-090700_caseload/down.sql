DROP TABLE caseload;

DROP TABLE consents;
DROP TABLE invitations;
DROP TABLE refresh_tokens;
DROP TABLE sign_ins;
DROP TABLE sign_in_tries;
DROP TABLE users;

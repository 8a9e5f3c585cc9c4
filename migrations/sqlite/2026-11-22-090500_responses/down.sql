DROP TABLE ratings;
DROP TABLE scores;
DROP TABLE responses;

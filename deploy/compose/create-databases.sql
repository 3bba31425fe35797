-- One database for each service; run once, when the server makes its data folder.
CREATE DATABASE admissions;
CREATE DATABASE bed_management;
CREATE DATABASE department_coordination;
CREATE DATABASE flow_engine;
CREATE DATABASE alerting;
CREATE DATABASE board;

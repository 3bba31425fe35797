-- Written by npm run topology. One database for each service; run once, when the server makes its data folder.
CREATE DATABASE bed_management;
CREATE DATABASE admissions;
CREATE DATABASE department_coordination;
CREATE DATABASE flow_engine;
CREATE DATABASE alerting;
CREATE DATABASE audit;
CREATE DATABASE identity;
CREATE DATABASE board;

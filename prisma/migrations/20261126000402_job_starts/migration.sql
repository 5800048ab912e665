-- Nothing reads or writes these: runs are started by people, runs and schedules.
DROP TABLE jobs.trigger;
DROP TABLE jobs.hook;

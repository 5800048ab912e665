-- The how manieth writer of the upload has its lease: what each of them puts into the object store has a place of its own.
ALTER TABLE files.upload ADD COLUMN lease_number integer NOT NULL DEFAULT 0;

-- When the item of a room was made: one that takes the id of a deleted one begins without its text. Null in rooms from before, which are whose the id is.
ALTER TABLE data.room_state
    ADD COLUMN born timestamptz;

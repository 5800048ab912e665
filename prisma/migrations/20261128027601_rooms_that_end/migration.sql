-- When the item of the room was begun to be deleted: a text whose item is away is removed only where somebody has said so.
ALTER TABLE data.room_state
    ADD COLUMN ending_at timestamptz;
CREATE INDEX room_state_ending_at_idx ON data.room_state (ending_at) WHERE ending_at IS NOT NULL;

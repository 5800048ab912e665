-- Clients may choose the ids of notes, so two workspaces can have a room of one name: neither may be in the other's way.
ALTER TABLE data.room_update
    DROP CONSTRAINT room_update_pkey,
    ADD CONSTRAINT room_update_pkey PRIMARY KEY (workspace_id, room, seq);

ALTER TABLE data.room_state
    DROP CONSTRAINT room_state_pkey,
    ADD CONSTRAINT room_state_pkey PRIMARY KEY (workspace_id, room);

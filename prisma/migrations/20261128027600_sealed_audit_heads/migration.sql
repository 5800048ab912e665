-- The end of a chain under a key that the database does not hold: without it whoever writes here could cut entries off and name the last one left as the end (decision 276).
ALTER TABLE identity.audit_head ADD COLUMN seal bytea;

-- One row, written with the seals of the heads that are older than this column: from then on a head without one is nobody's.
CREATE TABLE identity.audit_heads_sealed (
    id boolean NOT NULL DEFAULT true CHECK (id),
    at timestamptz(3) NOT NULL,
    CONSTRAINT audit_heads_sealed_pkey PRIMARY KEY (id)
);

-- A process of the release before knows no seal. What it would append waits for one of this release (55P03 is tried again), rather than making a good chain look broken.
CREATE FUNCTION identity.refuse_unsealed_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM OLD.seq AND NEW.seal IS NOT DISTINCT FROM OLD.seal THEN
        RAISE EXCEPTION 'a head moves with its seal' USING ERRCODE = '55P03';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_head_moves_with_its_seal BEFORE UPDATE ON identity.audit_head
    FOR EACH ROW EXECUTE FUNCTION identity.refuse_unsealed_head();

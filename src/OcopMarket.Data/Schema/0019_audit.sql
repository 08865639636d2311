-- Who did what for whom. Rows are only added; a worker seals them in order, each with a code over itself and all before it.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    producer_id bigint,                           -- for whom; no reference: the proof outlives the producer
    mandate_id bigint,
    action text NOT NULL,
    before jsonb,
    after jsonb,
    origin text NOT NULL,
    correlation text);
CREATE INDEX audit_producer ON audit (producer_id, id) WHERE producer_id IS NOT NULL;

CREATE TABLE audit_seal (
    seq bigint PRIMARY KEY,                       -- 1, 2, 3 ... without a gap, in the order of sealing
    audit_id bigint NOT NULL UNIQUE,
    mac bytea NOT NULL,                           -- HMAC-SHA256 over the former mac, seq, sealed_at and the row
    sealed_at timestamptz NOT NULL);

CREATE TABLE audit_head (
    day date PRIMARY KEY,                         -- in Viet Nam
    seq bigint NOT NULL,
    mac bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now());

CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit only grows: nothing in % is changed or removed.', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_seal_only_grows BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_only_grows();

SELECT protect_rows('audit', '(SELECT scope_is_all()) OR producer_id = (SELECT scope_producer())'
    ' OR ((SELECT scope_is_staff()) AND EXISTS (SELECT FROM producer p WHERE p.id = audit.producer_id))');

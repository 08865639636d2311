-- What is removed when its time is over is found without reading what stays.
CREATE INDEX listing_event_raw ON listing_event (id) WHERE raw IS NOT NULL;
CREATE INDEX listing_attempt_detail ON listing_attempt (id) WHERE detail IS NOT NULL;
CREATE INDEX listing_issue_closed ON listing_issue (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX webhook_receipt_time ON webhook_receipt (received_at);
-- Whether a picture is in use is asked for every picture that goes.
CREATE INDEX product_image_media ON product_image (sha256);
CREATE INDEX media_upload_media ON media_upload (sha256);

-- Sums of the ledger for who watches the installation: one process at a time works them out, all of them tell them.
CREATE TABLE ledger_figures (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    begun_at timestamptz NOT NULL,                -- of the last reading that anybody began
    taken_at timestamptz NOT NULL DEFAULT '-infinity',
    figures jsonb NOT NULL DEFAULT '[]');         -- [{name, marketplace, part, value}]

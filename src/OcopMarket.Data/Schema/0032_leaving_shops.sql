-- Shops, and whole marketplaces, that somebody takes out of use: what we put on sale there is taken off sale first, and that is read back. And
-- people are told by mail before a shop's consent ends.

ALTER TABLE seller_account
    ADD COLUMN leaving_at timestamptz,            -- since when nothing is wanted on sale in this shop
    ADD COLUMN left_at timestamptz;               -- nothing of ours was seen on sale any more, and its login was given up
CREATE INDEX seller_account_leaving ON seller_account (id) WHERE leaving_at IS NOT NULL AND left_at IS NULL;

-- Marketplaces that an admin has taken out of use.
CREATE TABLE marketplace_stop (
    marketplace text PRIMARY KEY,
    stopped_at timestamptz NOT NULL DEFAULT now(),
    stopped_by text NOT NULL,
    reason text NOT NULL);

-- What people are to be told of a shop's consent, written with the warning itself. The portal, which knows the people, makes mails of it.
CREATE TABLE consent_notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint,
    marketplace text NOT NULL,
    code text NOT NULL CHECK (code IN ('consent_ends', 'consent_refused')),
    days int,                                     -- the step of the warning
    ends_at timestamptz,
    told_at timestamptz NOT NULL DEFAULT now(),
    spread_at timestamptz,                        -- when its mails were written down; null: they are not yet
    CHECK ((code = 'consent_ends') = (days IS NOT NULL)));
CREATE INDEX consent_notice_account ON consent_notice (account_id);
CREATE INDEX consent_notice_open ON consent_notice (id) WHERE spread_at IS NULL;
CREATE INDEX consent_notice_told ON consent_notice (told_at);

DO $body$
BEGIN
    PERFORM protect_rows('consent_notice',
        '(SELECT scope_is_all()) OR EXISTS (SELECT FROM seller_account a WHERE a.id = consent_notice.account_id)');
END $body$;

-- One mail of a notice to one person. It leaves at most once: begun before it is handed to the server, and never begun again unless the server
-- surely did not take it.
CREATE TABLE identity.consent_mail (
    notice_id bigint NOT NULL REFERENCES consent_notice ON DELETE CASCADE,
    person_id bigint NOT NULL REFERENCES identity.person ON DELETE CASCADE,
    due_at timestamptz NOT NULL,
    tries int NOT NULL DEFAULT 0,
    begun_at timestamptz,
    sent_at timestamptz,
    PRIMARY KEY (notice_id, person_id));
CREATE INDEX consent_mail_person ON identity.consent_mail (person_id);
CREATE INDEX consent_mail_due ON identity.consent_mail (due_at) WHERE begun_at IS NULL;

-- What each login may do, in one place. Given anew, whole, whenever this file or the schema changed; rows are narrowed further by the
-- policies of the tables. ocop_web: pages and API. ocop_worker: the engine and the commands. ocop_readonly: reports of other programs.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ocop_web, ocop_worker, ocop_readonly;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ocop_web, ocop_worker, ocop_readonly;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ocop_worker;
REVOKE INSERT, UPDATE, DELETE ON schema_version FROM ocop_worker;
REVOKE UPDATE, DELETE ON audit, audit_seal, audit_head FROM ocop_worker; -- the proof only grows
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ocop_worker;
GRANT EXECUTE ON FUNCTION analyze_table(regclass) TO ocop_worker;

GRANT SELECT ON
    schema_version, setting, admin_unit, admin_unit_succession, ocop_group, source, source_run, source_rejected, source_row,
    producer, product, variant, certification, product_image, media, seller_account, account_event, mandate, account_queue, circuit, shop_item,
    listing, listing_task, listing_issue, listing_attempt, listing_event, listing_hold, guard_hold, listing_count_sum, listing_count_move,
    listing_count, listing_lane, ledger_figures, account_issue, marketplace_stop
    TO ocop_web, ocop_readonly;
GRANT EXECUTE ON FUNCTION search_products(text) TO ocop_web, ocop_readonly;

-- Two people of the portal let a held change go; the workers carry it out.
GRANT UPDATE (proposed_by, proposed_key, proposed_at, proposed_reason, approved_by, approved_key, approved_at) ON guard_hold TO ocop_web;
GRANT EXECUTE ON FUNCTION hold_within(bigint) TO ocop_web, ocop_readonly;

-- Producers and staff give and withdraw mandates; the workers bring the listings in line. A signed paper is never changed.
GRANT INSERT (account_id, producer_id, unit_code, act_by, given_on, until, text_version, evidence, evidence_sha256, recorded_by, follow_at),
    UPDATE (revoked_on, revoked_at, revoked_by, revoked_reason, follow_at) ON mandate TO ocop_web;
GRANT SELECT (sha256, content_type, bytes, content), INSERT (sha256, content_type, file_name, bytes, content) ON mandate_evidence TO ocop_web;
GRANT EXECUTE ON FUNCTION mandate_fits(bigint, bigint, text) TO ocop_web;

-- Who came in and who changed what: added to the proof, which the portal cannot change and reads within its scope.
GRANT SELECT, INSERT (actor, producer_id, mandate_id, action, before, after, origin, correlation) ON audit TO ocop_web;

-- What a person says of a product: rows of the portal's own source (the policies let it write no other, and of no other producer's product) and the
-- version that they make. The product is worked out anew from all its rows by a function; there are no rights on it. Nothing of who makes it and of its
-- certificates.
GRANT SELECT, INSERT (product_id, producer_id, unit_code, version, by_name, by_role, kind, of_version, states, changes, follow_at) ON product_edit TO ocop_web;
GRANT INSERT (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, facts, last_run_id),
    UPDATE (content_hash, row_no, facts, last_run_id, revision, gone_at) ON source_row TO ocop_web;
GRANT INSERT (source_row_id, producer_id, revision, run_id, content_hash, raw) ON source_row_revision TO ocop_web;
GRANT EXECUTE ON FUNCTION fold_edited(bigint) TO ocop_web;
GRANT INSERT (sha256, content_type, width, height, bytes, content) ON media TO ocop_web;
GRANT EXECUTE ON FUNCTION shown_picture(text) TO ocop_web;

-- Of a login only what may be shown; the sealed columns are the workers' alone.
GRANT SELECT (id, marketplace, scope, login, access_expires_at, state, state_code, updated_at, password_tail, password_at, access_tail, access_at, refresh_due_at,
    consent_at, consent_until, keeper) ON credential TO ocop_web, ocop_readonly;

-- The portal begins a connection and hands on what the platform gave it, or what a shop's owner typed, sealed for the workers; neither is for it to read back.
GRANT SELECT (id, public_key) ON intake_key TO ocop_web;
GRANT SELECT (id, kind, state_hash, session_id, person_id, account_id, marketplace, began_at, expires_at, returned_at, step, result, ended_at),
    INSERT (kind, state_hash, session_id, person_id, person, keeper, origin, correlation, account_id, producer_id, marketplace, step, returned_at, typed,
        typed_key),
    UPDATE (returned_at, code, claimed_shop, step, result, ended_at) ON connect_attempt TO ocop_web;

-- The portal makes mails of what the workers say of consents.
GRANT SELECT, UPDATE (spread_at) ON consent_notice TO ocop_web;

-- What people ask about stored data is written and decided in the portal and by commands; the workers carry it out.
GRANT SELECT ON subject_request TO ocop_web, ocop_readonly;
GRANT INSERT (kind, producer_id, account_id, removed_unit, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by, answered_at),
    UPDATE (answered_at, approved_by, approved_key, approved_at, step, ended_at, ended_reason, left_over) ON subject_request TO ocop_web;
GRANT SELECT ON source_row_revision TO ocop_web; -- a copy for its owner shows what lists said of them
GRANT EXECUTE ON FUNCTION forget_people(bigint[]) TO ocop_worker;

-- What people wish of listings is planned and confirmed in the portal; the workers carry it out.
GRANT SELECT ON product_season, product_away, wish_plan, wish_item TO ocop_web, ocop_readonly;
GRANT INSERT (kind, scope, producer_id, planned_by, planned_key, back_on, reason, products, effort),
    UPDATE (step, confirmed_at, proposed_at, proposed_reason, approved_by, approved_key) ON wish_plan TO ocop_web;
GRANT EXECUTE ON FUNCTION wish_within(bigint, int[]), wish_out_of_sight(bigint), wish_told(bigint) TO ocop_web;
GRANT EXECUTE ON FUNCTION wish_within(bigint, int[]), reach_of_person(text), wish_told(bigint) TO ocop_worker;
GRANT INSERT (plan_id, n, product_id, producer_id, listing_id, marketplace, act, why, print) ON wish_item TO ocop_web;

-- What platforms tell is kept by the portal and followed up by the workers.
GRANT SELECT, INSERT ON webhook_receipt TO ocop_web;

-- The clock's own tables.
GRANT USAGE ON SCHEMA hangfire TO ocop_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA hangfire TO ocop_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA hangfire TO ocop_worker;

-- People, sessions and links are the portal's business alone.
GRANT USAGE ON SCHEMA identity TO ocop_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO ocop_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA identity TO ocop_web;

-- Admins look at the jobs; who could write one could have the workers run anything.
GRANT USAGE ON SCHEMA hangfire TO ocop_web;
GRANT SELECT ON ALL TABLES IN SCHEMA hangfire TO ocop_web;

-- What a person wishes of a listing, beside what lists say. It lies with the listing, so that a pull, a change of shops or a restore finds it there:
-- hidden is kept_hidden (0011), taken down is this.
ALTER TABLE listing ADD COLUMN kept_away boolean NOT NULL DEFAULT false;      -- somebody took it down: it stays so until somebody puts it back

-- Out of season: the stock of all its shops is zero from the first moment until the day it comes back. What lists say of its stock waits so long.
CREATE TABLE product_season (
    product_id bigint PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    producer_id bigint NOT NULL,
    unit_code text,
    back_on date,                                 -- Vietnamese day from which it is sold again; null: when somebody says so
    since date NOT NULL,
    told_by text NOT NULL,
    reason text,
    plan_id bigint NOT NULL);

-- Where a person does not want a product at all: no listing of it, of a new pack neither, is made there.
CREATE TABLE product_away (
    product_id bigint NOT NULL REFERENCES product ON DELETE CASCADE,
    marketplace text NOT NULL,
    producer_id bigint NOT NULL,
    unit_code text,
    plan_id bigint NOT NULL,
    PRIMARY KEY (product_id, marketplace));

-- What somebody wants to do with many listings: first looked at as a plan, then confirmed, then carried out by the workers as it was seen.
CREATE TABLE wish_plan (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('publish', 'hide', 'remove', 'season', 'return')),
    scope text NOT NULL,                          -- whose rows its maker could reach: a plan is seen by who reaches the same
    producer_id bigint,                           -- of a business
    planned_by text NOT NULL,                     -- as people are shown it
    planned_key text NOT NULL,
    planned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    back_on date,
    reason text CHECK (length(reason) <= 500),
    products int NOT NULL CHECK (products > 0),
    step text NOT NULL DEFAULT 'planned' CHECK (step IN ('planned', 'confirmed', 'done', 'dropped')),
    confirmed_at timestamptz,
    done_at timestamptz,
    effort jsonb NOT NULL DEFAULT '[]',           -- [{marketplace, calls, seconds}] as expected
    CHECK ((step IN ('confirmed', 'done')) = (confirmed_at IS NOT NULL)));
CREATE INDEX wish_plan_open ON wish_plan (confirmed_at) WHERE step = 'confirmed';
CREATE INDEX wish_plan_scope ON wish_plan (scope, id);

CREATE TABLE wish_item (
    plan_id bigint NOT NULL REFERENCES wish_plan ON DELETE CASCADE,
    n int NOT NULL,
    product_id bigint NOT NULL REFERENCES product ON DELETE CASCADE,
    producer_id bigint NOT NULL,
    listing_id bigint REFERENCES listing ON DELETE CASCADE, -- null: there is none
    marketplace text NOT NULL,
    act text NOT NULL CHECK (act IN ('create', 'show', 'change', 'hide', 'remove', 'zero', 'restock', 'note', 'none', 'blocked')),
    why text[] NOT NULL DEFAULT '{}',             -- codes of what stands in the way
    print text NOT NULL,                          -- of all that was shown; another one at the time of doing: the world has moved
    outcome text CHECK (outcome IN ('applied', 'moved')),
    now_act text,                                 -- of what moved: what it would be now
    at timestamptz,
    PRIMARY KEY (plan_id, n));
CREATE INDEX wish_item_listing ON wish_item (listing_id, plan_id) WHERE outcome = 'applied';
CREATE INDEX wish_item_product ON wish_item (product_id);

DO $body$
DECLARE
    own text := '(SELECT scope_is_all()) OR producer_id = (SELECT scope_producer())';
    own_or_units text := own || ' OR unit_code = ANY ((SELECT scope_units())::text[])';
BEGIN
    PERFORM protect_rows('product_season', own_or_units);
    PERFORM protect_rows('product_away', own_or_units);
    PERFORM protect_rows('wish_plan', '(SELECT scope_is_all()) OR (scope = (SELECT scope_text()) AND scope <> '''')');
    PERFORM protect_rows('wish_item', own || ' OR ((SELECT scope_is_staff()) AND EXISTS (SELECT FROM product p WHERE p.id = wish_item.product_id))');
END $body$;

-- What the portal's login writes is narrower than what it sees: a plan begins as one, of its own scope and by an account, and goes no further than to be
-- confirmed or dropped. What becomes of its items the workers say.
CREATE POLICY web_plans ON wish_plan AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    step = 'planned' AND scope = (SELECT scope_text()) AND producer_id IS NOT DISTINCT FROM (SELECT scope_producer()) AND planned_key ~ '^person:[0-9]+$');
CREATE POLICY web_confirms ON wish_plan AS RESTRICTIVE FOR UPDATE TO ocop_web
    USING (step = 'planned' AND scope = (SELECT scope_text())) WITH CHECK (step IN ('confirmed', 'dropped'));
CREATE POLICY web_lists ON wish_item AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    outcome IS NULL
    AND EXISTS (SELECT FROM wish_plan w WHERE w.id = wish_item.plan_id AND w.step = 'planned' AND w.scope = (SELECT scope_text()))
    AND EXISTS (SELECT FROM product p WHERE p.id = wish_item.product_id AND p.producer_id = wish_item.producer_id)
    AND (listing_id IS NULL OR EXISTS (SELECT FROM listing l WHERE l.id = wish_item.listing_id AND l.product_id = wish_item.product_id)));

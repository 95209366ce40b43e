-- kitdesk's central store, version 1, for PostgreSQL 15 and newer. kitdesk never runs this itself:
-- the database's administrator does, once, in an empty database with the encoding UTF8:
--
--     createdb --encoding=UTF8 --template=template0 kitdesk
--     kitdesk central sql | psql --dbname=kitdesk --set=ON_ERROR_STOP=1
--
-- by a superuser, or by one who may create roles and owns the database, who then is a member of
-- kitdesk_owner. docs/central.md says more.

BEGIN;

DO $$
DECLARE
    role name;
BEGIN
    -- The owner of everything, the hosts, and those who read for an audit. Nobody logs in as these.
    FOREACH role IN ARRAY ARRAY['kitdesk_owner', 'kitdesk_desk', 'kitdesk_audit']::name[] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
    END LOOP;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT kitdesk_owner TO %I', current_user);
    END IF;
END $$;

CREATE SCHEMA kitdesk AUTHORIZATION kitdesk_owner;
SET LOCAL ROLE kitdesk_owner;
SET LOCAL search_path = kitdesk, pg_temp;

-- Who writes: a host is a journal on a machine (its chain), the role by which it logs in, and the cards
-- that it may write to. A journal that was replaced is another chain: the old one is retired. After gone_after
-- without a word from it, other hosts may settle what it has left with an unknown outcome; null: only once it
-- is retired.
CREATE TABLE hosts (
    chain uuid PRIMARY KEY,
    db_role name NOT NULL,
    tenant text NOT NULL,
    environments text[] NOT NULL CHECK (environments <@ ARRAY['sandbox', 'uat', 'live']),
    -- The public key by which it signs checkpoints, in the form NAME+ID+KEY.
    signer text,
    branch text,
    gone_after interval CHECK (gone_after >= interval '1 hour'),
    enrolled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at timestamptz,
    -- Not yet, after the store was put back to an earlier state: what it had claimed since may be missing.
    is_refilled boolean NOT NULL DEFAULT true
);
CREATE INDEX to_refill ON hosts (tenant) WHERE NOT is_refilled;
CREATE UNIQUE INDEX one_chain_a_role ON hosts (db_role) WHERE retired_at IS NULL;

-- session_user is who has logged in, also where these run as their owner. PL/pgSQL keeps the plan of its question;
-- SQL would make it again for each statement that asks.
CREATE FUNCTION my_chain() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ BEGIN RETURN (SELECT chain FROM hosts WHERE db_role = session_user AND retired_at IS NULL); END $$;
CREATE FUNCTION my_tenant() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ BEGIN RETURN (SELECT tenant FROM hosts WHERE db_role = session_user AND retired_at IS NULL); END $$;

-- What a host asks first.
CREATE FUNCTION about_me(OUT version int, OUT journal_format int, OUT chain uuid, OUT tenant text,
    OUT environments text[], OUT signer text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ SELECT 1, 2, h.chain, h.tenant, h.environments, h.signer FROM (SELECT 1) one
   LEFT JOIN hosts h ON h.db_role = session_user AND h.retired_at IS NULL $$;

-- ---------------------------------------------------------------------------------------------------------
-- The records of all journals, as their hosts hash them.

-- The form that is hashed: the length in bytes, a colon, the text and a comma; a null as "-,".
CREATE FUNCTION cell(t text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN t IS NULL THEN '\x2d2c'::bytea
   ELSE convert_to(octet_length(convert_to(t, 'UTF8'))::text || ':' || t || ',', 'UTF8') END $$;

-- Of the columns that came with the journal's format 2, only what is there is hashed, after its name.
CREATE FUNCTION later(name text, t text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN t IS NULL THEN ''::bytea ELSE kitdesk.cell(name) || kitdesk.cell(t) END $$;

CREATE TABLE records (
    chain uuid NOT NULL REFERENCES hosts (chain),
    id bigint NOT NULL CHECK (id > 0),
    at text NOT NULL,
    session text NOT NULL,
    kind text NOT NULL,
    "of" bigint,
    operator text NOT NULL,
    host text NOT NULL,
    ssh_origin text,
    profile text NOT NULL,
    tenant text NOT NULL,
    environment text NOT NULL,
    operation text NOT NULL,
    entity text,
    kit text,
    order_id text,
    digest text,
    "before" text,
    outcome text,
    error_code text,
    message text,
    duration_ms bigint,
    "after" text,
    reason text,
    key_check text,
    prev text NOT NULL,
    claim text,
    request text,
    key text,
    hash text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    received_as name NOT NULL DEFAULT session_user,
    -- For which its host was enrolled then.
    branch text,
    PRIMARY KEY (chain, id),
    -- Two records that follow the same one would be two histories.
    UNIQUE (chain, prev),
    CONSTRAINT hash_holds CHECK (hash = encode(sha256(
        cell(id::text) || cell(at) || cell(session) || cell(kind) || cell("of"::text) || cell(operator)
        || cell(host) || cell(ssh_origin) || cell(profile) || cell(tenant) || cell(environment)
        || cell(operation) || cell(entity) || cell(kit) || cell(order_id) || cell(digest) || cell("before")
        || cell(outcome) || cell(error_code) || cell(message) || cell(duration_ms::text) || cell("after")
        || cell(reason) || cell(key_check) || cell(prev)
        || later('claim', claim) || later('request', request) || later('key', key)), 'hex')),
    -- The first record holds the name of its chain. A journal that was begun in format 1 has it from the hash.
    CONSTRAINT begins_its_chain CHECK (id > 1 OR prev = replace(chain::text, '-', '') || repeat('0', 32)
        OR prev = repeat('0', 64) AND chain = left(hash, 32)::uuid)
);
CREATE INDEX by_kit ON records (tenant, environment, kit) WHERE kit IS NOT NULL;
CREATE INDEX by_customer ON records (tenant, environment, entity) WHERE entity IS NOT NULL;
CREATE INDEX by_received ON records (received_at);
CREATE INDEX by_order ON records (tenant, environment, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX followers ON records (chain, "of") WHERE "of" IS NOT NULL;
-- What an auditor asks for, newest first.
CREATE INDEX by_time ON records (tenant, environment, at);
CREATE INDEX by_operator ON records (tenant, environment, operator, at);
CREATE INDEX by_host ON records (tenant, environment, host, at);
CREATE INDEX by_branch ON records (tenant, environment, branch, at) WHERE branch IS NOT NULL;
CREATE INDEX by_operation ON records (tenant, environment, operation, at);
CREATE INDEX by_outcome ON records (tenant, environment, outcome, at) WHERE outcome IS NOT NULL;
CREATE INDEX by_rare_kind ON records (tenant, environment, kind, at)
    WHERE kind NOT IN ('intent', 'outcome', 'look_up');

-- What was cut off for its age, and the hash that the rest holds on to.
CREATE TABLE cuts (
    chain uuid NOT NULL REFERENCES hosts (chain),
    up_to bigint NOT NULL,
    hash text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_role name NOT NULL DEFAULT session_user,
    PRIMARY KEY (chain, up_to)
);

-- Signed words of hosts for all their records up to one of them; kept when the records are cut off.
CREATE TABLE checkpoints (
    chain uuid NOT NULL REFERENCES hosts (chain),
    size bigint NOT NULL CHECK (size > 0),
    root text NOT NULL,
    note text NOT NULL CHECK (octet_length(note) < 65536),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (chain, size),
    CONSTRAINT note_says_so CHECK (
        starts_with(note, 'kitdesk/' || chain::text || E'\n' || size::text || E'\n' || root || E'\n\n'))
);

CREATE FUNCTION follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    before text;
BEGIN
    IF NEW.id = 1 THEN
        -- What it begins with is checked with its hash.
        before := NEW.prev;
    ELSE
        SELECT hash INTO before FROM records WHERE chain = NEW.chain AND id = NEW.id - 1;
    END IF;
    IF before IS DISTINCT FROM NEW.prev THEN
        RAISE EXCEPTION 'record % of chain % does not follow', NEW.id, NEW.chain USING ERRCODE = 'KD001';
    END IF;
    NEW.received_at := clock_timestamp();
    NEW.received_as := session_user;
    NEW.branch := (SELECT h.branch FROM hosts h WHERE h.chain = NEW.chain);
    RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION follows();

-- Against slips. A superuser can switch it off: then the hosts' own journals show what was done.
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'records' AND current_setting('kitdesk.cutting', true) = 'yes' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'what is on record is never changed or removed' USING ERRCODE = 'KD002';
END $$;
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON records FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_all BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON cuts FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_all BEFORE TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION never();

-- For the owner alone: removes the records of a chain that are older than the bank has to keep. The last
-- one stays, because the next has to follow it.
CREATE FUNCTION cut(of_chain uuid, older_than timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = kitdesk, pg_temp AS $$
DECLARE
    last bigint;
    upto bigint;
BEGIN
    SELECT max(id) INTO last FROM records WHERE chain = of_chain;
    -- A prefix of the chain: the first that is young enough to stay, stays with all that follow.
    SELECT coalesce(min(id), last) - 1 INTO upto FROM records
    WHERE chain = of_chain AND received_at >= older_than;
    IF upto IS NULL OR NOT EXISTS (SELECT FROM records WHERE chain = of_chain AND id <= upto) THEN
        RETURN 0;
    END IF;
    INSERT INTO cuts (chain, up_to, hash) SELECT of_chain, id, hash FROM records WHERE chain = of_chain AND id = upto;
    PERFORM set_config('kitdesk.cutting', 'yes', true);
    DELETE FROM records WHERE chain = of_chain AND id <= upto;
    GET DIAGNOSTICS last = ROW_COUNT;
    PERFORM set_config('kitdesk.cutting', 'no', true);
    RETURN last;
END $$;

-- The last record of this host's journal that is here. Row-level security would keep a host's own question from
-- the index.
CREATE FUNCTION forwarded(of_chain uuid, OUT id bigint, OUT hash text) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = kitdesk, pg_temp AS $$
DECLARE
    mine uuid := my_chain();
BEGIN
    IF mine IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    IF mine <> of_chain THEN
        RAISE EXCEPTION 'another journal is enrolled for this role' USING ERRCODE = 'KD006';
    END IF;
    SELECT r.id, r.hash INTO id, hash FROM records r WHERE r.chain = mine ORDER BY r.id DESC LIMIT 1;
END $$;

-- Keeps a checkpoint of this host: kept, or there already. Of fewer records than the newest, it says nothing new.
CREATE FUNCTION keep_checkpoint(in_size bigint, in_root text, in_note text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    mine uuid := my_chain();
    newest checkpoints;
BEGIN
    IF mine IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    IF NOT EXISTS (SELECT FROM records WHERE chain = mine AND id >= in_size) THEN
        RAISE EXCEPTION 'a checkpoint of % records, which are not here', in_size USING ERRCODE = 'KD001';
    END IF;
    SELECT * INTO newest FROM checkpoints WHERE chain = mine ORDER BY size DESC LIMIT 1;
    IF newest.size = in_size AND newest.root <> in_root THEN
        RAISE EXCEPTION 'the checkpoint of % records here has another root', in_size USING ERRCODE = 'KD001';
    END IF;
    IF newest.size >= in_size THEN
        RETURN 'there already';
    END IF;
    INSERT INTO checkpoints (chain, size, root, note) VALUES (mine, in_size, in_root, in_note) ON CONFLICT DO NOTHING;
    RETURN 'kept';
END $$;

-- The newest checkpoint of a chain and the last cut of it, for its host and for an audit.
CREATE FUNCTION about_chain(of_chain uuid, OUT size bigint, OUT note text, OUT at text, OUT cut bigint, OUT cut_hash text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
BEGIN
    IF of_chain IS DISTINCT FROM my_chain() AND NOT pg_has_role(session_user, 'kitdesk_audit', 'MEMBER') THEN
        RAISE EXCEPTION 'this role is neither the host of this journal nor an auditor' USING ERRCODE = 'KD004';
    END IF;
    SELECT c.size, c.note, to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') INTO size, note, at
    FROM checkpoints c WHERE c.chain = of_chain ORDER BY c.size DESC LIMIT 1;
    SELECT c.up_to, c.hash INTO cut, cut_hash FROM cuts c WHERE c.chain = of_chain ORDER BY c.up_to DESC LIMIT 1;
END $$;

ALTER TABLE records ENABLE ROW LEVEL SECURITY;
ALTER TABLE records FORCE ROW LEVEL SECURITY;
CREATE POLICY own_insert ON records FOR INSERT TO kitdesk_desk WITH CHECK (chain = my_chain());
-- Each in a question of its own, so that it is asked once and not for each record.
CREATE POLICY tenant_read ON records FOR SELECT TO kitdesk_desk
    USING (chain = (SELECT my_chain()) OR tenant = (SELECT my_tenant()));
CREATE POLICY audit_read ON records FOR SELECT TO kitdesk_audit USING (true);
CREATE POLICY owner_read ON records FOR SELECT TO kitdesk_owner USING (true);
CREATE POLICY owner_cut ON records FOR DELETE TO kitdesk_owner USING (true);

-- Only keep_checkpoint() adds one, and it runs as the owner.
ALTER TABLE checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE checkpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY own_insert ON checkpoints FOR INSERT TO kitdesk_owner WITH CHECK (chain = my_chain());
CREATE POLICY owner_read ON checkpoints FOR SELECT TO kitdesk_owner USING (true);
CREATE POLICY audit_read ON checkpoints FOR SELECT TO kitdesk_audit USING (true);

-- ---------------------------------------------------------------------------------------------------------
-- Claims: what may be sent, and by whom. Each host makes the names of its own claims, so that what is asked
-- twice counts once. The functions write here, and they have the chain from hosts: a foreign key would only lock its
-- row for each claim.

CREATE TABLE claims (
    claim uuid PRIMARY KEY,
    chain uuid NOT NULL,
    session text NOT NULL,
    operator text NOT NULL,
    host text NOT NULL,
    tenant text NOT NULL,
    environment text NOT NULL,
    operation text NOT NULL,
    entity text,
    kit text,
    order_id text,
    digest text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- When its host brought it back from its journal, where the store had lost it or was away when it was made. Its time is
    -- the journal's then.
    put_back_at timestamptz
);
CREATE INDEX claims_of_chain ON claims (chain, at);
CREATE INDEX claims_of_owner ON claims (tenant, environment, coalesce(entity, order_id));

-- One end a claim. The end of a claim that has never come in is one too: it can't come in later.
CREATE TABLE ends (
    claim uuid PRIMARY KEY,
    chain uuid NOT NULL,
    how text NOT NULL CHECK (how IN
        ('done', 'refused', 'not_sent', 'settled_done', 'settled_not_done', 'given_up', 'never_sent')),
    operator text NOT NULL,
    reason text,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What is held, by claims without an end: a kit, an order, or a customer with all their kits. To a write under
-- way everything else waits. Its lanes outlast it while its outcome is unknown: until it is settled, no write that
-- has one of them is claimed.
CREATE TABLE holds (
    claim uuid PRIMARY KEY,
    tenant text NOT NULL,
    environment text NOT NULL,
    owner text NOT NULL,
    what text NOT NULL,
    lanes text[] NOT NULL,
    is_under_way boolean NOT NULL DEFAULT true
);
CREATE INDEX holds_of_owner ON holds (tenant, environment, owner);
-- claim() sees to more than that, by its lock; this holds even if that should fail.
CREATE UNIQUE INDEX one_write_at_a_time ON holds (tenant, environment, what) WHERE is_under_way;

-- How many claims may have changed what others have read of a kit, an order or a customer.
CREATE TABLE generations (
    tenant text NOT NULL,
    environment text NOT NULL,
    what text NOT NULL,
    generation bigint NOT NULL,
    PRIMARY KEY (tenant, environment, what)
);

CREATE TRIGGER never BEFORE UPDATE OR DELETE ON claims FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never BEFORE UPDATE OR DELETE ON ends FOR EACH ROW EXECUTE FUNCTION never();
CREATE TRIGGER never_all BEFORE TRUNCATE ON claims FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER never_all BEFORE TRUNCATE ON ends FOR EACH STATEMENT EXECUTE FUNCTION never();

-- What a claim is about. A customer's or an order's number, not both, and a kit with its customer: anything else is nothing,
-- and that is held by no claim. As checks of the table these would cost a tenth of a claim.
CREATE FUNCTION what_of(entity text, kit text, order_id text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN num_nonnulls(entity, order_id) <> 1 OR kit IS NOT NULL AND entity IS NULL THEN NULL
   WHEN kit IS NOT NULL THEN 'kit ' || kit WHEN order_id IS NOT NULL THEN 'order ' || order_id
   ELSE 'customer ' || entity END $$;

-- Refuses a host that is not enrolled, or not for these cards. This and conclude() have the search path of the
-- functions that call them.
CREATE FUNCTION may(in_tenant text, in_environment text) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    h hosts;
BEGIN
    SELECT * INTO h FROM hosts WHERE db_role = session_user AND retired_at IS NULL;
    IF h.chain IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    IF h.tenant <> in_tenant OR NOT in_environment = ANY (h.environments) THEN
        RAISE EXCEPTION 'this host is enrolled for the tenant % in %', h.tenant, array_to_string(h.environments, ', ')
            USING ERRCODE = 'KD004';
    END IF;
    RETURN h.chain;
END $$;

-- What keeps a write to this from being claimed, or, without lanes, holds it in any way. This and holder() become parts of
-- the questions that ask them.
CREATE FUNCTION holding(in_tenant text, in_environment text, w text, o text, in_lanes text[]) RETURNS SETOF holds
LANGUAGE sql STABLE AS
$$ SELECT x.* FROM kitdesk.holds x
   WHERE x.tenant = in_tenant AND x.environment = in_environment AND x.owner = o AND (x.what IN (w, o) OR w = o)
       AND (x.is_under_way OR in_lanes IS NULL OR x.lanes && in_lanes) $$;

-- Whose that is.
CREATE FUNCTION holder(in_tenant text, in_environment text, w text, o text, in_lanes text[])
RETURNS TABLE (operator text, host text, branch text, operation text, since text, is_under_way boolean)
LANGUAGE sql STABLE AS
$$ SELECT k.operator, k.host, h.branch, k.operation, to_char(k.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
        x.is_under_way
    FROM kitdesk.holding(in_tenant, in_environment, w, o, in_lanes) x JOIN kitdesk.claims k ON k.claim = x.claim
    JOIN kitdesk.hosts h ON h.chain = k.chain
    ORDER BY x.is_under_way DESC, k.at LIMIT 1 $$;

-- What others have read of this is read too early from now on.
CREATE FUNCTION changes(in_tenant text, in_environment text, w text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO kitdesk.generations AS g VALUES (in_tenant, in_environment, w, 1)
   ON CONFLICT (tenant, environment, what) DO UPDATE SET generation = g.generation + 1 $$;

-- Claims a write: said is claimed, yours (it was before), held (with by whom), overtaken or ended.
-- in_lanes: those that outlast it if its outcome is unknown. brings: whether it changes what others have read.
-- expected: the generation that was read before it; null where that does not matter.
CREATE FUNCTION claim(
    c uuid, in_session text, in_operator text, in_host text, in_tenant text, in_environment text,
    in_operation text, in_entity text, in_kit text, in_order text, in_digest text,
    in_lanes text[], brings boolean, expected bigint, OUT said text,
    OUT by_operator text, OUT by_host text, OUT by_branch text, OUT by_operation text, OUT since text, OUT is_under_way boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    w text := what_of(in_entity, in_kit, in_order);
    o text := what_of(in_entity, NULL, in_order);
    mine uuid;
    is_held boolean;
    is_overtaken boolean;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'what others have claimed is not seen in a transaction that is %',
            current_setting('transaction_isolation') USING ERRCODE = 'KD010';
    END IF;
    -- Against this claim's own end, which may come in first; then against all others of the customer. As a question of its
    -- own each would cost as much as what follows.
    IF pg_advisory_xact_lock(hashtextextended(c::text, 0)) IS NULL
        OR pg_advisory_xact_lock(hashtextextended(concat_ws(E'\n', in_tenant, in_environment, o), 1)) IS NULL THEN
        RAISE EXCEPTION 'not locked';
    END IF;
    -- All in one question, because each costs more than what it reads.
    SELECT h.chain,
        CASE WHEN e.claim IS NOT NULL THEN 'ended'
            WHEN k.claim IS NOT NULL THEN CASE WHEN k.chain = h.chain AND k.digest = in_digest AND k.tenant = in_tenant
                AND k.environment = in_environment AND what_of(k.entity, k.kit, k.order_id) = w THEN 'yours' ELSE 'ended' END
        END,
        EXISTS (SELECT FROM holding(in_tenant, in_environment, w, o, in_lanes)),
        expected <> coalesce((SELECT g.generation FROM generations g
            WHERE g.tenant = in_tenant AND g.environment = in_environment AND g.what = w), 0)
    INTO mine, said, is_held, is_overtaken
    FROM hosts h LEFT JOIN ends e ON e.claim = c LEFT JOIN claims k ON k.claim = c
    WHERE h.db_role = session_user AND h.retired_at IS NULL AND h.tenant = in_tenant
        AND in_environment = ANY (h.environments);
    IF mine IS NULL THEN
        mine := may(in_tenant, in_environment);
    ELSIF said IS NOT NULL THEN
        RETURN;
    ELSIF is_held THEN
        said := 'held';
        SELECT h.* INTO by_operator, by_host, by_branch, by_operation, since, is_under_way
        FROM holder(in_tenant, in_environment, w, o, in_lanes) h;
        RETURN;
    ELSIF is_overtaken THEN
        said := 'overtaken';
        RETURN;
    END IF;

    INSERT INTO claims (claim, chain, session, operator, host, tenant, environment, operation, entity, kit, order_id, digest)
    VALUES (c, mine, in_session, in_operator, in_host, in_tenant, in_environment, in_operation,
        in_entity, in_kit, in_order, in_digest);
    INSERT INTO holds VALUES (c, in_tenant, in_environment, o, w, in_lanes);
    IF brings THEN
        PERFORM changes(in_tenant, in_environment, w);
    END IF;
    said := 'claimed';
END $$;

-- The outcome of a claim of this host is unknown: what is harmless in spite of that may be sent.
CREATE FUNCTION doubt(c uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ UPDATE holds SET is_under_way = false FROM claims k
   WHERE holds.claim = c AND k.claim = c AND k.chain = my_chain() $$;

-- Ends a claim and lets go of what it holds: ended, or ended before.
CREATE FUNCTION conclude(c uuid, by_chain uuid, in_how text, in_operator text, why text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ends (claim, chain, how, operator, reason) VALUES (c, by_chain, in_how, in_operator, why)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'ended before';
    END IF;
    DELETE FROM holds WHERE holds.claim = c;
    RETURN 'ended';
END $$;

-- Ends a claim of this host: ended, ended before, or unknown.
CREATE FUNCTION finish(c uuid, in_how text, in_operator text, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    mine uuid := my_chain();
    of_chain uuid;
BEGIN
    IF mine IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(c::text, 0));
    SELECT chain INTO of_chain FROM claims WHERE claims.claim = c;
    -- One that has not come in may end only as nothing that was sent.
    IF of_chain <> mine OR of_chain IS NULL AND in_how NOT IN ('never_sent', 'not_sent') THEN
        RETURN 'unknown';
    END IF;
    RETURN conclude(c, mine, in_how, in_operator, why);
END $$;

-- Those of these claims of a host that are neither here nor ended.
CREATE FUNCTION unknown_claims(names uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ SELECT n FROM unnest(names) n WHERE NOT EXISTS (SELECT FROM claims k WHERE k.claim = n)
   AND NOT EXISTS (SELECT FROM ends e WHERE e.claim = n) $$;

-- The store was put back to an earlier state, as the owner says or a host has noticed: each has to bring back what was lost.
CREATE FUNCTION was_put_back() RETURNS void LANGUAGE sql SET search_path = kitdesk, pg_temp AS
$$ UPDATE hosts SET is_refilled = false WHERE retired_at IS NULL $$;

-- A claim of this host that is not here, by the record of its intent: with its end, if it has one, else with what it holds.
-- was_claimed: it was here before, so the store was put back. Whether somebody else holds the same.
CREATE FUNCTION put_back(intent jsonb, in_lanes text[], brings boolean, in_how text, in_is_under_way boolean,
    was_claimed boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    i records := jsonb_populate_record(NULL::records, intent);
    c uuid := i.claim;
    h hosts;
    -- An order's customer is no part of what is claimed.
    of_customer text := CASE WHEN i.order_id IS NULL THEN i.entity END;
    w text := what_of(of_customer, i.kit, i.order_id);
    o text := what_of(of_customer, NULL, i.order_id);
    is_held boolean;
BEGIN
    SELECT * INTO h FROM hosts WHERE db_role = session_user AND retired_at IS NULL
        AND hosts.tenant = i.tenant AND i.environment = ANY (environments);
    PERFORM pg_advisory_xact_lock(hashtextextended(c::text, 0));
    -- What this host is not enrolled for it has never claimed here.
    IF h.chain IS NULL OR NOT EXISTS (SELECT FROM unknown_claims(ARRAY[c])) THEN
        RETURN false;
    END IF;
    IF was_claimed AND h.is_refilled THEN
        PERFORM was_put_back();
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(E'\n', i.tenant, i.environment, o), 1));
    INSERT INTO claims (claim, chain, session, operator, host, tenant, environment, operation, entity, kit, order_id,
        digest, at, put_back_at)
    VALUES (c, h.chain, i.session, i.operator, i.host, i.tenant, i.environment, i.operation, of_customer, i.kit, i.order_id,
        i.digest, least(i.at::timestamptz, clock_timestamp()), clock_timestamp());
    IF brings THEN
        PERFORM changes(i.tenant, i.environment, w);
    END IF;
    IF in_how IS NOT NULL THEN
        PERFORM conclude(c, h.chain, in_how, i.operator, NULL);
        RETURN false;
    END IF;
    is_held := EXISTS (SELECT FROM holder(i.tenant, i.environment, w, o, in_lanes));
    INSERT INTO holds VALUES (c, i.tenant, i.environment, o, w, in_lanes, in_is_under_way AND NOT is_held);
    RETURN is_held;
END $$;

-- This host has brought back all that was lost of it, if anything was.
CREATE FUNCTION refilled() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ UPDATE hosts SET is_refilled = true WHERE chain = my_chain() AND NOT is_refilled $$;

-- The other hosts of this tenant that have yet to do so.
CREATE FUNCTION not_refilled() RETURNS SETOF hosts
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ SELECT * FROM hosts WHERE NOT is_refilled AND tenant = my_tenant() AND retired_at IS NULL AND chain <> my_chain()
   ORDER BY branch, db_role $$;

-- What is known of a kit, an order or a customer before a write: its generation, who holds it, and of how many hosts
-- claims may be missing.
CREATE FUNCTION seen(in_tenant text, in_environment text, in_entity text, in_kit text, in_order text, OUT generation bigint,
    OUT missing bigint, OUT by_operator text, OUT by_host text, OUT by_branch text, OUT by_operation text, OUT since text, OUT is_under_way boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    w text := what_of(in_entity, in_kit, in_order);
BEGIN
    PERFORM may(in_tenant, in_environment);
    generation := coalesce((SELECT g.generation FROM generations g
        WHERE g.tenant = in_tenant AND g.environment = in_environment AND g.what = w), 0);
    missing := (SELECT count(*) FROM not_refilled());
    SELECT h.* INTO by_operator, by_host, by_branch, by_operation, since, is_under_way
    FROM holder(in_tenant, in_environment, w, what_of(in_entity, NULL, in_order), NULL) h;
END $$;

-- Whether another host may have done what is read about a write of this one, which was recorded at that time: by one of
-- these operations, to the same, to what contains it, or to any kit of the same customer. What had ended by the day before
-- had ended when this host read for its write, by any two clocks. After the store was put back to an earlier state, it
-- can say so once all hosts have brought back what was lost.
CREATE FUNCTION rivals(in_tenant text, in_environment text, in_entity text, in_kit text, in_order text,
    operations text[], of_any_kit boolean, recorded timestamptz, OUT is_any boolean, OUT is_same boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    mine uuid := may(in_tenant, in_environment);
    w text := what_of(in_entity, in_kit, in_order);
    o text := what_of(in_entity, NULL, in_order);
    waits_for text;
BEGIN
    SELECT db_role INTO waits_for FROM not_refilled() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'it was put back to an earlier state, and the host % has not brought back yet what it had claimed',
            waits_for USING ERRCODE = 'KD011';
    END IF;
    SELECT count(*) > 0, coalesce(bool_or(same), false) INTO is_any, is_same FROM (
        SELECT w = o OR what_of(k.entity, k.kit, k.order_id) IN (w, o) AS same
        FROM claims k LEFT JOIN ends e USING (claim)
        WHERE k.tenant = in_tenant AND k.environment = in_environment
            AND coalesce(k.entity, k.order_id) = coalesce(in_entity, in_order)
            AND what_of(k.entity, NULL, k.order_id) = o
            AND k.chain <> mine AND k.operation = ANY (operations)
            AND (e.claim IS NULL
                OR e.how IN ('done', 'settled_done', 'given_up') AND e.at > recorded - interval '1 day')) other
    WHERE same OR of_any_kit;
END $$;

-- This host's claims that hold something: it ends those of which its journal knows the end, or knows that
-- nothing was sent.
CREATE FUNCTION my_open_claims() RETURNS TABLE (claim uuid, session text, operator text, entity text, kit text,
    order_id text, is_under_way boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS
$$ SELECT k.claim, k.session, k.operator, k.entity, k.kit, k.order_id, h.is_under_way
   FROM claims k JOIN holds h ON h.claim = k.claim WHERE k.chain = my_chain() ORDER BY k.at $$;

-- When a host was last heard of.
CREATE FUNCTION heard_of(h hosts) RETURNS timestamptz LANGUAGE sql STABLE SET search_path = kitdesk, pg_temp AS
$$ SELECT greatest(h.enrolled_at,
    (SELECT r.received_at FROM records r WHERE r.chain = h.chain ORDER BY r.id DESC LIMIT 1),
    (SELECT max(k.at) FROM claims k WHERE k.chain = h.chain)) $$;

-- The claims of other hosts of this tenant that hold something, oldest first. Those of a host that is gone may be
-- settled from here. A write under way is one that its host may still send: there only its retirement counts.
CREATE FUNCTION open_of_others() RETURNS TABLE (claim uuid, operator text, host text, branch text, environment text,
    operation text, entity text, kit text, order_id text, since text, heard text, is_under_way boolean, is_gone boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
    SELECT k.claim, k.operator, k.host, h.branch, k.environment, k.operation, k.entity, k.kit, k.order_id,
        to_char(k.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
        to_char(heard_of(h) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), x.is_under_way,
        h.retired_at IS NOT NULL
            OR NOT x.is_under_way AND h.gone_after IS NOT NULL AND heard_of(h) < clock_timestamp() - h.gone_after
    FROM holds x JOIN claims k ON k.claim = x.claim JOIN hosts h ON h.chain = k.chain
    WHERE x.tenant = my_tenant() AND k.chain <> my_chain() AND k.environment = ANY ((SELECT m.environments FROM hosts m WHERE m.chain = my_chain())::text[])
    ORDER BY k.at
$$;

-- Settles a claim of another host that is gone: ended, ended before, not gone, or unknown.
CREATE FUNCTION settle_for(c uuid, in_how text, in_operator text, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    mine uuid := my_chain();
    is_gone boolean;
BEGIN
    IF mine IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    IF in_how NOT IN ('settled_done', 'settled_not_done', 'given_up') OR coalesce(trim(why), '') = '' THEN
        RAISE EXCEPTION 'a claim of another host is only settled, with a reason' USING ERRCODE = 'KD009';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(c::text, 0));
    SELECT o.is_gone INTO is_gone FROM open_of_others() o WHERE o.claim = c;
    IF is_gone IS NULL THEN
        RETURN CASE WHEN EXISTS (SELECT FROM claims k JOIN ends e ON e.claim = k.claim
            WHERE k.claim = c AND k.tenant = my_tenant()) THEN 'ended before' ELSE 'unknown' END;
    END IF;
    IF NOT is_gone THEN
        RETURN 'not gone';
    END IF;
    RETURN conclude(c, mine, in_how, in_operator, why);
END $$;

-- For the owner alone: ends what a retired host has left open, after somebody has looked at the DCMS.
CREATE FUNCTION give_up(of_chain uuid, why text) RETURNS bigint
LANGUAGE plpgsql SET search_path = kitdesk, pg_temp AS $$
DECLARE
    ended bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM hosts WHERE chain = of_chain AND retired_at IS NOT NULL) THEN
        RAISE EXCEPTION 'this host is not retired: it settles its writes itself' USING ERRCODE = 'KD005';
    END IF;
    SELECT count(*) FILTER (WHERE conclude(k.claim, of_chain, 'given_up', session_user, why) = 'ended') INTO ended
    FROM holds h JOIN claims k ON k.claim = h.claim WHERE k.chain = of_chain;
    RETURN ended;
END $$;

-- ---------------------------------------------------------------------------------------------------------
-- Reading the records of all hosts of a bank. Each question is about one tenant and environment; a host's is its
-- own, an auditor's may be any. These run as the owner, because row-level security would keep the questions of a
-- host from the indices.

CREATE FUNCTION may_read(in_tenant text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = kitdesk, pg_temp AS $$
BEGIN
    IF my_tenant() = in_tenant OR my_tenant() IS NULL AND pg_has_role(session_user, 'kitdesk_audit', 'MEMBER') THEN
        RETURN;
    END IF;
    IF my_tenant() IS NULL THEN
        RAISE EXCEPTION 'this host is not enrolled' USING ERRCODE = 'KD003';
    END IF;
    RAISE EXCEPTION 'this host is enrolled for the tenant %', my_tenant() USING ERRCODE = 'KD004';
END $$;

-- The record that stands for the action to which a record belongs: of what followed a write, its intent.
CREATE FUNCTION head_of(kind text, id bigint, "of" bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN kind = 'intent' THEN id ELSE coalesce("of", id) END $$;

-- Whether a claim is for the write of this intent; journals of format 1 don't name it.
CREATE FUNCTION is_for(k claims, of_chain uuid, claim text, session text, digest text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT k.chain = of_chain
   AND CASE WHEN claim IS NULL THEN k.session = session AND k.digest = digest ELSE k.claim::text = claim END $$;

-- Records with all that followed each, whether the store knows a write of it to be under way, and how another host
-- has settled that, if one has. Of a whole page at once, because one by one takes several times as long; in part, for
-- the many writes of a day's end, without what was read and said.
CREATE FUNCTION threads(chains uuid[], heads bigint[], in_part boolean)
RETURNS TABLE (whose uuid, head bigint, cells json, is_under_way boolean, settled json)
LANGUAGE sql STABLE SET search_path = kitdesk, pg_temp AS $$
    WITH RECURSIVE t AS (
        SELECT h.head, r.chain, r.id, r.kind, r AS whole
        FROM (SELECT DISTINCT * FROM unnest(chains, heads) AS h (chain, head)) h
        JOIN records r ON r.chain = h.chain AND r.id = h.head
        UNION ALL
        SELECT t.head, r.chain, r.id, r.kind, r FROM t JOIN records r ON r.chain = t.chain AND r."of" = t.id
        WHERE t.id = t.head OR t.kind = 'intent'
    )
    SELECT t.chain, t.head, json_agg(CASE WHEN in_part THEN (SELECT to_json(part) FROM (SELECT t.id, (t.whole).at,
            (t.whole).session, t.kind, (t.whole)."of", (t.whole).operator, (t.whole).host, (t.whole).profile,
            (t.whole).tenant, (t.whole).environment, (t.whole).operation, (t.whole).entity, (t.whole).kit,
            (t.whole).order_id, (t.whole).outcome, (t.whole).error_code, (t.whole).reason, (t.whole).prev,
            (t.whole).hash) part) ELSE to_json(t.whole) END ORDER BY t.id),
        coalesce(bool_or(h.is_under_way), false),
        (array_agg(json_build_object('how', e.how, 'operator', e.operator, 'reason', e.reason,
            'at', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) ORDER BY t.id DESC)
            FILTER (WHERE e.claim IS NOT NULL))[1]
    FROM t
    -- By the index of the customer's claims, however many there are in all.
    LEFT JOIN LATERAL (SELECT k.claim FROM claims k WHERE t.kind = 'intent'
        AND k.tenant = (t.whole).tenant AND k.environment = (t.whole).environment
        AND coalesce(k.entity, k.order_id) = coalesce((t.whole).order_id, (t.whole).entity)
        AND is_for(k, t.chain, (t.whole).claim, (t.whole).session, (t.whole).digest) ORDER BY k.at DESC LIMIT 1) k ON true
    LEFT JOIN holds h ON h.claim = k.claim LEFT JOIN ends e ON e.claim = k.claim AND e.chain <> t.chain
    GROUP BY t.chain, t.head
$$;

-- The records that fit, in the order of their times, those after a place in that order, so many at most. As
-- actions, a write with all that followed it is one, where the last of its records is that fits.
CREATE FUNCTION read_records(in_tenant text, in_environment text, wanted jsonb, as_actions boolean, in_part boolean,
    newest_first boolean, after_at text, after_chain uuid, after_id bigint, most int)
RETURNS TABLE (of_chain uuid, of_branch text, last_at text, last_id bigint, cells text, under_way boolean,
    settled text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
DECLARE
    -- Only these texts come into the question; what is wanted stays a value.
    known CONSTANT jsonb := '{"from": "at >= $3 ->> ''from''", "to": "at < $3 ->> ''to''",
        "operator": "operator = $3 ->> ''operator''", "host": "host = $3 ->> ''host''",
        "branch": "branch = $3 ->> ''branch''", "operation": "operation = $3 ->> ''operation''",
        "outcome": "outcome = $3 ->> ''outcome''", "kind": "kind = $3 ->> ''kind''",
        "entity": "entity IN ($3 #>> ''{entity,0}'', $3 #>> ''{entity,1}'')",
        "kit": "kit IN ($3 #>> ''{kit,0}'', $3 #>> ''{kit,1}'')",
        "order": "order_id IN ($3 #>> ''{order,0}'', $3 #>> ''{order,1}'')",
        "folded": "kind NOT IN (''look_up'', ''session_began'', ''session_ended'')"}';
    of_f text;
    of_g text;
    more text := '';
    way text := CASE WHEN newest_first THEN 'DESC' ELSE 'ASC' END;
BEGIN
    PERFORM may_read(in_tenant);
    SELECT string_agg(' AND f.' || (known ->> key), ''), string_agg(' AND g.' || (known ->> key), '') INTO of_f, of_g
    FROM jsonb_object_keys(wanted) AS key;
    IF as_actions AND wanted - 'folded' = '{}' THEN
        -- What followed a write stands at the write.
        more := ' AND (f."of" IS NULL OR f.kind = ''intent'')';
    ELSIF as_actions THEN
        more := ' AND NOT EXISTS (SELECT FROM records g WHERE g.chain = f.chain AND g.id > f.id
            AND g."of" = head_of(f.kind, f.id, f."of") AND g.kind <> ''intent''' || coalesce(of_g, '') || ')';
    END IF;
    IF after_at IS NOT NULL THEN
        more := more || ' AND (f.at, f.chain, f.id) ' || CASE WHEN newest_first THEN '<' ELSE '>' END || ' ($4, $5, $6)';
    END IF;
    RETURN QUERY EXECUTE 'WITH p AS (SELECT f AS r, '
        -- Of a single record the rest is read where something in it may speak against an outcome.
        || CASE WHEN as_actions THEN 'head_of(f.kind, f.id, f."of")'
           ELSE 'CASE WHEN f.kind = ''outcome'' AND f.outcome = ''done'' THEN f."of" END' END
        || ' AS head FROM records f WHERE f.tenant = $1 AND f.environment = $2' || coalesce(of_f, '') || more
        || format(' ORDER BY f.at %1$s, f.chain %1$s, f.id %1$s LIMIT $7)', way)
        || 'SELECT (p.r).chain, (p.r).branch, (p.r).at, (p.r).id, coalesce(t.cells, json_build_array(p.r))::text,
            coalesce(t.is_under_way, false), t.settled::text
        FROM p LEFT JOIN threads((SELECT array_agg((p.r).chain) FROM p), (SELECT array_agg(p.head) FROM p), $8) t
            ON t.whose = (p.r).chain AND t.head = p.head'
        || format(' ORDER BY 3 %1$s, 1 %1$s, 4 %1$s', way)
    USING in_tenant, in_environment, wanted, after_at, after_chain, after_id, most, in_part;
END $$;

-- One action by a record of it, of each chain whose name begins like that.
CREATE FUNCTION read_action(in_tenant text, of_chain text, in_id bigint)
RETURNS TABLE (chain uuid, branch text, at text, id bigint, cells text, under_way boolean, settled text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
BEGIN
    PERFORM may_read(in_tenant);
    RETURN QUERY SELECT r.chain, r.branch, r.at, r.id, coalesce(t.cells, json_build_array(r))::text,
            coalesce(t.is_under_way, false), t.settled::text
        FROM hosts h JOIN records r ON r.chain = h.chain AND r.id = in_id
        CROSS JOIN LATERAL threads(ARRAY[r.chain], ARRAY[head_of(r.kind, r.id, r."of")], false) t
        WHERE starts_with(h.chain::text, of_chain) AND r.tenant = in_tenant;
END $$;

-- The writes whose end nobody knows, oldest first: those with an unknown outcome that nobody has settled, and
-- those that are claimed and have no outcome here.
CREATE FUNCTION read_open(in_tenant text, in_environment text, most int)
RETURNS TABLE (of_chain uuid, of_branch text, last_at text, last_id bigint, cells text, under_way boolean,
    settled text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
BEGIN
    PERFORM may_read(in_tenant);
    RETURN QUERY WITH open AS (
        SELECT f.chain, f."of" AS id FROM records f
        WHERE f.tenant = in_tenant AND f.environment = in_environment AND f.outcome = 'unknown' AND f.kind = 'outcome'
        UNION
        SELECT r.chain, r.id FROM holds h JOIN claims k ON k.claim = h.claim
        -- For each by the index of its customer's records.
        CROSS JOIN LATERAL (SELECT r.chain, r.id FROM records r WHERE r.tenant = k.tenant AND r.environment = k.environment
            AND (r.entity = k.entity OR r.order_id = k.order_id) AND r.kind = 'intent'
            AND is_for(k, r.chain, r.claim, r.session, r.digest) OFFSET 0) r
        WHERE h.tenant = in_tenant AND h.environment = in_environment
    )
    SELECT i.chain, i.branch, i.at, i.id, t.cells::text, t.is_under_way, t.settled::text
    FROM open o JOIN records i ON i.chain = o.chain AND i.id = o.id
    CROSS JOIN LATERAL threads(ARRAY[i.chain], ARRAY[i.id], false) t
    WHERE NOT EXISTS (SELECT FROM records g WHERE g.chain = i.chain AND g."of" = i.id
        AND (g.kind = 'settled' OR g.kind = 'outcome' AND g.outcome <> 'unknown')) AND t.settled IS NULL
    ORDER BY i.at, i.chain, i.id LIMIT most;
END $$;

-- How many look-ups each operator has made on each host and for each branch, between two times.
CREATE FUNCTION count_look_ups(in_tenant text, in_environment text, from_at text, to_at text)
RETURNS TABLE (operator text, host text, branch text, look_ups bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = kitdesk, pg_temp AS $$
BEGIN
    PERFORM may_read(in_tenant);
    RETURN QUERY SELECT r.operator, r.host, r.branch, count(*) FROM records r
        WHERE r.tenant = in_tenant AND r.environment = in_environment AND r.kind = 'look_up'
            AND r.at >= from_at AND r.at < to_at GROUP BY 1, 2, 3;
END $$;

-- ---------------------------------------------------------------------------------------------------------
-- Rights: a host adds to its own chain, reads its tenant's records, and runs these functions. Nothing else.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kitdesk FROM PUBLIC;
GRANT USAGE ON SCHEMA kitdesk TO kitdesk_desk, kitdesk_audit;
GRANT SELECT, INSERT ON records TO kitdesk_desk;
GRANT SELECT ON records, checkpoints, claims, ends, holds, hosts, cuts TO kitdesk_audit;
GRANT EXECUTE ON FUNCTION cell, later, my_chain, my_tenant, about_me, claim, doubt, finish, unknown_claims, put_back,
    refilled, not_refilled, seen, rivals, forwarded, my_open_claims, keep_checkpoint, about_chain, open_of_others, settle_for, read_records, read_action,
    read_open, count_look_ups
    TO kitdesk_desk;
GRANT EXECUTE ON FUNCTION cell, later, my_chain, my_tenant, about_me, about_chain, read_records, read_action, read_open,
    count_look_ups
    TO kitdesk_audit;

COMMIT;

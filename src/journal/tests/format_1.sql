-- A journal of format 1 as the last kitdesk that wrote it has left it: an SQLite shell's dump, with the hashes
-- that it gave. Its head: 00000000000000000010 e2daf06649cb5a993142eb5f68e4879dee3fe6db8b94bd4fe739939d1a7957a7
PRAGMA application_id = 1802073194;
PRAGMA user_version = 1;
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    "of" INTEGER,
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    ssh_origin TEXT,
    profile TEXT NOT NULL,
    tenant TEXT NOT NULL,
    environment TEXT NOT NULL,
    operation TEXT NOT NULL,
    entity TEXT,
    kit TEXT,
    order_id TEXT,
    digest TEXT,
    "before" TEXT,
    outcome TEXT,
    error_code TEXT,
    message TEXT,
    duration_ms INTEGER,
    "after" TEXT,
    reason TEXT,
    key_check TEXT,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO "records" VALUES(1,'2026-03-01T09:00:00.000Z','7124891d88caa058','look_up',NULL,'máriá','pad',NULL,'p','ACME','live','kits_by_entity','676165',NULL,NULL,NULL,NULL,NULL,NULL,'2 kits: ça va',NULL,NULL,NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','849c7b6390fcf0e3902fe772b6e7dd0a8f1bd0ba30d9b9f507eeece22664f1b2');
INSERT INTO "records" VALUES(2,'2026-03-01T09:00:01.000Z','7124891d88caa058','intent',NULL,'máriá','pad',NULL,'p','ACME','live','lock','676165','1',NULL,'aa8a073115263c7dc66fa8d538abd47c2912cc9c5aa53c669724f6cd9986e187','{"claim":"11111111-0000-4000-8000-000000000001","kit":{"kit_no":"1","status":"ACTIVE"},"kits":["1","2"],"since":1,"states":["ACTIVE","LOCKED"]}',NULL,NULL,'bag gone',NULL,NULL,'lost',NULL,'849c7b6390fcf0e3902fe772b6e7dd0a8f1bd0ba30d9b9f507eeece22664f1b2','862c2fa22e684f4d56b08bd10e33cacb1cc9632429b4eefaa9b96e8dced0c520');
INSERT INTO "records" VALUES(3,'2026-03-01T09:00:02.000Z','7124891d88caa058','outcome',2,'máriá','pad',NULL,'p','ACME','live','lock','676165','1',NULL,NULL,NULL,'done',NULL,NULL,240,'{"new":[]}',NULL,NULL,'862c2fa22e684f4d56b08bd10e33cacb1cc9632429b4eefaa9b96e8dced0c520','221abc7214a190e8000a49486c057f3be571c74b5487346988e9ea4063d6d688');
INSERT INTO "records" VALUES(4,'2026-03-01T09:00:03.000Z','7124891d88caa058','intent',NULL,'máriá','pad',NULL,'p','ACME','live','upgrade','676165','2',NULL,'b3342c6c96992855749e8e1fd71024ecb9fb33ae6eec43c3724f26f1cfb65a00','{"claim":"22222222-0000-4000-8000-000000000002","kit":{"kit_no":"1","status":"ACTIVE"},"kits":["1","2"],"since":1,"states":["ACTIVE","LOCKED"]}',NULL,NULL,'bag gone',NULL,NULL,'lost',NULL,'221abc7214a190e8000a49486c057f3be571c74b5487346988e9ea4063d6d688','918153863b82f686a57084728895fa6178c6a588af980db7fec7169ab32b84d7');
INSERT INTO "records" VALUES(5,'2026-03-01T09:00:04.000Z','7124891d88caa058','outcome',4,'máriá','pad',NULL,'p','ACME','live','upgrade','676165','2',NULL,NULL,NULL,'unknown',NULL,NULL,240,NULL,NULL,NULL,'918153863b82f686a57084728895fa6178c6a588af980db7fec7169ab32b84d7','e8547cdcd80e1d5d4abb6212ac75f13871cddce43262f218adb4e6c47f5c91f8');
INSERT INTO "records" VALUES(6,'2026-03-01T09:00:05.000Z','7124891d88caa058','settled',4,'máriá','pad',NULL,'p','ACME','live','upgrade','676165','2',NULL,NULL,NULL,'done',NULL,NULL,NULL,NULL,'asked the bank',NULL,'e8547cdcd80e1d5d4abb6212ac75f13871cddce43262f218adb4e6c47f5c91f8','b5c99afd81d3edcf1256c7f0f9d16f4406492313cac6a088480556ff2a812cec');
INSERT INTO "records" VALUES(7,'2026-03-01T09:00:06.000Z','7124891d88caa058','intent',NULL,'máriá','pad',NULL,'p','ACME','live','upgrade','676165','3',NULL,'b3342c6c96992855749e8e1fd71024ecb9fb33ae6eec43c3724f26f1cfb65a00','{"claim":"33333333-0000-4000-8000-000000000003","kit":{"kit_no":"1","status":"ACTIVE"},"kits":["1","2"],"since":1,"states":["ACTIVE","LOCKED"]}',NULL,NULL,'bag gone',NULL,NULL,'lost',NULL,'b5c99afd81d3edcf1256c7f0f9d16f4406492313cac6a088480556ff2a812cec','a75168a2e2102f1ef3a95b6db9807a23549c81d26e65c19ba8a1fb36a9bfdfef');
INSERT INTO "records" VALUES(8,'2026-03-01T09:00:07.000Z','7124891d88caa058','outcome',7,'máriá','pad',NULL,'p','ACME','live','upgrade','676165','3',NULL,NULL,NULL,'unknown',NULL,NULL,240,NULL,NULL,NULL,'a75168a2e2102f1ef3a95b6db9807a23549c81d26e65c19ba8a1fb36a9bfdfef','b2b1da1eb0b15d869b1324d4c3d27ed6ebecfd7f7b6b4df708ba8b5029ca0869');
INSERT INTO "records" VALUES(9,'2026-03-01T09:00:08.000Z','7124891d88caa058','intent',NULL,'máriá','pad',NULL,'p','ACME','live','lock','676165','4',NULL,'aa8a073115263c7dc66fa8d538abd47c2912cc9c5aa53c669724f6cd9986e187','{"kit":{"kit_no":"1","status":"ACTIVE"},"kits":["1","2"],"since":1,"states":["ACTIVE","LOCKED"]}',NULL,NULL,'bag gone',NULL,NULL,'lost',NULL,'b2b1da1eb0b15d869b1324d4c3d27ed6ebecfd7f7b6b4df708ba8b5029ca0869','0b138d8c3a99f1bdd74c7bda68b90ee7952033a6520ce0392b53840c74a875d0');
INSERT INTO "records" VALUES(10,'2026-03-01T09:00:09.000Z','7124891d88caa058','outcome',9,'máriá','pad',NULL,'p','ACME','live','lock','676165','4',NULL,NULL,NULL,'refused','KIT009','is locked',240,NULL,NULL,NULL,'0b138d8c3a99f1bdd74c7bda68b90ee7952033a6520ce0392b53840c74a875d0','e2daf06649cb5a993142eb5f68e4879dee3fe6db8b94bd4fe739939d1a7957a7');
CREATE INDEX followers ON records ("of") WHERE "of" IS NOT NULL;
CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'intent';
CREATE INDEX intents_by_order ON records (order_id) WHERE kind = 'intent';
CREATE TRIGGER no_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END;

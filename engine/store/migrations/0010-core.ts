import type { Migration } from '../migrate.ts';

/** Everything transactional of the first version: settings, accounts, sessions, the event log, rules, runs, the upload journal. */
export const core: Migration = {
  version: 10,
  up: (db) => {
    db.exec(`
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE settings (
        section TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE secrets (id INTEGER PRIMARY KEY AUTOINCREMENT, sealed BLOB NOT NULL) STRICT;

      CREATE TABLE accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        username TEXT NOT NULL UNIQUE COLLATE NOCASE,
        display_name TEXT NOT NULL,
        email TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        home TEXT NOT NULL,
        permissions TEXT NOT NULL,
        quota_bytes INTEGER NOT NULL,
        quota_files INTEGER NOT NULL,
        used_bytes INTEGER NOT NULL DEFAULT 0,
        used_files INTEGER NOT NULL DEFAULT 0,
        password_hash TEXT,
        public_keys TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        last_sign_in_at INTEGER,
        version INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE api_tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        token_hash TEXT NOT NULL UNIQUE,
        permissions TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER
      ) STRICT;

      CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id INTEGER,
        token_hash TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        ended_at INTEGER
      ) STRICT;
      CREATE INDEX sessions_open ON sessions (id) WHERE ended_at IS NULL;

      CREATE TABLE batches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id INTEGER,
        started_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        type TEXT NOT NULL,
        pollable INTEGER NOT NULL,
        ip TEXT,
        schema TEXT,
        objecttype TEXT,
        object_id INTEGER,
        object_version INTEGER,
        session_id INTEGER,
        user_id INTEGER,
        user_name TEXT,
        protocol TEXT,
        client TEXT,
        path TEXT,
        target_path TEXT,
        bytes INTEGER,
        duration_ms INTEGER,
        outcome TEXT NOT NULL,
        batch_id INTEGER,
        origin TEXT NOT NULL,
        caused_by INTEGER,
        info TEXT NOT NULL
      ) STRICT;
      CREATE INDEX events_type ON events (type, id);
      CREATE INDEX events_user ON events (user_name, id);
      CREATE INDEX events_session ON events (session_id, id);
      CREATE INDEX events_at ON events (at, id);

      CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE uploads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT NOT NULL CHECK (state IN ('open', 'partial', 'publishing')),
        account_id INTEGER NOT NULL,
        path TEXT NOT NULL,
        file_key TEXT NOT NULL,
        temporary TEXT NOT NULL,
        size INTEGER NOT NULL DEFAULT 0,
        device TEXT,
        inode TEXT,
        draft TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE rules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        position INTEGER NOT NULL,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        enabled INTEGER NOT NULL,
        version INTEGER NOT NULL,
        definition TEXT NOT NULL,
        problems TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE rule_versions (
        rule_id INTEGER NOT NULL,
        version INTEGER NOT NULL,
        definition TEXT NOT NULL,
        PRIMARY KEY (rule_id, version)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE schedule_marks (
        rule_id INTEGER PRIMARY KEY,
        last_due INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL,
        rule_id INTEGER NOT NULL,
        rule_version INTEGER NOT NULL,
        rule_name TEXT NOT NULL,
        event_id INTEGER,
        trigger TEXT NOT NULL,
        depth INTEGER NOT NULL,
        serial INTEGER NOT NULL,
        targets TEXT,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 1,
        trace TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        not_before INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        error TEXT
      ) STRICT;
      CREATE INDEX runs_due ON runs (not_before, id) WHERE state IN ('queued', 'waiting');
      CREATE INDEX runs_running ON runs (id) WHERE state = 'running';
      CREATE INDEX runs_open_of_rule ON runs (rule_id, id) WHERE state IN ('queued', 'waiting', 'running');
      CREATE INDEX runs_active_of_event ON runs (event_id, id) WHERE state IN ('queued', 'running');
      CREATE INDEX runs_rule ON runs (rule_id, id);
      CREATE INDEX runs_event ON runs (event_id, id);

      CREATE TABLE run_steps (
        run_id INTEGER NOT NULL,
        step INTEGER NOT NULL,
        account_id INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        run_attempt INTEGER NOT NULL,
        state TEXT NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        inputs TEXT,
        detail TEXT,
        error TEXT,
        PRIMARY KEY (run_id, step, account_id, attempt)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

//! Both databases have the same tables, columns and foreign keys. Needs a PostgreSQL: `TEST_DATABASE_URL`.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    use yarrow::db::{Database, Location};

    #[derive(QueryableByName)]
    struct Fact {
        #[diesel(sql_type = Text)]
        fact: String,
    }

    fn set(facts: Vec<Fact>) -> BTreeSet<String> {
        facts.into_iter().map(|fact| fact.fact).collect()
    }

    /// `table.column nullable|needed`, then `table(columns) -> table(columns)`, with types as both databases say them.
    const SQLITE: [&str; 2] = [
        "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" OR c.pk > 0 THEN ' needed' ELSE ' nullable' END AS fact
         FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
        "SELECT name || '(' || group_concat(\"from\", ',') || ') -> ' || \"table\" || '(' || group_concat(\"to\", ',') || ')' AS fact
         FROM (SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
               WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq)
         GROUP BY name, id, \"table\"",
    ];
    const POSTGRES: [&str; 2] = [
        "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' needed' ELSE ' nullable' END AS fact
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
        "SELECT k.conrelid::regclass || '(' || string_agg(a.attname, ',' ORDER BY n.place) || ') -> '
                || k.confrelid::regclass || '(' || string_agg(b.attname, ',' ORDER BY n.place) || ')' AS fact
         FROM pg_constraint k
         CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS n (here, there, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.here
         JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = n.there
         WHERE k.contype = 'f'
         GROUP BY k.oid, k.conrelid, k.confrelid",
    ];

    fn of_sqlite(test: &str) -> [BTreeSet<String>; 2] {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("yarrow_schema_{}_{test}", std::process::id()));
        let path = folder.join("yarrow.db");
        drop(Database::open(&Location::Sqlite(path.clone())).expect("an empty database is brought up to date"));
        let mut connection = SqliteConnection::establish(&path.display().to_string()).expect("the file is there");
        // The database's own connections close beside this one, and the last of them empties its log alone.
        connection.batch_execute("PRAGMA busy_timeout = 5000").expect("a lock is waited for");
        let found = SQLITE.map(|query| set(diesel::sql_query(query).load(&mut connection).expect("SQLite describes itself")));
        std::fs::remove_dir_all(folder).expect("the test's folder goes away");
        found
    }

    fn of_postgres(server: &str) -> [BTreeSet<String>; 2] {
        let name = format!("yarrow_schema_{}", std::process::id());
        let mut first = PgConnection::establish(server).expect("TEST_DATABASE_URL can be reached");
        first.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database of its own");
        let (before, query) = server.split_once('?').unwrap_or((server, ""));
        let url = format!("{}/{name}?{query}", before.rsplit_once('/').map_or(before, |(before, _)| before));
        drop(Database::open(&Location::Postgres(url.clone())).expect("an empty database is brought up to date"));
        let mut connection = PgConnection::establish(&url).expect("the database is there");
        let found =
            POSTGRES.map(|query| set(diesel::sql_query(query).load(&mut connection).expect("PostgreSQL describes itself")));
        drop(connection);
        first.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).expect("the test's database goes away");
        found
    }

    #[test]
    fn every_reference_to_a_row_is_a_foreign_key() {
        // Who did what stays on record whatever becomes of the person or the record.
        let free = [
            "audit_events.actor_id",
            "audit_events.sign_in_id",
            "audit_events.object_id",
            "audit_events.patient_id",
            "audit_events.request_id",
        ];
        let [columns, keys] = of_sqlite("keys");
        for column in columns.iter().filter_map(|fact| fact.split_once(' ').map(|(column, _)| column)) {
            let Some((table, name)) = column.split_once('.').filter(|(_, name)| name.ends_with("_id")) else { continue };
            let is_kept = keys.iter().any(|key| {
                let here =
                    key.strip_prefix(table).and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.split(')').next());
                here.is_some_and(|here| here.split(',').any(|part| part == name))
            });
            assert!(is_kept || free.contains(&column), "{column} is no foreign key");
        }
    }

    #[test]
    fn both_databases_have_the_same_tables() {
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else { return };
        let ([columns, keys], [pg_columns, pg_keys]) = (of_sqlite("both"), of_postgres(&server));
        assert!(columns.len() > 100 && keys.len() > 20, "{} columns, {} foreign keys", columns.len(), keys.len());
        let difference: Vec<_> = columns.symmetric_difference(&pg_columns).collect();
        assert!(difference.is_empty(), "columns in one only: {difference:#?}");
        let difference: Vec<_> = keys.symmetric_difference(&pg_keys).collect();
        assert!(difference.is_empty(), "foreign keys in one only: {difference:#?}");
    }
}

//! Every statement on the versions of questionnaires that were ever loaded.

use diesel::prelude::*;

use super::Registry;
use crate::app::StartError;
use crate::db::schema::instrument_versions;
use crate::db::{Database, DbConnection, Reach, Timestamp, on_backend};
use crate::error::Result;

/// Keeps every loaded version for ever, and adds to the registry the older ones that answers may have been given with.
///
/// A file that changed without a new version is refused.
pub async fn keep_versions(database: &Database, mut registry: Registry, now: Timestamp) -> Result<Registry, StartError> {
    let loaded: Vec<[String; 4]> = registry
        .all_versions()
        .map(|known| [known.id.clone(), known.version.clone(), known.digest().to_owned(), known.file_text().to_owned()])
        .collect();
    let stored = database
        .write(Reach::Installation, move |conn| {
            for version in &loaded {
                insert(conn, version, now)?;
            }
            all(conn)
        })
        .await?;
    for (instrument, source) in stored {
        registry.add_version(&instrument, &source)?;
    }
    Ok(registry)
}

fn insert(conn: &mut DbConnection, [instrument, version, digest, source]: &[String; 4], now: Timestamp) -> Result<()> {
    let row = (
        instrument_versions::instrument.eq(instrument),
        instrument_versions::version.eq(version),
        instrument_versions::digest.eq(digest),
        instrument_versions::source.eq(source),
        instrument_versions::added_at.eq(now),
    );
    on_backend!(conn, |c| diesel::insert_into(instrument_versions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

fn all(conn: &mut DbConnection) -> Result<Vec<(String, String)>> {
    Ok(instrument_versions::table
        .order((instrument_versions::instrument, instrument_versions::version))
        .select((instrument_versions::instrument, instrument_versions::source))
        .load(conn)?)
}

//! Every statement on `saved_filters`.

use diesel::prelude::*;

use super::{SavedFilter, SavedFilters};
use crate::auth::scope::ClinicScope;
use crate::db::schema::{saved_filters, users};
use crate::db::{DbConnection, Id};
use crate::error::Result;
use crate::people::User;

/// What a person of the clinic keeps.
pub fn of(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>) -> Result<SavedFilters> {
    let kept: Vec<(String, String)> = saved_filters::table
        .filter(saved_filters::user_id.eq(user))
        .filter(saved_filters::clinic_id.eq(scope.clinic()))
        .order(saved_filters::position)
        .select((saved_filters::name, saved_filters::query))
        .load(conn)?;
    Ok(SavedFilters { items: kept.into_iter().map(|(name, query)| SavedFilter { name, query }).collect() })
}

/// Keeps these in place of what the person kept before.
pub fn replace(conn: &mut DbConnection, scope: ClinicScope, user: Id<User>, filters: &SavedFilters) -> Result<()> {
    // Two devices at once come one after the other. SQLite has one writer.
    if let DbConnection::Postgres(conn) = conn {
        users::table.find(user).select(users::id).for_update().first::<Id<User>>(conn)?;
    }
    let before = saved_filters::table.filter(saved_filters::user_id.eq(user)).filter(saved_filters::clinic_id.eq(scope.clinic()));
    diesel::delete(before).execute(conn)?;
    for (position, filter) in (0_i32..).zip(&filters.items) {
        let kept = (
            saved_filters::user_id.eq(user),
            saved_filters::position.eq(position),
            saved_filters::clinic_id.eq(scope.clinic()),
            saved_filters::name.eq(&filter.name),
            saved_filters::query.eq(&filter.query),
        );
        diesel::insert_into(saved_filters::table).values(kept).execute(conn)?;
    }
    Ok(())
}

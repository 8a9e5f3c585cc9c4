//! Updates of one row that the database prepares once.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

use super::Id;
use super::types::IdSql;
use crate::clinic::Clinic;

/// `UPDATE table SET … WHERE key = id AND clinic_id = clinic`, found again by its SQL.
///
/// Diesel has each of its own `UPDATE`s prepared anew, whatever wraps them; for the few that come with every answer that
/// is a good part of their cost. So this one writes the statement around Diesel's columns and values.
pub struct UpdateOne<Changes, T: 'static> {
    table: &'static str,
    key: &'static str,
    id: Id<T>,
    clinic: Id<Clinic>,
    changes: Changes,
}

impl<Changes, T: 'static> UpdateOne<Changes, T> {
    /// The row of the clinic's in `table` whose `key` is `id`, set to `changes`.
    pub fn new<C: AsChangeset<Changeset = Changes>>(
        table: &'static str,
        key: &'static str,
        id: Id<T>,
        clinic: Id<Clinic>,
        changes: C,
    ) -> Self {
        Self { table, key, id, clinic, changes: changes.as_changeset() }
    }
}

impl<Changes, T: 'static, DB> QueryFragment<DB> for UpdateOne<Changes, T>
where
    DB: Backend + HasSqlType<IdSql>,
    Changes: QueryFragment<DB>,
    Id<T>: ToSql<IdSql, DB>,
    Id<Clinic>: ToSql<IdSql, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        out.push_identifier(self.table)?;
        out.push_sql(" SET ");
        self.changes.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        out.push_identifier(self.key)?;
        out.push_sql(" = ");
        out.push_bind_param::<IdSql, _>(&self.id)?;
        out.push_sql(" AND ");
        out.push_identifier("clinic_id")?;
        out.push_sql(" = ");
        out.push_bind_param::<IdSql, _>(&self.clinic)
    }
}

impl<Changes, T: 'static> QueryId for UpdateOne<Changes, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Changes, T: 'static, Conn> RunQueryDsl<Conn> for UpdateOne<Changes, T> {}

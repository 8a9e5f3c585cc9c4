//! The types that columns hold: ids, instants and local days, the same in Rust on both databases.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType, SqlOrd, SqlType};
use diesel::sqlite::Sqlite;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::MultiBackend;

/// `uuid` on PostgreSQL, `TEXT` on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "uuid"), sqlite_type(name = "Text"))]
pub struct IdSql;

/// `timestamptz` on PostgreSQL, `TEXT` with three decimals and `Z` on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "timestamptz"), sqlite_type(name = "Text"))]
pub struct TimestampSql;

/// `date` on PostgreSQL, `TEXT` as `2026-11-20` on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(name = "date"), sqlite_type(name = "Text"))]
pub struct LocalDateSql;

impl SqlOrd for IdSql {}
impl SqlOrd for TimestampSql {}
impl SqlOrd for LocalDateSql {}

/// Teaches the chosen-at-run-time connection a column type of ours.
macro_rules! on_both {
    ($sql:ty, $value:expr, $rust:ty $(, $generic:ident)?) => {
        impl<$($generic: 'static)?> FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<$rust, $sql>()
            }
        }
        impl<$($generic: 'static)?> ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($value, self));
                Ok(IsNull::No)
            }
        }
    };
}
/// Makes an enum of words: the same on the wire, in the database (`TEXT` with a `CHECK`) and in the API document.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt,)+ }) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $(#[$doc])*
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] #[schema(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word on the wire and in the database.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                match word.as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(concat!("not a word of ", stringify!($name)).into()),
                }
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.word(), out)
            }
        }
    };
}
pub(crate) use words;

impl HasSqlType<IdSql> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<IdSql>(lookup)
    }
}
impl HasSqlType<TimestampSql> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<TimestampSql>(lookup)
    }
}
impl HasSqlType<LocalDateSql> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<LocalDateSql>(lookup)
    }
}
on_both!(IdSql, IdSql, Id<T>, T);
on_both!(TimestampSql, TimestampSql, Timestamp);
on_both!(LocalDateSql, LocalDateSql, LocalDate);

/// The id of a `T`: a UUID that cannot be mistaken for the id of something else.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = IdSql)]
pub struct Id<T: 'static>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new id (version 7): sorts by the time it was made, the rest is random.
    pub fn new(now: Timestamp) -> Self {
        let mut random = [0_u8; 10];
        // A system without randomness cannot run Yarrow: `Keys::load` has refused to start on it.
        let _ = getrandom::fill(&mut random);
        let milliseconds = u64::try_from(now.0).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid(), PhantomData)
    }

    /// The id that a client made, or that a column or an address holds.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}
// For a generic type utoipa asks for this trait in place of `PartialSchema`.
impl<T> utoipa::__dev::ComposeSchema for Id<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        string(KnownFormat::Uuid, "0199f0a2-7c1e-7b6e-9c57-0d3f5a1b2c3d")
    }
}
impl<T> ToSchema for Id<T> {
    fn name() -> Cow<'static, str> {
        "Id".into()
    }
}
impl<T: 'static> ToSql<IdSql, Pg> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<T: 'static> FromSql<IdSql, Pg> for Id<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
    }
}
impl<T: 'static> ToSql<IdSql, Sqlite> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.hyphenated().to_string());
        Ok(IsNull::No)
    }
}
impl<T: 'static> FromSql<IdSql, Sqlite> for Id<T> {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::try_parse(value.read_text())?))
    }
}

/// An instant in UTC, cut to whole milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = TimestampSql)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first instant of 1970.
    pub const EPOCH: Self = Self(0);

    /// The instant `milliseconds` after the first of January 1970, held inside the years 1 to 9999.
    pub fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds.clamp(-62_135_596_800_000, 253_402_207_200_000))
    }

    /// Milliseconds since the first of January 1970.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds since the first of January 1970, as tokens carry them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `seconds`, which may be negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_milliseconds(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Seconds from `earlier` to this instant, with the part below a second dropped.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / 1000
    }

    /// The same instant for jiff's calendar arithmetic.
    pub fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// The calendar day of this instant in a time zone.
    pub fn local_date(self, zone: &jiff::tz::TimeZone) -> LocalDate {
        LocalDate(zone.to_datetime(self.jiff()).date())
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(at: jiff::Timestamp) -> Self {
        Self::from_milliseconds(at.as_millisecond())
    }
}
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PRINTER: jiff::fmt::temporal::DateTimePrinter = jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3));
        let mut text = String::with_capacity(24);
        PRINTER.print_timestamp(&self.jiff(), &mut text).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>().map(Self::from)
    }
}
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("must be an RFC 3339 instant, like 2026-11-20T21:14:05.000Z"))
    }
}
impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        string(KnownFormat::DateTime, "2026-11-20T21:14:05.000Z")
    }
}
impl ToSchema for Timestamp {}

/// Microseconds from 1970 to 2000, where PostgreSQL's clock begins.
const POSTGRES_EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

impl ToSql<TimestampSql, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let microseconds = self.0 * 1000 - POSTGRES_EPOCH_MICROSECONDS;
        ToSql::<BigInt, Pg>::to_sql(&microseconds, &mut out.reborrow())
    }
}
impl FromSql<TimestampSql, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(microseconds) = FromSql::<diesel::sql_types::Timestamptz, Pg>::from_sql(value)?;
        Ok(Self((microseconds + POSTGRES_EPOCH_MICROSECONDS).div_euclid(1000)))
    }
}
impl ToSql<TimestampSql, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<TimestampSql, Sqlite> for Timestamp {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(value.read_text().parse()?)
    }
}

/// A calendar day where the patient is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = LocalDateSql)]
pub struct LocalDate(jiff::civil::Date);

impl LocalDate {
    /// The same day for jiff's calendar arithmetic.
    pub const fn civil(self) -> jiff::civil::Date {
        self.0
    }

    /// Whole days from `earlier` to this day; negative when it lies before.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.epoch_day() - earlier.epoch_day())
    }

    /// This day moved by `days`, held inside the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days.clamp(-1_000_000, 1_000_000))))
    }

    /// Days since the first of January 1970.
    pub fn epoch_day(self) -> i32 {
        let start = jiff::civil::date(1970, 1, 1);
        self.0.since(start).map_or(0, |span| span.get_days())
    }

    /// The instant at which this day begins in a time zone.
    pub fn start_in(self, zone: &jiff::tz::TimeZone) -> Timestamp {
        zone.to_timestamp(self.0.to_datetime(jiff::civil::Time::midnight())).map_or(Timestamp(0), Timestamp::from)
    }
}

impl From<jiff::civil::Date> for LocalDate {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}
impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for LocalDate {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::civil::Date>().map(Self)
    }
}
impl Serialize for LocalDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for LocalDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let day = text.parse::<Self>().ok().filter(|_| text.len() == 10);
        day.ok_or_else(|| serde::de::Error::custom("must be a day, like 2026-11-20"))
    }
}
impl PartialSchema for LocalDate {
    fn schema() -> RefOr<Schema> {
        string(KnownFormat::Date, "2026-11-20")
    }
}
impl ToSchema for LocalDate {}

/// Days from 1970 to 2000, where PostgreSQL's calendar begins.
const POSTGRES_EPOCH_DAYS: i32 = 10_957;

impl ToSql<LocalDateSql, Pg> for LocalDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let days = self.epoch_day() - POSTGRES_EPOCH_DAYS;
        ToSql::<diesel::sql_types::Integer, Pg>::to_sql(&days, &mut out.reborrow())
    }
}
impl FromSql<LocalDateSql, Pg> for LocalDate {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let PgDate(days) = FromSql::<diesel::sql_types::Date, Pg>::from_sql(value)?;
        Ok(Self(jiff::civil::date(2000, 1, 1)).plus_days(i64::from(days)))
    }
}
impl ToSql<LocalDateSql, Sqlite> for LocalDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<LocalDateSql, Sqlite> for LocalDate {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(value.read_text().parse()?)
    }
}

fn string(format: KnownFormat, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(format)))
        .examples([serde_json::Value::from(example)])
        .into()
}

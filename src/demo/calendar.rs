//! Days counted from today: 0 is today, earlier days are negative.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;

use crate::db::{LocalDate, Timestamp};

/// A minute of a day. Later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Days from today.
    pub day: i32,
    /// Minutes since midnight.
    pub minute: i32,
}

impl Moment {
    /// `hour:minute` of a day.
    pub const fn at(day: i32, hour: i32, minute: i32) -> Self {
        Self { day, minute: 60 * hour + minute }
    }

    /// So many minutes later, or earlier.
    #[must_use]
    pub const fn plus(self, minutes: i32) -> Self {
        let sum = self.minute + minutes;
        Self { day: self.day + sum.div_euclid(1440), minute: sum.rem_euclid(1440) }
    }

    /// Minutes from an earlier moment to this one.
    pub const fn minutes_since(self, earlier: Self) -> i32 {
        (self.day - earlier.day) * 1440 + self.minute - earlier.minute
    }
}

/// Which day is today, where the clinic is.
#[derive(Debug, Clone)]
pub struct Calendar {
    today: LocalDate,
    zone: TimeZone,
    /// The minute it is.
    pub now: Moment,
}

impl Calendar {
    /// The calendar of a clinic at this instant.
    pub fn of(now: Timestamp, zone: TimeZone) -> Self {
        let local = zone.to_datetime(now.jiff());
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        Self { today: local.date().into(), zone, now: Moment { day: 0, minute } }
    }

    /// The calendar day.
    pub fn date(&self, day: i32) -> LocalDate {
        self.today.plus_days(i64::from(day))
    }

    /// The instant, with some seconds so that no two seem made by a machine.
    pub fn instant(&self, moment: Moment, milliseconds: i64) -> Timestamp {
        let moment = moment.plus(0);
        let (hour, minute) = (moment.minute / 60, moment.minute % 60);
        let time = Time::new(i8::try_from(hour).unwrap_or_default(), i8::try_from(minute).unwrap_or_default(), 0, 0)
            .unwrap_or(Time::midnight());
        let local = self.date(moment.day).civil().to_datetime(time);
        let start = self.zone.to_timestamp(local).map_or(Timestamp::from_milliseconds(0), Timestamp::from);
        Timestamp::from_milliseconds(start.milliseconds() + milliseconds.rem_euclid(60_000))
    }

    /// Whether the clinic is open on that day.
    pub fn is_workday(&self, day: i32) -> bool {
        !matches!(self.date(day).civil().weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The first workday from that day on.
    pub fn workday_from(&self, day: i32) -> i32 {
        (day..day + 7).find(|day| self.is_workday(*day)).unwrap_or(day)
    }

    /// The first Monday or Tuesday from that day on.
    pub fn start_of_week_from(&self, day: i32) -> i32 {
        let is_start = |day: i32| matches!(self.date(day).civil().weekday(), Weekday::Monday | Weekday::Tuesday);
        (day..day + 7).find(|day| is_start(*day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_where_the_clinic_is() {
        let zone = TimeZone::get("America/Denver").unwrap();
        let calendar = Calendar::of("2026-11-21T04:30:00Z".parse().unwrap(), zone);
        assert_eq!(calendar.date(0).to_string(), "2026-11-20");
        assert_eq!(calendar.now, Moment::at(0, 21, 30));
        assert_eq!(calendar.instant(Moment::at(0, 21, 30), 0).to_string(), "2026-11-21T04:30:00.000Z");
        assert_eq!(calendar.workday_from(1), 3);
        assert_eq!(Moment::at(0, 0, 10).plus(-20), Moment::at(-1, 23, 50));
        assert_eq!(Moment::at(1, 0, 5).minutes_since(Moment::at(0, 23, 55)), 10);
    }
}

//! A day of the calendar, for things that are allowed until one. Never asks what day it is.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(Date);

impl Day {
    /// The day of a moment, in UTC, so that it is the same one everywhere.
    #[must_use]
    pub fn of_seconds(seconds_since_1970: i64) -> Option<Self> {
        let moment = Timestamp::from_second(seconds_since_1970).ok()?;
        Some(Self(moment.to_zoned(TimeZone::UTC).date()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Day {
    type Err = String;

    /// Reads `2027-01-31`, and nothing that only looks like it.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is no day; write it as `2027-01-31`");
        let is_plain = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_plain {
            return Err(refused());
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().unwrap_or_default();
        let (month, day) = (i8::try_from(number(5..7)), i8::try_from(number(8..10)));
        let date = Date::new(number(0..4), month.unwrap_or_default(), day.unwrap_or_default());
        date.map(Self).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_are_read_strictly_and_compared() {
        let day = |text: &str| text.parse::<Day>();
        assert!(day("2027-01-31") < day("2027-02-01"));
        assert_eq!(day("2024-02-29").map(|day| day.to_string()), Ok("2024-02-29".to_owned()));
        for wrong in
            ["2027-02-29", "2027-13-01", "2027-1-31", "31.01.2027", "20270131", "2027-01-31T00", "é2027-01"]
        {
            assert!(day(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Day::of_seconds(1_795_000_000).map(|day| day.to_string()).as_deref(), Some("2026-11-18"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_day_or_refused(text in "\\PC{0,12}|[0-9]{4}-[0-9]{2}-[0-9]{2}") {
            if let Ok(day) = text.parse::<Day>() {
                prop_assert_eq!(day.to_string(), text);
            }
        }
    }
}

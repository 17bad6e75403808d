//! The plan page's state is its URL: what is asked to be other than it is, by which policy, and which block is looked at.
//!
//! ```text
//! /plan?find=                                 now, as it is; /plan alone is where somebody begins, at a view they chose
//! /plan?at=2022-03-12T02:00:00Z&pwv=0.8       at that time, with that water vapour [mm]
//! /plan?array=next                            with the next 12 m configuration of the schedule; or one by name: array=C-3
//! /plan?antennas=43&ar=0.55                   with an array of that resolution at 100 GHz [arcsec]
//! /plan?bands=3,6&el=30&sets=2&ha=-2,2&frac=0.8    bands and limits
//! /plan?policy=dsa-cycle3                     by another policy, or one version of it: policy=winter@2
//! /plan?sb=uid://A001/X158e/X200&find=band:6+-grade:C+R_Dor&failing=elevation&rows=all
//! /plan?pwv=2&pin=pwv%3D0.5                   beside another list, to see who rises and who falls
//! ```
//!
//! As on the triage page, what is not understood becomes a sentence and the rest applies; the API reads the same words and
//! refuses.

use domain::plan::block_filter::BlockFilter;
use domain::plan::checks::Check;
use domain::plan::observatory::{Configured, WhatIf};
use domain::plan::situation::Bands;
use domain::triage::filter::instant;

use super::{BadParameter, QueryString, not_too_long, pairs, set};

/// The wettest air that can be asked for \[mm\]; the atmosphere's table ends at 8.
pub const PWV_MAX_MM: f64 = 20.0;
/// The most antennas that can be asked for: the observatory has 66.
pub const ANTENNAS_MAX: u32 = 80;
/// The coarsest resolution that can be asked for at 100 GHz \[arcsec\].
pub const AR_MAX_ARCSEC: f64 = 100.0;
/// The longest filter \[characters\].
const FIND_MAX_CHARS: usize = 500;

/// A policy that is asked for: its name, and one version of it or the newest.
pub type Named = (String, Option<u32>);

/// What the URL of the plan page says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanQuery {
    /// What is asked to be other than it is.
    pub asked: WhatIf,
    /// The policy; the default where none is named.
    pub policy: Option<Named>,
    /// The block that is open, by its id.
    pub open: Option<String>,
    /// Which blocks are shown, as [`BlockFilter`] reads it.
    pub find: String,
    /// Of the blocks that are not listed, those that fail this check first.
    pub failing: Option<Check>,
    /// Whether every row is shown.
    pub all_rows: bool,
    /// The list beside which this one stands: its conditions and its policy.
    pub pin: Option<Box<PlanQuery>>,
}

/// What a URL says, and what of it does not apply.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What applies.
    pub query: PlanQuery,
    /// Parameters that do not apply.
    pub bad: Vec<BadParameter>,
}

/// Reads the parameters of a URL, in any order.
pub fn read(pairs: impl Iterator<Item = (String, String)>) -> Reading {
    let mut query = PlanQuery::default();
    let mut bad = Vec::new();
    let mut bands: Vec<u8> = Vec::new();
    let mut find = None;
    for (name, value) in pairs {
        let value = value.trim();
        let asked = &mut query.asked;
        // An empty field of a form says nothing.
        let read = match name.as_str() {
            _ if value.is_empty() => Ok(()),
            "at" => instant(value).and_then(|at| set(&mut asked.at, at)),
            "pwv" => within(value, 0.0, PWV_MAX_MM).and_then(|pwv| set(&mut asked.pwv_mm, pwv)),
            "array" => array(value).map(|configured| asked.configured = configured),
            "antennas" => antennas(value).and_then(|n| set(&mut asked.n_antennas, n)),
            "ar" => within(value, 0.001, AR_MAX_ARCSEC).and_then(|ar| set(&mut asked.ar_100ghz_arcsec, ar)),
            "el" => within(value, 0.0, 89.0).and_then(|limit| set(&mut asked.elevation_deg, limit)),
            "sets" => within(value, 0.0, 6.0).and_then(|limit| set(&mut asked.sets_in_h, limit)),
            "ha" => match value.split_once(',') {
                Some((from, to)) => within(from, -12.0, 12.0).and_then(|from| {
                    let to = within(to, -12.0, 12.0)?;
                    set(&mut asked.hour_angle_from_h, from)?;
                    set(&mut asked.hour_angle_to_h, to)
                }),
                None => Err("it is two hours with a comma between, such as -2,2".to_owned()),
            },
            "ha_from" => within(value, -12.0, 12.0).and_then(|limit| set(&mut asked.hour_angle_from_h, limit)),
            "ha_to" => within(value, -12.0, 12.0).and_then(|limit| set(&mut asked.hour_angle_to_h, limit)),
            "frac" => within(value, 0.0, 1.0).and_then(|limit| set(&mut asked.exec_frac, limit)),
            "bands" | "band" => value.split(',').try_for_each(|word| {
                let band = word.trim().parse().ok().filter(|band| (1..=10).contains(band));
                bands.push(
                    band.ok_or_else(|| "a band is a number from 1 to 10; commas stand between several".to_owned())?,
                );
                Ok(())
            }),
            "policy" => policy(value).and_then(|policy| set(&mut query.policy, policy)),
            "sb" => set(&mut query.open, value.to_owned()),
            "find" if value.chars().count() > FIND_MAX_CHARS => {
                Err(format!("at most {FIND_MAX_CHARS} characters are found"))
            }
            "find" => set(&mut find, value.to_owned()),
            "failing" => {
                value.parse::<Check>().map_err(|why| why.to_string()).and_then(|check| set(&mut query.failing, check))
            }
            "rows" if value == "all" => {
                query.all_rows = true;
                Ok(())
            }
            "rows" => Err("it is all, or not there".to_owned()),
            "pin" => pinned(value).and_then(|pin| set(&mut query.pin, pin)),
            _ => Err("there is no such parameter".to_owned()),
        };
        if let Err(why) = read {
            bad.push(BadParameter::new(&name, value, why));
        }
    }
    query.find = find.unwrap_or_default();
    if !bands.is_empty() {
        query.asked.bands = Some(bands.into_iter().collect::<Bands>()).filter(|&bands| bands != Bands::ALL);
    }
    let (from, to) = (query.asked.hour_angle_from_h, query.asked.hour_angle_to_h);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        bad.push(BadParameter::new("ha", &format!("{from},{to}"), "the first is after the last, so neither applies"));
        (query.asked.hour_angle_from_h, query.asked.hour_angle_to_h) = (None, None);
    }
    Reading { query, bad }
}

/// The list of a query string, written out as a view keeps it: conditions, policy and filter, without what is looked at. The error
/// says what of it is wrong, without its full stop.
pub fn kept(search: &str) -> Result<String, String> {
    let Reading { query, bad } = read(pairs(search));
    match bad.first() {
        Some(bad) => Err(bad.to_string()),
        None => {
            if let Some(misread) = BlockFilter::read(&query.find).1.first() {
                return Err(misread.to_string());
            }
            not_too_long(query.for_a_file().written_out())
        }
    }
}

fn within(text: &str, min: f64, max: f64) -> Result<f64, String> {
    match text.trim().replace('\u{2212}', "-").parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(format!("not a number from {min} to {max}")),
    }
}

fn antennas(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|n| (1..=ANTENNAS_MAX).contains(n));
    number.ok_or_else(|| format!("not a whole number from 1 to {ANTENNAS_MAX}"))
}

fn array(text: &str) -> Result<Configured, String> {
    match text {
        "now" => Ok(Configured::Scheduled),
        "next" => Ok(Configured::Next),
        name => name.parse().map(Configured::Named).map_err(|why: domain::facts::IllegalId| why.to_string()),
    }
}

fn policy(text: &str) -> Result<Named, String> {
    match text.rsplit_once('@') {
        None => Ok((text.to_owned(), None)),
        Some((name, version)) => match version.parse() {
            Ok(version) if !name.is_empty() => Ok((name.to_owned(), Some(version))),
            _ => Err("it is a name, or a name and a version such as winter@2".to_owned()),
        },
    }
}

/// How a pinned list is written that asks for nothing: as it is now.
const NOW: &str = "now";

fn pinned(text: &str) -> Result<Box<PlanQuery>, String> {
    if text == NOW {
        return Ok(Box::default());
    }
    let Reading { query, bad } = read(pairs(text));
    match bad.first() {
        Some(bad) => Err(bad.to_string()),
        None => Ok(Box::new(query.conditions())),
    }
}

impl PlanQuery {
    /// Only what the list is made by: conditions and policy.
    #[must_use]
    pub fn conditions(&self) -> Self {
        Self { asked: self.asked.clone(), policy: self.policy.clone(), ..Self::default() }
    }

    /// What a file holds: the list, and which blocks of it.
    #[must_use]
    pub fn for_a_file(&self) -> Self {
        Self { find: self.find.clone(), ..self.conditions() }
    }

    /// The same with a block open, or none.
    #[must_use]
    pub fn opening(&self, sb_uid: Option<&str>) -> Self {
        Self { open: sb_uid.map(str::to_owned), ..self.clone() }
    }

    /// The same beside itself as it is now.
    #[must_use]
    pub fn pinning(&self) -> Self {
        Self { pin: Some(Box::new(self.conditions())), ..self.clone() }
    }

    /// Now, as it is, by the same policy; what is looked at stays.
    #[must_use]
    pub fn as_it_is(&self) -> Self {
        Self { asked: WhatIf::default(), ..self.clone() }
    }

    /// Whether anything is asked to be other than it is.
    pub fn is_what_if(&self) -> bool {
        self.asked != WhatIf::default()
    }

    /// The address of the page. One that says nothing would be where somebody begins, so it says that nothing is looked for.
    pub fn href(&self) -> String {
        format!("/plan?{}", self.written_out())
    }

    /// The query string of a view that shows this.
    pub fn written_out(&self) -> String {
        let text = self.text();
        if text.is_empty() { "find=".to_owned() } else { text }
    }

    /// The address of something else that the same conditions apply to.
    pub fn at_path(&self, path: &str) -> String {
        let text = self.text();
        if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
    }

    /// The query string, without its `?`; what is as always is not written.
    pub fn text(&self) -> String {
        let mut text = QueryString::default();
        for (name, value) in self.pairs() {
            text.push(name, &value);
        }
        text.0
    }

    /// The parameters, without those that are as always.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let asked = &self.asked;
        let mut pairs = Vec::new();
        let mut push = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        push("at", asked.at.map(String::from));
        push("pwv", asked.pwv_mm.map(|number| number.to_string()));
        push(
            "array",
            match &asked.configured {
                Configured::Scheduled => None,
                Configured::Next => Some("next".to_owned()),
                Configured::Named(id) => Some(id.to_string()),
            },
        );
        push("antennas", asked.n_antennas.map(|n| n.to_string()));
        push("ar", asked.ar_100ghz_arcsec.map(|ar| ar.to_string()));
        push("el", asked.elevation_deg.map(|limit| limit.to_string()));
        push("sets", asked.sets_in_h.map(|limit| limit.to_string()));
        match (asked.hour_angle_from_h, asked.hour_angle_to_h) {
            (Some(from), Some(to)) => push("ha", Some(format!("{from},{to}"))),
            (from, to) => {
                push("ha_from", from.map(|limit| limit.to_string()));
                push("ha_to", to.map(|limit| limit.to_string()));
            }
        }
        push("frac", asked.exec_frac.map(|limit| limit.to_string()));
        push("bands", asked.bands.map(|bands| bands.iter().map(|band| band.to_string()).collect::<Vec<_>>().join(",")));
        push(
            "policy",
            self.policy.as_ref().map(|(name, version)| match version {
                Some(version) => format!("{name}@{version}"),
                None => name.clone(),
            }),
        );
        push("sb", self.open.clone());
        push("find", Some(self.find.clone()).filter(|find| !find.is_empty()));
        push("failing", self.failing.map(|check| check.to_string()));
        push("rows", self.all_rows.then(|| "all".to_owned()));
        let pinned =
            |pin: &PlanQuery| Some(pin.text()).filter(|text| !text.is_empty()).unwrap_or_else(|| NOW.to_owned());
        push("pin", self.pin.as_ref().map(|pin| pinned(pin)));
        pairs
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_address_is_now_as_it_is() {
        let Reading { query, bad } = read(pairs(""));
        assert_eq!((query.href(), query.is_what_if(), bad), ("/plan?find=".to_owned(), false, vec![]));
        assert_eq!(read(pairs("find=")).query, query);
    }

    #[test]
    fn empty_fields_of_a_form_say_nothing() {
        let Reading { query, bad } = read(pairs("at=&pwv=&array=&antennas=&ar=&el=&policy=&find="));
        assert_eq!((query, bad), (PlanQuery::default(), vec![]));
    }

    #[test]
    fn all_bands_of_a_form_are_no_choice() {
        let all: String = (1..=10).map(|band| format!("band={band}&")).collect();
        assert_eq!(read(pairs(&all)).query.asked.bands, None);
        assert_eq!(read(pairs("band=7&band=3")).query.href(), "/plan?bands=3,7");
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_applies() {
        let Reading { query, bad } = read(pairs("pwv=wet&el=35&ha=3,-3&band=11&policy=@2&nonsense=1"));
        let told: Vec<String> = bad.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "pwv=wet: not a number from 0 to 20",
                "band=11: a band is a number from 1 to 10; commas stand between several",
                "policy=@2: it is a name, or a name and a version such as winter@2",
                "nonsense=1: there is no such parameter",
                "ha=3,-3: the first is after the last, so neither applies",
            ]
        );
        assert_eq!(query.href(), "/plan?el=35");
    }

    #[test]
    fn a_pinned_list_keeps_its_conditions_and_not_what_was_looked_at() {
        let query = read(pairs("pwv=0.5&sb=uid://A001/X1&find=Dor")).query.pinning();
        assert_eq!(query.pin.as_ref().unwrap().href(), "/plan?pwv=0.5");
        assert_eq!(read(pairs(query.href().trim_start_matches("/plan?"))).query, query);
        let now = PlanQuery::default().pinning();
        assert_eq!(now.href(), "/plan?pin=now");
        assert_eq!(read(pairs("pin=now")).query, now);
    }

    proptest! {
        /// Every address that the page writes, it reads back as it was.
        #[test]
        fn what_is_written_is_read_back(
            numbers in prop::collection::vec(prop::option::of(0.01_f64..0.99), 5),
            bands in prop::option::of(prop::collection::vec(1_u8..=9, 1..9)),
            find in "[ -~é−]{0,20}",
            n in prop::option::of(1_u32..80),
            configured in 0_u8..3,
        ) {
            let asked = WhatIf {
                pwv_mm: numbers[0],
                configured: match configured {
                    0 => Configured::Scheduled,
                    1 => Configured::Next,
                    _ => Configured::Named("C-3".parse().unwrap()),
                },
                n_antennas: n,
                ar_100ghz_arcsec: numbers[1],
                bands: bands.map(|bands| bands.into_iter().collect()),
                elevation_deg: numbers[2],
                hour_angle_from_h: numbers[3].map(|hours| -hours),
                hour_angle_to_h: numbers[4],
                ..WhatIf::default()
            };
            let query = PlanQuery { asked, find: find.trim().to_owned(), ..PlanQuery::default() };
            let read = read(pairs(&query.text()));
            prop_assert_eq!(read.bad, vec![]);
            prop_assert_eq!(read.query, query);
        }
    }
}

//! The log as it grows: what was written down, what was broken, and the counters that keep every id unique.

use domain::facts::{Array, Downtime, DowntimeKind, Execution, Facts, Id, Purpose, Qa0, Status};
use domain::family::{Families, Family};
use domain::findings::FindingType;
use domain::time::{DAY_S, Instant, Span};

use super::breakages::{NearMiss, Planted};
use super::chance::Chance;
use super::projects::{Programme, cycle_name, cycle_year};

/// How long a QA0 may wait \[s\] (our own choice: people catch up within three days).
const QA0_PENDING_S: i64 = 3 * DAY_S;

/// What calibrates the observatory, and how much more often than the rarest.
const CALIBRATIONS: [(&str, u32); 7] = [
    ("Pointing model, all bands", 3),
    ("Flux calibrator J0510+1800", 4),
    ("Flux calibrator J1924-2914", 4),
    ("Antenna position baseline run", 3),
    ("Delay calibration after recabling", 2),
    ("Bandpass of J2258-2758", 3),
    ("Focus curve", 2),
];
/// What tests it.
const TESTS: [(&str, u32); 6] = [
    ("IF delay measurement (default)", 3),
    ("Single dish scan pattern check", 2),
    ("Correlator mode check", 2),
    ("Total power stability", 2),
    ("Phase-up of the array", 1),
    ("New software release, regression", 2),
];
/// What breaks; the words are ours.
const FAULTS: [(&str, u32); 8] = [
    ("LO photonic reference unlock", 5),
    ("Correlator restart", 4),
    ("Antenna drive fault, array blocked", 5),
    ("Cryostat warm-up, band unusable", 2),
    ("Control software restart", 4),
    ("Network outage between site and base", 2),
    ("No water vapour radiometer data", 3),
    ("Power glitch, antennas recovering", 2),
];
const NOTHING_TO_SCHEDULE: [(&str, u32); 3] = [
    ("No block for this sidereal time", 4),
    ("No block below the water vapour limit", 3),
    ("Waiting for configuration change", 2),
];
const BAD_AIR: [(&str, u32); 3] =
    [("Phase rms out of limits", 4), ("Snow on the dishes", 1), ("Humidity above 95 %, ice", 2)];

/// An id made here, from letters, digits and a few signs.
#[expect(clippy::expect_used, reason = "made from letters and digits, far below 256 bytes: legal by construction")]
pub(super) fn legal_id(text: String) -> Id {
    Id::try_from(text).expect("an id made of letters and digits")
}

/// Everything written down so far.
pub(super) struct Logbook {
    pub(super) facts: Facts,
    pub(super) broken: Vec<Planted>,
    pub(super) near_misses: Vec<NearMiss>,
    pub(super) programme: Programme,
    pub(super) chance: Chance,
    pub(super) now: Instant,
    n_arrays: usize,
}

impl Logbook {
    pub(super) fn new(programme: Programme, now: Instant, chance: Chance) -> Self {
        let (facts, broken, near_misses) = (Facts::default(), Vec::new(), Vec::new());
        Self { facts, broken, near_misses, programme, chance, now, n_arrays: 0 }
    }

    /// A PI execution about to begin, with the QA0 that people gave it; its times are still missing.
    pub(super) fn pi_execution(&mut self, family: Family, at: Instant) -> Execution {
        let mut execution = self.blank(Purpose::Pi, family, at);
        if let Some(place) = self.programme.block_that_is_up(family, at, &mut self.chance)
            && let Some(block) = self.programme.blocks.get(place)
        {
            execution.sb_uid = block.id.to_string();
            execution.sb_name = block.name.clone();
            execution.project_code = block.project_code.clone();
            execution.band = block.band;
            // The source is what stands before `_a_06_TM1`.
            execution.subject = block.name.rsplitn(4, '_').last().unwrap_or_default().to_owned();
            (execution.status, execution.qa0) = self.outcome(at);
            if matches!(execution.qa0, Some(Qa0::Pass | Qa0::Pending)) {
                self.programme.observed(place);
            }
        }
        if execution.status == Status::Fail && self.chance.happens(0.6) {
            execution.ticket = self.ticket();
        }
        execution
    }

    /// A calibration of the observatory.
    pub(super) fn calibration(&mut self, family: Family, at: Instant) -> Execution {
        let mut execution = self.blank(Purpose::Calibration, family, at);
        execution.subject = self.chance.weighted(CALIBRATIONS).to_owned();
        execution.status = self.chance.weighted([(Status::Success, 93), (Status::Fail, 5), (Status::Aborted, 2)]);
        execution
    }

    /// A test.
    pub(super) fn test(&mut self, family: Family, at: Instant) -> Execution {
        let mut execution = self.blank(Purpose::Test, family, at);
        execution.subject = self.chance.weighted(TESTS).to_owned();
        execution
    }

    /// An execution that succeeded, without times, array or block.
    fn blank(&mut self, purpose: Purpose, family: Family, at: Instant) -> Execution {
        let n = self.facts.executions.len();
        let code = format!("{}.{:05}.CSV", cycle_name(cycle_year(at)), self.chance.whole(1, 99));
        Execution {
            // A new leading number every 512 executions, as the archive does every few days.
            id: legal_id(format!("uid://A002/Xf{:x}/X{:x}", 0x5_a2c1 + n / 512 * 0x1f3, 0x1a + n % 512 * 0x1b)),
            sb_uid: String::new(),
            sb_name: String::new(),
            project_code: code,
            array_id: String::new(),
            family: Some(family),
            band: Some(self.chance.weighted([(3, 40), (6, 35), (7, 25)])),
            purpose,
            status: Status::Success,
            qa0: None,
            start: None,
            end: None,
            subject: String::new(),
            ticket: String::new(),
        }
    }

    /// How a PI execution ends, and what its QA0 says by now (rates are our own choice: most pass).
    fn outcome(&mut self, at: Instant) -> (Status, Option<Qa0>) {
        let judged = self.chance.weighted([
            ((Status::Success, Some(Qa0::Pass)), 78),
            ((Status::Success, Some(Qa0::SemiPass)), 8),
            ((Status::Fail, Some(Qa0::Fail)), 6),
            ((Status::Aborted, Some(Qa0::Fail)), 2),
            ((Status::Aborted, None), 2),
            ((Status::Success, Some(Qa0::Pending)), 3),
            ((Status::Success, None), 1),
        ]);
        let is_recent = self.now.since(at) < QA0_PENDING_S;
        if is_recent && judged.0 == Status::Success && self.chance.happens(0.55) {
            (Status::Success, Some(Qa0::Pending))
        } else {
            judged
        }
    }

    /// `PRTSIR-33616`
    pub(super) fn ticket(&mut self) -> String {
        format!("PRTSIR-{}", self.chance.whole(30_000, 39_999))
    }

    /// Writes a downtime down and returns its id.
    pub(super) fn downtime(
        &mut self,
        kind: DowntimeKind,
        families: Families,
        start: Instant,
        end: Option<Instant>,
        comment: Option<&str>,
    ) -> Id {
        let id = legal_id(format!("DT-{:05}", self.facts.downtimes.len() + 1));
        let chosen = match kind {
            DowntimeKind::Weather => self.chance.weighted(BAD_AIR),
            DowntimeKind::Technical => self.chance.weighted(FAULTS),
            DowntimeKind::Scheduling => self.chance.weighted(NOTHING_TO_SCHEDULE),
        };
        let ticket =
            if kind == DowntimeKind::Technical && self.chance.happens(0.7) { self.ticket() } else { String::new() };
        let comment = comment.unwrap_or(chosen).to_owned();
        self.facts.downtimes.push(Downtime { id: id.clone(), kind, families, start, end, comment, ticket });
        id
    }

    /// `Array011`: a new one, never used before.
    pub(super) fn array_id(&mut self) -> Id {
        self.n_arrays += 1;
        legal_id(format!("Array{:03}", 10 + self.n_arrays))
    }

    /// Writes an array down.
    pub(super) fn array(&mut self, mut array: Array) {
        let antennas = match array.family {
            Family::Twelve => self.chance.whole(38, 50),
            Family::Seven => self.chance.whole(8, 12),
            Family::TotalPower => self.chance.whole(2, 4),
        };
        array.antennas = antennas.to_string();
        self.facts.arrays.push(array);
    }

    /// Notes a finding that must follow.
    pub(super) fn plant(
        &mut self,
        kind: FindingType,
        family: Option<Family>,
        shift: Option<&Id>,
        ids: &[&str],
        span: Option<Span>,
    ) -> usize {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        self.broken.push(Planted { kind, family, shift: shift.cloned(), ids, span });
        self.broken.len() - 1
    }
}

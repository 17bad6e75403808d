//! A number's formula with the values of a window put in, as it would be written on paper: `620 / (49,012 + 620) = 1.249 %`.
//!
//! docs/METRICS.md works each number out for one week; a test holds its examples equal to what is written here.

use super::{Metric, Sums, Unit};
use crate::decimal::thousands;
use crate::facts::Qa0;
use crate::ledger::Owner;
use crate::time::HOUR_S;

impl Metric {
    /// The formula in seconds, or in executions, and what comes out.
    pub fn worked(self, sums: &Sums) -> String {
        let s = |owner| thousands(sums.seconds(owner));
        let n = |qa0| thousands(sums.n_executions(qa0));
        let (a, d) = (thousands(available_s(sums)), thousands(observable_s(sums)));
        let (pass, pending, semipass, fail) =
            (s(Owner::PiPass), s(Owner::PiPending), s(Owner::PiSemiPass), s(Owner::PiFail));
        let (calibration, test) = (s(Owner::CalibrationSuccess), s(Owner::Test));
        let shift = thousands(sums.shift_s());
        let formula = match self {
            Self::ShiftDuration
            | Self::Handover
            | Self::Pass
            | Self::Pending
            | Self::SemiPass
            | Self::Fail
            | Self::CalibrationSuccess
            | Self::Weather
            | Self::Technical
            | Self::Scheduling => in_hours(self.quotient(sums).numerator),
            Self::Remaining => {
                let remaining = self.quotient(sums).numerator;
                format!(
                    "{d} − {pass} − {pending} − {semipass} − {fail} − {calibration} = {} s; {}",
                    thousands(remaining),
                    in_hours(remaining)
                )
            }
            Self::OperationEfficiency => format!("({pass} + {calibration}) / {a}"),
            Self::ObservationEfficiency => format!("({pass} + {calibration}) / {d}"),
            Self::TestingRate => format!("{test} / ({d} + {test})"),
            Self::FailLossRate => format!("({semipass} + {fail}) / {d}"),
            Self::CalibrationRate => format!("{calibration} / ({pass} + {calibration})"),
            Self::FailureRate => format!(
                "({1} + {2}) / ({0} + {3} + {1} + {2})",
                n(Qa0::Pass),
                n(Qa0::SemiPass),
                n(Qa0::Fail),
                n(Qa0::Pending)
            ),
            Self::TimeCompleteness => format!("1 − {} / {shift}", thousands(sums.undetermined_s)),
            Self::BacklogRate => format!("{1} / ({0} + {1})", n(Qa0::Pass), n(Qa0::Pending)),
        };
        let sign = if self.unit() == Unit::Percent && self.thousandths(sums).is_some() { " %" } else { "" };
        format!("{formula} = {}{sign}", self.text(sums))
    }

    /// A and D worked out, where the formula speaks of them.
    pub fn worked_bases(self, sums: &Sums) -> Option<String> {
        let s = |owner| thousands(sums.seconds(owner));
        let a = format!(
            "A = {} − {} − {} − {} = {} s",
            thousands(sums.shift_s()),
            s(Owner::Handover),
            s(Owner::Weather),
            s(Owner::Test),
            thousands(available_s(sums))
        );
        match self {
            Self::OperationEfficiency => Some(a),
            Self::Remaining | Self::ObservationEfficiency | Self::TestingRate | Self::FailLossRate => Some(format!(
                "{a}; D = {} − {} − {} = {} s",
                thousands(available_s(sums)),
                s(Owner::Technical),
                s(Owner::Scheduling),
                thousands(observable_s(sums))
            )),
            _ => None,
        }
    }
}

fn in_hours(seconds: i64) -> String {
    format!("{} / {}", thousands(seconds), thousands(HOUR_S))
}

/// A of domain.md §5 \[s\].
fn available_s(sums: &Sums) -> i64 {
    let of = |owner| sums.seconds(owner);
    sums.shift_s() - of(Owner::Handover) - of(Owner::Weather) - of(Owner::Test)
}

/// D of domain.md §5 \[s\].
fn observable_s(sums: &Sums) -> i64 {
    available_s(sums) - sums.seconds(Owner::Technical) - sums.seconds(Owner::Scheduling)
}

//! What the demo's astronomer decided, so that there is something to go by: suggestions and their hit rates show from the start.

use std::collections::BTreeMap;

use domain::findings::{FindingType, Priority};
use domain::time::{DAY_S, HOUR_S};
use domain::triage::FindingRow;
use domain::triage::decision::{Change, Edit, Target};
use store::{ActionError, Demo, Store};

use super::chance::Chance;

/// The demo's account that triages.
const AUTHOR: &str = "astronomer";
/// The last weeks are left for whoever tries the demo (our own choice).
const LEFT_DAYS: i64 = 28;
/// More shifts than any demo has.
const SHIFTS_MAX: i64 = 100_000;

/// Goes through all shifts but the latest, as people do: most findings in the usual way, some in another, some not at all. What
/// was decided already, by a start that was stopped, stays.
pub async fn decide(store: &Store, demo: Demo) -> Result<(), ActionError> {
    let mut shifts = store.shifts(None, Some(demo.now.plus(-LEFT_DAYS * DAY_S)), SHIFTS_MAX).await?;
    shifts.reverse();
    let mut chance = Chance::new(demo.seed, 9);
    for shift in shifts {
        decide_shift(store, shift.id.as_str(), &mut chance).await?;
    }
    Ok(())
}

/// One shift: what is decided in the same way is decided together.
async fn decide_shift(store: &Store, shift: &str, chance: &mut Chance) -> Result<(), ActionError> {
    let mut together: BTreeMap<String, (Change, Vec<Target>)> = BTreeMap::new();
    for row in store.findings_of_shift(shift).await? {
        let Some(edit) = verdict(&row, chance) else { continue };
        let change = Change::from(edit);
        let target = Target { finding: row.id, row_version: None };
        together.entry(change.sentence()).or_insert((change, Vec::new())).1.push(target);
    }
    for (change, targets) in together.into_values() {
        store.act(AUTHOR, &targets, &change).await?;
    }
    Ok(())
}

/// What the astronomer makes of a finding; draws the same number of chances for each, so that a start that goes on draws alike.
fn verdict(row: &FindingRow, chance: &mut Chance) -> Option<Edit> {
    let (looks, as_usual) = (chance.happens(0.85), chance.happens(0.93));
    let dismissed = |because: &str| because.to_owned().try_into().ok().map(|because| Edit::Dismiss { because });
    let is_long = row.span.is_some_and(|span| span.seconds() >= HOUR_S);
    let usual = match row.kind {
        FindingType::Handover if !is_long => dismissed("a usual handover"),
        FindingType::EndShift if !is_long => dismissed("the queue ended before the shift"),
        FindingType::ArrayRecreation if !is_long => dismissed("recreating the array takes its time"),
        FindingType::TestingTimeGap => dismissed("set-up of a test"),
        FindingType::FailedExecutionGap => Some(Edit::Priority(Some(Priority::High))),
        FindingType::Other if is_long => Some(Edit::Type(Some(FindingType::SchedulingDowntime))),
        _ => Some(Edit::Confirm),
    };
    let unusual =
        if matches!(usual, Some(Edit::Confirm)) { dismissed("mended in the log") } else { Some(Edit::Confirm) };
    if !looks {
        None
    } else if as_usual {
        usual
    } else {
        unusual
    }
}

//! The definition of each efficiency number, as docs/METRICS.md has it: the pages and the document are one text.

use std::sync::LazyLock;

use domain::efficiency::Metric;

/// What a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The number.
    pub metric: Metric,
    /// The question that it answers.
    pub question: &'static str,
    /// How it is made.
    pub formula: &'static str,
    /// What it counts.
    pub unit: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// It worked out for the week of the talk.
    pub example: &'static str,
    /// Raised whenever the definition changes.
    pub version: u32,
}

static DOCUMENT: &str = include_str!("../../docs/METRICS.md");

/// The definition of a number. `None` when the document lacks it, which a test forbids.
pub fn definition(metric: Metric) -> Option<&'static Definition> {
    static ALL: LazyLock<Vec<Definition>> = LazyLock::new(|| Metric::ALL.iter().filter_map(|&m| read(m)).collect());
    ALL.iter().find(|definition| definition.metric == metric)
}

fn read(metric: Metric) -> Option<Definition> {
    let (_, efficiency) = DOCUMENT.split_once("\n## Efficiency: the numbers of a window\n")?;
    let (_, section) = efficiency.split_once(&format!("\n### {metric}\n"))?;
    let section = section.split("\n#").next()?;
    let mut lines = section.lines().filter(|line| !line.is_empty());
    let question = lines.next()?;
    let field = |name: &str| {
        let line =
            section.lines().find_map(|line| line.strip_prefix("- **")?.strip_prefix(name)?.strip_prefix("**: "))?;
        line.strip_suffix('.')
    };
    Some(Definition {
        metric,
        question,
        formula: field("Formula")?,
        unit: field("Unit")?,
        source: field("Source")?,
        example: field("Example")?,
        version: field("Version")?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use domain::efficiency::Sums;
    use domain::ledger::Owner;

    use super::*;

    /// The week of the talk, as the document gives it.
    fn example_week() -> Sums {
        let mut seconds = [0; Owner::ALL.len()];
        for (owner, s) in [
            (Owner::Handover, 2_191),
            (Owner::PiPass, 13_070),
            (Owner::PiPending, 6_790),
            (Owner::PiSemiPass, 13_721),
            (Owner::CalibrationSuccess, 7_231),
            (Owner::Weather, 465_213),
            (Owner::Test, 620),
            (Owner::Idle, 8_200),
        ] {
            seconds[owner as usize] = s;
        }
        let mut sums = Sums::from(seconds);
        (sums.n_pass, sums.n_pending, sums.n_semipass) = (4, 3, 6);
        sums
    }

    #[test]
    fn each_number_is_worked_out_in_the_document_as_the_pages_work_it_out() {
        for &metric in Metric::ALL {
            let definition = definition(metric).ok_or(metric).unwrap();
            assert_eq!(definition.example, metric.worked(&example_week()), "{metric}");
            assert!(definition.question.ends_with('?'), "{metric}: {}", definition.question);
        }
        // What A and D stand for.
        let bases = Metric::ObservationEfficiency.worked_bases(&example_week()).unwrap();
        let a = "A = 517,036 − 2,191 − 465,213 − 620 = 49,012 s";
        assert_eq!(bases, format!("{a}; D = 49,012 − 0 − 0 = 49,012 s"));
        assert!(DOCUMENT.contains(a));
    }

    #[test]
    fn a_formula_is_changed_together_with_its_version() {
        let versions: Vec<String> = Metric::ALL
            .iter()
            .map(|&metric| {
                definition(metric).map_or_else(String::new, |d| format!("{metric} v{}: {}", d.version, d.formula))
            })
            .collect();
        insta::assert_snapshot!(versions.join("\n"));
    }
}

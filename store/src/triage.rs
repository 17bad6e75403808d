//! The triage list: findings as people see them, what they decided laid over what the log says.
//!
//! [`Store::findings`] answers a page in three queries. The first asks as of when. The second counts the findings of the
//! period by every combination of class, priority, type, family and state: a few hundred rows at most, however many findings,
//! from which all counts beside the filters follow by addition. The third, at the same time, fetches the rows of the page.

use chrono::{DateTime, Utc};
use domain::family::Family;
use domain::findings::{Class, FindingType, Priority};
use domain::labelled::UnknownLabel;
use domain::time::{DAY_S, Instant, Span};
use domain::triage::filter::{Column, Filter, Period, Sort};
use domain::triage::{Count, Decided, Facets, FindingPage, FindingRow, State};
use futures_util::future::try_join;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// What can happen to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// The log said it for the first time.
    Detected,
    /// Its times or texts changed.
    Moved,
    /// The log no longer says it.
    Resolved,
    /// The log says it again.
    Reopened,
}

/// One line of a finding's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// When the store wrote it.
    pub at: Instant,
    /// What happened.
    pub what: EventKind,
    /// What the log said before, where it said something else or nothing now: `end 2022-03-12T21:20:13Z, priority Low`.
    pub before: String,
    /// What the log says since, in the same words.
    pub after: String,
}

impl Store {
    /// One page of the list, `limit` rows after the first `offset` (less than none counts as none), with the counts beside
    /// its filters.
    pub async fn findings(
        &self,
        filter: &Filter,
        sort: Sort,
        offset: i64,
        limit: i64,
    ) -> Result<FindingPage, StoreError> {
        let as_of = self.as_of().await?;
        let when = self.when(filter.period, as_of).await?;
        let (combinations, rows) =
            try_join(self.combinations(&when), self.page(filter, &when, sort, offset, limit)).await?;
        let (n_matching, matching_s) = combinations
            .iter()
            .filter(|combination| combination.passes(filter).all())
            .fold((0, 0), |(n, seconds), combination| (n + combination.n, seconds + combination.seconds));
        Ok(FindingPage { rows, n_matching, matching_s, facets: facets(&combinations, filter), as_of })
    }

    /// One finding.
    pub async fn finding(&self, id: i64) -> Result<Option<FindingRow>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from finding
            where id = $1",
            id,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(FindingRow::try_from).transpose()
    }

    /// The findings of these numbers, in the order of the numbers; one that does not exist is not there.
    pub async fn findings_by_ids(&self, ids: &[i64]) -> Result<Vec<FindingRow>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"
            select id as "id!", key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from unnest($1::bigint[]) with ordinality as asked (id, place)
            join finding using (id)
            order by place
            "#,
            ids,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingRow::try_from).collect()
    }

    /// The ids of the facts in its identity, in the order of domain.md §4; empty when there is no such finding.
    pub async fn finding_ids(&self, id: i64) -> Result<Vec<String>, StoreError> {
        let ids = sqlx::query_scalar!("select ids from finding where id = $1", id).fetch_optional(&self.pool).await?;
        Ok(ids.unwrap_or_default())
    }

    /// The open findings of a shift, by family, then by time.
    pub async fn findings_of_shift(&self, shift_id: &str) -> Result<Vec<FindingRow>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id, start_at, end_at,
                shown_tags, shown_comment, decided_type, decided_class, decided_priority, decided_tags, decided_comment,
                decided_state, assignee, snoozed_until, dismissed_because, n_comments, part_of, merged_into, row_version,
                change_seq
            from finding
            where shift_id = $1 and shown_state = 'Open'
            order by array_position(array['12 [m]', '7 [m]', 'Total Power'], family::text), start_at, end_at, id",
            shift_id,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingRow::try_from).collect()
    }

    /// What the log did to a finding, oldest first; empty when there is no such finding.
    pub async fn history(&self, finding: i64) -> Result<Vec<FindingEvent>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            "select id, at, what, before, after from finding_event where finding_id = $1 and action_id is null order by id",
            finding,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(FindingEvent::try_from).collect()
    }

    /// The *now* of the last detection.
    pub async fn as_of(&self) -> Result<Option<Instant>, StoreError> {
        let now = sqlx::query_scalar!("select now_used from detection").fetch_optional(&self.pool).await?;
        let corrupt = |why| StoreError::Corrupt { table: "detection", id: "1".to_owned(), why };
        now.map(|now| Instant::try_from(now).map_err(|why| corrupt(why.to_string()))).transpose()
    }

    /// The period as a condition on times and shifts. Before the first detection nothing is recent.
    async fn when(&self, period: Period, as_of: Option<Instant>) -> Result<When, StoreError> {
        Ok(match (period, as_of) {
            (Period::All, _) => When::default(),
            (Period::Between { from, to }, _) => When::between(from, to),
            // From seven days ago up to and with this second: what runs until now has its end now.
            (Period::LastSevenDays, Some(now)) => When::between(Some(now.plus(-7 * DAY_S)), Some(now.plus(1))),
            (Period::LastShift, Some(now)) => When::of(self.latest_shifts(now).await?),
            (Period::LastSevenDays | Period::LastShift, None) => When::of(vec![]),
        })
    }

    /// Family and id of the latest valid SCIOPS shift of each family that has begun.
    async fn latest_shifts(&self, now: Instant) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select distinct on (family) family as "family!", id
            from shift
            cross join unnest(families) as family
            where kind = 'SCIOPS' and start_at < $1
                and (end_at > start_at or end_at is null and start_at > $1 - interval '1 day')
            order by family, start_at desc, id
            "#,
            DateTime::<Utc>::from(now),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.family, row.id)).collect())
    }

    /// How many findings of the period share all five facet values, and their time together.
    async fn combinations(&self, when: &When) -> Result<Vec<Combination>, StoreError> {
        let rows = sqlx::query_as!(
            CombinationRow,
            r#"
            select shown_class, shown_priority, shown_type, family, shown_state,
                count(*) as "n!", sum(duration_s)::bigint as "seconds!"
            from finding
            where ($1::timestamptz is null or end_at >= $1) and ($2::timestamptz is null or end_at < $2)
                and ($3::text[] is null or exists (
                    select from unnest($3, $4::text[]) as latest (of_family, id)
                    where shift_id = latest.id and coalesce(family, of_family) = of_family
                ))
            group by shown_class, shown_priority, shown_type, family, shown_state
            "#,
            when.from,
            when.to,
            when.families.as_deref(),
            when.shifts.as_deref(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Combination::try_from).collect()
    }

    async fn page(
        &self,
        filter: &Filter,
        when: &When,
        sort: Sort,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<FindingRow>, StoreError> {
        let classes = asked_for(&filter.class, |class| class.label());
        let priorities = asked_for(&filter.priority, |priority| priority.label());
        let kinds = asked_for(&filter.kind, |kind| kind.label());
        let families = asked_for(&filter.family, |&family| Family::label_of(family));
        let states = asked_for(&filter.state, |state| state.label());
        // Written out once for each order, so that each is a query of its own: checked, planned, and `end` served by an index.
        macro_rules! page_by {
            ($order:tt) => {
                sqlx::query_as!(
                    Row,
                    r#"
                    select id, key, shown_type, shown_class, shown_priority, shown_state, family, shift_id,
                        start_at, end_at, shown_tags, shown_comment, decided_type, decided_class, decided_priority,
                        decided_tags, decided_comment, decided_state, assignee, snoozed_until, dismissed_because,
                        n_comments, part_of, merged_into, row_version, change_seq
                    from finding
                    where ($1::timestamptz is null or end_at >= $1) and ($2::timestamptz is null or end_at < $2)
                        and ($3::text[] is null or exists (
                            select from unnest($3, $4::text[]) as latest (of_family, id)
                            where shift_id = latest.id and coalesce(family, of_family) = of_family
                        ))
                        and ($5::text[] is null or shown_class = any($5))
                        and ($6::text[] is null or shown_priority = any($6))
                        and ($7::text[] is null or shown_type = any($7))
                        and ($8::text[] is null or coalesce(family, '-') = any($8))
                        and ($9::text[] is null or shown_state = any($9))
                    order by "# + $order + r#" end_at desc nulls last, id
                    offset greatest($10::bigint, 0)
                    limit greatest($11::bigint, 0)
                    "#,
                    when.from,
                    when.to,
                    when.families.as_deref(),
                    when.shifts.as_deref(),
                    classes.as_deref(),
                    priorities.as_deref(),
                    kinds.as_deref(),
                    families.as_deref(),
                    states.as_deref(),
                    offset,
                    limit,
                )
                .fetch_all(&self.pool)
                .await?
            };
        }
        // Texts go byte by byte, like ids: the same order on every machine. What has no time is last either way.
        let rows = match (sort.column, sort.descending) {
            (Column::End, true) => page_by!(""),
            (Column::End, false) => page_by!("end_at asc nulls last,"),
            (Column::Class, true) => page_by!(r#"shown_class collate "C" desc,"#),
            (Column::Class, false) => page_by!(r#"shown_class collate "C" asc,"#),
            (Column::Kind, true) => page_by!(r#"shown_type collate "C" desc,"#),
            (Column::Kind, false) => page_by!(r#"shown_type collate "C" asc,"#),
            (Column::Tags, true) => page_by!("shown_tags desc,"),
            (Column::Tags, false) => page_by!("shown_tags asc,"),
            (Column::Duration, true) => page_by!("duration_s desc,"),
            (Column::Duration, false) => page_by!("duration_s asc,"),
            (Column::Comment, true) => page_by!("shown_comment desc,"),
            (Column::Comment, false) => page_by!("shown_comment asc,"),
            (Column::Priority, true) => {
                page_by!("array_position(array['Blocker', 'High', 'Medium', 'Low', 'None'], shown_priority) asc,")
            }
            (Column::Priority, false) => {
                page_by!("array_position(array['Blocker', 'High', 'Medium', 'Low', 'None'], shown_priority) desc,")
            }
            (Column::Family, true) => page_by!(r#"coalesce(family, '-') collate "C" desc,"#),
            (Column::Family, false) => page_by!(r#"coalesce(family, '-') collate "C" asc,"#),
        };
        rows.into_iter().map(FindingRow::try_from).collect()
    }
}

/// A period as the queries take it; all `None` is any time.
#[derive(Debug, Default)]
struct When {
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    /// Only findings of these shifts, and of the family beside each; the lists are of one length.
    families: Option<Vec<String>>,
    shifts: Option<Vec<String>>,
}

/// 0000-01-01T00:00:00Z, before which there is no [`Instant`].
const EARLIEST: Option<DateTime<Utc>> = DateTime::from_timestamp(-62_167_219_200, 0);

impl When {
    /// A missing side is open. What has no time is outside, even when both are.
    fn between(from: Option<Instant>, to: Option<Instant>) -> Self {
        Self { from: from.map(DateTime::from).or(EARLIEST), to: to.map(DateTime::from), ..Self::default() }
    }

    fn of(latest: Vec<(String, String)>) -> Self {
        let (families, shifts) = latest.into_iter().unzip();
        Self { families: Some(families), shifts: Some(shifts), ..Self::default() }
    }
}

/// The labels that a filter lets through; `None` when it lets all through.
fn asked_for<T>(values: &[T], label: impl Fn(&T) -> &'static str) -> Option<Vec<String>> {
    (!values.is_empty()).then(|| values.iter().map(|value| label(value).to_owned()).collect())
}

/// Findings that share all five facet values.
struct Combination {
    class: Class,
    priority: Priority,
    kind: FindingType,
    family: Option<Family>,
    state: State,
    n: i64,
    seconds: i64,
}

/// Which of the five filters a combination passes.
struct Passes {
    class: bool,
    priority: bool,
    kind: bool,
    family: bool,
    state: bool,
}

impl Combination {
    fn passes(&self, filter: &Filter) -> Passes {
        fn asked<T: PartialEq>(asked_for: &[T], value: &T) -> bool {
            asked_for.is_empty() || asked_for.contains(value)
        }
        Passes {
            class: asked(&filter.class, &self.class),
            priority: asked(&filter.priority, &self.priority),
            kind: asked(&filter.kind, &self.kind),
            family: asked(&filter.family, &self.family),
            state: asked(&filter.state, &self.state),
        }
    }
}

impl Passes {
    const fn all(&self) -> bool {
        self.class && self.priority && self.kind && self.family && self.state
    }
}

/// The counts beside the filters. A facet's own filter does not count for it: its numbers say what choosing would give.
fn facets(combinations: &[Combination], filter: &Filter) -> Facets {
    fn count<T: Copy + PartialEq>(
        values: impl IntoIterator<Item = T>,
        combinations: &[(&Combination, Passes)],
        value_of: impl Fn(&Combination) -> T,
        passes_others: impl Fn(&Passes) -> bool,
    ) -> Vec<Count<T>> {
        let n = |value: T, counts: &dyn Fn(&Passes) -> bool| {
            let having = combinations.iter().filter(|(combination, _)| value_of(combination) == value);
            having.filter(|(_, passes)| counts(passes)).map(|(combination, _)| combination.n).sum()
        };
        let count = |value| Count { value, in_view: n(value, &passes_others), total: n(value, &|_| true) };
        values.into_iter().map(count).collect()
    }
    let all: Vec<_> = combinations.iter().map(|combination| (combination, combination.passes(filter))).collect();
    let classes = Class::ALL.iter().copied();
    let priorities = Priority::ALL.iter().copied();
    let kinds = FindingType::ALL.iter().copied();
    let families = Family::ALL.into_iter().map(Some).chain([None]);
    let states = State::ALL.iter().copied();
    Facets {
        class: count(classes, &all, |c| c.class, |p| Passes { class: true, ..*p }.all()),
        priority: count(priorities, &all, |c| c.priority, |p| Passes { priority: true, ..*p }.all()),
        kind: count(kinds, &all, |c| c.kind, |p| Passes { kind: true, ..*p }.all()),
        family: count(families, &all, |c| c.family, |p| Passes { family: true, ..*p }.all()),
        state: count(states, &all, |c| c.state, |p| Passes { state: true, ..*p }.all()),
    }
}

struct Row {
    id: i64,
    key: String,
    shown_type: String,
    shown_class: String,
    shown_priority: String,
    shown_state: String,
    family: Option<String>,
    shift_id: Option<String>,
    start_at: Option<DateTime<Utc>>,
    end_at: Option<DateTime<Utc>>,
    shown_tags: String,
    shown_comment: String,
    decided_type: Option<String>,
    decided_class: Option<String>,
    decided_priority: Option<String>,
    decided_tags: Option<String>,
    decided_comment: Option<String>,
    decided_state: Option<String>,
    assignee: Option<String>,
    snoozed_until: Option<DateTime<Utc>>,
    dismissed_because: Option<String>,
    n_comments: i32,
    part_of: Option<i64>,
    merged_into: Option<i64>,
    row_version: i64,
    change_seq: i64,
}

struct CombinationRow {
    shown_class: String,
    shown_priority: String,
    shown_type: String,
    family: Option<String>,
    shown_state: String,
    n: i64,
    seconds: i64,
}

struct EventRow {
    id: i64,
    at: DateTime<Utc>,
    what: String,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
}

/// For `map_err`: which finding has a column that is no value of the domain.
fn corrupt<E: ToString>(id: impl ToString) -> impl Fn(E) -> StoreError {
    let id = id.to_string();
    move |why| StoreError::Corrupt { table: "finding", id: id.clone(), why: why.to_string() }
}

impl TryFrom<Row> for FindingRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        let time = |time: Option<DateTime<Utc>>| time.map(Instant::try_from).transpose().map_err(corrupt(row.id));
        let (start, end) = (time(row.start_at)?, time(row.end_at)?);
        Ok(Self {
            id: row.id,
            key: row.key,
            kind: row.shown_type.parse().map_err(corrupt(row.id))?,
            class: row.shown_class.parse().map_err(corrupt(row.id))?,
            priority: row.shown_priority.parse().map_err(corrupt(row.id))?,
            state: row.shown_state.parse().map_err(corrupt(row.id))?,
            family: row.family.as_deref().map(str::parse).transpose().map_err(corrupt(row.id))?,
            shift: row.shift_id.as_deref().map(str::parse).transpose().map_err(corrupt(row.id))?,
            span: start.zip(end).map(|(start, end)| Span::between(start, end)),
            tags: row.shown_tags,
            comment: row.shown_comment,
            decided: Decided {
                kind: row.decided_type.is_some(),
                class: row.decided_class.is_some(),
                priority: row.decided_priority.is_some(),
                tags: row.decided_tags.is_some(),
                comment: row.decided_comment.is_some(),
                state: row.decided_state.is_some(),
            },
            assignee: row.assignee,
            snoozed_until: time(row.snoozed_until)?,
            dismissed_because: row.dismissed_because,
            n_comments: row.n_comments,
            part_of: row.part_of,
            merged_into: row.merged_into,
            row_version: row.row_version,
            change_seq: row.change_seq,
        })
    }
}

impl TryFrom<CombinationRow> for Combination {
    type Error = StoreError;
    fn try_from(row: CombinationRow) -> Result<Self, StoreError> {
        let any = "any";
        Ok(Self {
            class: row.shown_class.parse().map_err(corrupt(any))?,
            priority: row.shown_priority.parse().map_err(corrupt(any))?,
            kind: row.shown_type.parse().map_err(corrupt(any))?,
            family: row.family.as_deref().map(str::parse).transpose().map_err(corrupt(any))?,
            state: row.shown_state.parse().map_err(corrupt(any))?,
            n: row.n,
            seconds: row.seconds,
        })
    }
}

impl TryFrom<EventRow> for FindingEvent {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        Ok(Self {
            at: row.at.try_into().map_err(corrupt(row.id))?,
            what: row.what.parse().map_err(corrupt(row.id))?,
            before: words(row.before.as_ref(), row.after.as_ref()),
            after: words(row.after.as_ref(), row.before.as_ref()),
        })
    }
}

/// What the log said of a finding, as far as the other side does not say the same; nothing of what was empty.
pub(crate) fn words(says: Option<&serde_json::Value>, other: Option<&serde_json::Value>) -> String {
    let mut words = Vec::new();
    for column in ["start", "end", "class", "priority", "tags", "comment"] {
        let value = |side: Option<&serde_json::Value>| side.and_then(|side| side.get(column)).cloned();
        match value(says) {
            Some(serde_json::Value::String(text)) if !text.is_empty() && value(says) != value(other) => {
                // PostgreSQL writes UTC as +00:00, everything else here as Z.
                words.push(format!("{column} {}", text.replace("+00:00", "Z")));
            }
            _ => {}
        }
    }
    words.join(", ")
}

impl EventKind {
    /// Every kind, in the order of a finding's life.
    pub const ALL: [Self; 4] = [Self::Detected, Self::Moved, Self::Resolved, Self::Reopened];

    /// The word in the database.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Moved => "moved",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
        }
    }
}

impl std::str::FromStr for EventKind {
    type Err = UnknownLabel;
    fn from_str(label: &str) -> Result<Self, UnknownLabel> {
        let known = &["detected", "moved", "resolved", "reopened"];
        Self::ALL.into_iter().find(|kind| kind.label() == label).ok_or(UnknownLabel { what: "event", known })
    }
}

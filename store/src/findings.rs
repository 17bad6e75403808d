//! Detection, and keeping the stored findings in step with what the log says now.
//!
//! A detection reads facts, lets the domain find, and reconciles by key, all in one transaction: a key that is new becomes a
//! finding, one that is known takes the new times and texts and keeps what people decided, one that is gone is resolved, one
//! that is back reopens. What happened is written to the finding's history, and the standing rules are asked about what is new
//! or changed. Running it again changes nothing.

mod scope;

use chrono::{DateTime, Utc};
use domain::facts::Facts;
use domain::findings::{Finding, FindingType, Parameters, Priority, detect};
use domain::ledger::Log;
use domain::time::{Instant, Span};
use sqlx::{Postgres, Transaction};

use self::scope::Scope;
use crate::load::Affected;
use crate::{Store, StoreError, clock, decisions, efficiency, facts};

/// What a detection did to the stored findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    /// Open findings afterwards, all of them.
    pub n_open: i64,
    /// Never seen before.
    pub n_new: i64,
    /// Known ones whose times, texts, class or priority changed.
    pub n_moved: i64,
    /// No longer in the log.
    pub n_resolved: i64,
    /// In the log again.
    pub n_reopened: i64,
    /// Changed by standing rules afterwards.
    pub n_ruled: i64,
}

/// `12 open; 3 new, 1 moved, 0 resolved, 0 reopened`
impl std::fmt::Display for Detection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { n_open, n_new, n_moved, n_resolved, n_reopened, n_ruled } = self;
        write!(f, "{n_open} open; {n_new} new, {n_moved} moved, {n_resolved} resolved, {n_reopened} reopened")?;
        if *n_ruled > 0 { write!(f, "; standing rules changed {n_ruled}") } else { Ok(()) }
    }
}

impl Store {
    /// Looks at the whole log.
    pub async fn detect_all(&self, now: Instant) -> Result<Detection, StoreError> {
        let mut tx = self.begin_detection().await?;
        let rules = Rules::read(&mut tx).await?;
        let facts = facts::all(&mut tx).await?;
        finish(tx, &rules, &facts, None, now).await
    }

    /// Looks at what loads changed, and at what changes with time alone. Ends with the same findings as [`Store::detect_all`].
    ///
    /// It looks at the whole log when it cannot know what changed: before the first detection, after somebody changed a
    /// parameter or a type, and when a load is not in `affected` that no detection has seen (the program was stopped between
    /// the two).
    pub async fn detect_affected(&self, affected: &Affected, now: Instant) -> Result<Detection, StoreError> {
        let mut tx = self.begin_detection().await?;
        let rules = Rules::read(&mut tx).await?;
        let scope = match last_detection(&mut tx, &rules, affected).await? {
            Some(last_now) => Scope::of(&mut tx, affected, last_now, now).await?,
            None => None,
        };
        match scope {
            Some(scope) => {
                let facts = facts::within(&mut tx, &scope.reach, &scope.arrays, facts::For::Findings).await?;
                finish(tx, &rules, &facts, Some(&scope), now).await
            }
            None => {
                let facts = facts::all(&mut tx).await?;
                finish(tx, &rules, &facts, None, now).await
            }
        }
    }

    /// One detection at a time, and each sees one state of the log. The tables are locked before the first query, because that
    /// is when the snapshot is taken: a detection that had to wait sees what the one before it wrote, and what people did to
    /// findings until now. What they do meanwhile waits for it at the clock.
    pub(crate) async fn begin_detection(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut tx = self.pool.begin_with("begin isolation level repeatable read").await?;
        sqlx::query("lock table detection, finding_clock in exclusive mode").execute(&mut *tx).await?;
        Ok(tx)
    }
}

/// Detects, reconciles and commits.
async fn finish(
    mut tx: Transaction<'static, Postgres>,
    rules: &Rules,
    facts: &Facts,
    scope: Option<&Scope>,
    now: Instant,
) -> Result<Detection, StoreError> {
    let log = Log::new(facts, now);
    let found = detect(&log, &rules.parameters);
    let seq = clock::next(&mut tx).await?;
    let detection = reconcile(&mut tx, rules, &found, scope, seq).await?;
    decisions::follow(&mut tx, seq).await?;
    let n_ruled = decisions::ask_rules(&mut tx, seq).await?;
    efficiency::kept::follow(&mut tx, &log, scope.map(|scope| &scope.shifts[..])).await?;
    sqlx::query!(
        "insert into detection (now_used, rules, seq) values ($1, $2, $3)
        on conflict (singleton) do update
        set now_used = excluded.now_used, rules = excluded.rules, seq = excluded.seq, ran_at = now()",
        DateTime::<Utc>::from(now),
        rules.as_json(),
        seq,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update load set detected = true where not detected").execute(&mut *tx).await?;
    clock::tell(&mut tx, seq).await?;
    tx.commit().await?;
    Ok(Detection { n_ruled, ..detection })
}

/// The *now* of the last detection, if it is all there is to know about the past: same rules, no load it has not heard of.
async fn last_detection(
    tx: &mut Transaction<'static, Postgres>,
    rules: &Rules,
    affected: &Affected,
) -> Result<Option<Instant>, StoreError> {
    let last = sqlx::query_scalar!(
        "select now_used from detection
        where rules = $1 and not exists (select from load where not detected and id <> all($2))",
        rules.as_json(),
        &affected.loads,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(last.and_then(|now| Instant::try_from(now).ok()))
}

/// What an admin may change about detection.
#[derive(Debug)]
struct Rules {
    parameters: Parameters,
    /// Class and priority by type, as texts, in the order of [`FindingType::ALL`].
    types: Vec<(String, String)>,
}

impl Rules {
    async fn read(tx: &mut Transaction<'static, Postgres>) -> Result<Self, StoreError> {
        let parameters = parameters(tx).await?;
        let rows = sqlx::query!("select type, class, priority from finding_type").fetch_all(&mut **tx).await?;
        let types = FindingType::ALL.iter().map(|kind| {
            let row = rows.iter().find(|row| row.r#type == kind.label());
            row.map_or_else(
                || (kind.class().to_string(), kind.default_priority().to_string()),
                |row| (row.class.clone(), row.priority.clone()),
            )
        });
        Ok(Self { parameters, types: types.collect() })
    }

    /// For comparison with those of the last detection.
    fn as_json(&self) -> serde_json::Value {
        serde_json::json!({ "parameters": self.parameters, "types": self.types })
    }

    fn of(&self, kind: FindingType) -> (&str, &str) {
        let at = usize::from(kind.number()) - 1;
        self.types.get(at).map_or(("", ""), |(class, priority)| (class, priority))
    }

    fn class(&self, finding: &Finding) -> &str {
        self.of(finding.kind).0
    }

    /// The type's, unless the rule itself says otherwise about this one (a failed execution that has its ticket).
    fn priority(&self, finding: &Finding) -> &str {
        let of_rule: Priority = finding.priority;
        if of_rule == finding.kind.default_priority() { self.of(finding.kind).1 } else { of_rule.label() }
    }
}

/// The thresholds as an admin set them.
pub(crate) async fn parameters(tx: &mut Transaction<'static, Postgres>) -> Result<Parameters, StoreError> {
    let mut parameters = Parameters::default();
    for row in sqlx::query!("select name, value_s from parameter").fetch_all(&mut **tx).await? {
        let parameter = match row.name.as_str() {
            "gap_min" => &mut parameters.gap_min_s,
            "join_tol" => &mut parameters.join_tol_s,
            "overlap_tol" => &mut parameters.overlap_tol_s,
            "shift_tol" => &mut parameters.shift_tol_s,
            "wrong_array_min" => &mut parameters.wrong_array_min_s,
            _ => continue,
        };
        *parameter = row.value_s;
    }
    Ok(parameters)
}

/// Whether the last detection worked with today's rules; so it is before the first, which will.
pub(crate) async fn rules_are_applied(tx: &mut Transaction<'static, Postgres>) -> Result<bool, StoreError> {
    let rules = Rules::read(tx).await?;
    let stale =
        sqlx::query_scalar!(r#"select exists (select from detection where rules <> $1) as "stale!""#, rules.as_json())
            .fetch_one(&mut **tx)
            .await?;
    Ok(!stale)
}

/// Brings the stored findings (of the scope, or all) in step with those found: one statement, however many there are.
async fn reconcile(
    tx: &mut Transaction<'static, Postgres>,
    rules: &Rules,
    found: &[Finding],
    scope: Option<&Scope>,
    seq: i64,
) -> Result<Detection, StoreError> {
    let texts = |text: &dyn Fn(&Finding) -> String| found.iter().map(text).collect::<Vec<_>>();
    let perhaps = |text: &dyn Fn(&Finding) -> Option<String>| found.iter().map(text).collect::<Vec<_>>();
    let times = |time: &dyn Fn(Span) -> Instant| {
        found.iter().map(|finding| finding.span.map(|span| DateTime::from(time(span)))).collect::<Vec<_>>()
    };
    // One list of ids per finding: an array of arrays would have to be rectangular, JSON need not.
    let ids: Vec<serde_json::Value> = found.iter().map(|finding| finding.ids.clone().into()).collect();
    let nothing = Scope::default();
    let Scope { shifts, spans, arrays, .. } = scope.unwrap_or(&nothing);
    let (from, to) = scope::columns(spans);

    // The same question twice, to what was found and to what is stored: that is why it is a text given to the query.
    macro_rules! reconcile {
        ($in_scope:tt) => {
            sqlx::query_as!(
                Detection,
                r#"
                with found as materialized (
                    select f.*, array(select jsonb_array_elements_text(id_list)) as ids
                    from unnest(
                        $1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[],
                        $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[]
                    ) as f (key, type, family, shift_id, id_list, class, priority, start_at, end_at, tags, comment)
                ), said as materialized (
                    select found.*, jsonb_build_object(
                        'start', start_at, 'end', end_at, 'class', class, 'priority', priority,
                        'tags', tags, 'comment', comment
                    ) as says
                    from found
                    where "# + $in_scope + r#"
                ), stored as materialized (
                    select finding.*, jsonb_build_object(
                        'start', start_at, 'end', end_at, 'class', class, 'priority', priority,
                        'tags', tags, 'comment', comment
                    ) as says
                    from finding
                    -- parts and merges follow what they are made of
                    where part_of is null and merge_of is null
                ), changed as materialized (
                    select stored.id, stored.state, stored.row_version, stored.says as before, said.*
                    from said
                    join stored on stored.key = said.key
                    where stored.state <> 'Open' or stored.says <> said.says
                ), gone as materialized (
                    select id, row_version, says as before
                    from stored
                    where state = 'Open' and "# + $in_scope + r#"
                        and not exists (select from said where said.key = stored.key)
                ), resolved as (
                    update finding
                    set state = 'Resolved by the log', last_changed = now(), row_version = gone.row_version + 1,
                        change_seq = $17
                    from gone
                    where finding.id = gone.id
                ), updated as (
                    update finding
                    set state = 'Open', start_at = changed.start_at, end_at = changed.end_at, class = changed.class,
                        priority = changed.priority, tags = changed.tags, comment = changed.comment,
                        last_changed = now(), row_version = changed.row_version + 1, change_seq = $17
                    from changed
                    where finding.id = changed.id
                ), added as (
                    insert into finding
                        (key, type, family, shift_id, ids, class, priority, start_at, end_at, tags, comment, change_seq)
                    select key, type, family, shift_id, ids, class, priority, start_at, end_at, tags, comment, $17
                    from said
                    where not exists (select from stored where stored.key = said.key)
                    order by start_at, key
                    returning id, key
                ), remembered as (
                    insert into finding_event (finding_id, what, before, after, row_version)
                    select id, 'resolved', before, null, row_version + 1 from gone
                    union all
                    select id, case state when 'Open' then 'moved' else 'reopened' end, before, says, row_version + 1
                    from changed
                    union all
                    select added.id, 'detected', null, said.says, 1 from added join said using (key)
                )
                select
                    (select count(*) from stored where state = 'Open')
                        + (select count(*) from added)
                        + (select count(*) from changed where state <> 'Open')
                        - (select count(*) from gone) as "n_open!",
                    (select count(*) from added) as "n_new!",
                    (select count(*) from changed where state = 'Open') as "n_moved!",
                    (select count(*) from gone) as "n_resolved!",
                    (select count(*) from changed where state <> 'Open') as "n_reopened!",
                    -- rules are asked afterwards
                    0::bigint as "n_ruled!"
                "#,
                &texts(&|finding| finding.key().as_str().to_owned()),
                &texts(&|finding| finding.kind.into()),
                &perhaps(&|finding| finding.family.map(String::from)) as &[Option<String>],
                &perhaps(&|finding| finding.shift.clone().map(String::from)) as &[Option<String>],
                &ids,
                &texts(&|finding| rules.class(finding).to_owned()),
                &texts(&|finding| rules.priority(finding).to_owned()),
                &times(&|span| span.start()) as &[Option<DateTime<Utc>>],
                &times(&|span| span.end()) as &[Option<DateTime<Utc>>],
                &texts(&|finding| finding.tags.clone()),
                &texts(&|finding| finding.comment.clone()),
                scope.is_none(),
                shifts,
                &from,
                &to,
                arrays,
                seq,
            )
        };
    }
    let query = reconcile!(
        r#"(
            $12
            or shift_id = any($13)
            or shift_id is null and (
                start_at is null
                or exists (
                    select from unnest($14::timestamptz[], $15::timestamptz[]) as span (from_, to_)
                    where start_at between from_ and to_
                )
            )
            or type = 'Downtime not completed'
            or type = 'Array with wrong activity' and ids[1] = any($16)
        )"#
    );
    Ok(query.fetch_one(&mut **tx).await?)
}

//! Blocks by a line: five of them, each with something of its own.

use domain::family::Family;
use domain::plan::atmosphere::Atmosphere;
use domain::plan::block_filter::{BlockFilter, FIELDS_IN_WORDS};
use domain::plan::candidates::{Candidate, candidates};
use proptest::prelude::*;

use crate::ranking::{block, project};

/// `a`: band 6 at 230 GHz, 1.8 mm; `b`: band 3 at 100 GHz of the 7 m array, 8 mm; `c`: band 7 at 345 GHz, 0.6 mm, far south; `d`: of
/// another project, grade C, by CL; `e`: says nothing of itself.
fn five() -> Vec<Candidate> {
    let mut blocks = vec![block("a"), block("b"), block("c"), block("d"), block("e")];
    (blocks[1].band, blocks[1].rep_freq_ghz, blocks[1].max_pwv_mm) = (Some(3), Some(100.0), Some(8.0));
    blocks[1].array = Some(Family::Seven);
    (blocks[2].band, blocks[2].rep_freq_ghz, blocks[2].max_pwv_mm) = (Some(7), Some(345.0), Some(0.6));
    (blocks[2].name, blocks[2].dec_deg) = ("R Dor outflow".to_owned(), Some(-62.1));
    blocks[3].project_code = "2022.1.00009.S".to_owned();
    let bare = &mut blocks[4];
    bare.project_code = String::new();
    bare.name = String::new();
    bare.state = String::new();
    (bare.array, bare.band, bare.rep_freq_ghz, bare.ra_deg, bare.dec_deg) = (None, None, None, None, None);
    (bare.max_pwv_mm, bare.ar_arcsec, bare.exec_count, bare.est_time_h) = (None, None, None, None);
    let mut other = project("2022.1.00009.S");
    (other.executive, other.grade, other.science_rank) = ("CL".to_owned(), "C".to_owned(), Some(300));
    candidates(&blocks, &[project("2021.1.00001.S"), other], &[], Atmosphere::site())
}

/// The ids of those that pass, without a mistake in the line.
fn passing(line: &str) -> String {
    let (filter, misread) = BlockFilter::read(line);
    assert_eq!(misread, vec![], "{line}");
    five().iter().filter(|one| filter.passes(one)).map(|one| one.block.id.as_str()).collect()
}

#[test]
fn values_of_a_field_are_alternatives_and_fields_hold_together() {
    assert_eq!(passing(""), "abcde");
    assert_eq!(passing("band:6"), "ad");
    assert_eq!(passing("band:6,7"), "acd");
    assert_eq!(passing("band:6 band:B7"), "acd");
    assert_eq!(passing("band:6,7 exec:eu"), "ac");
    assert_eq!(passing("array:7m,tp"), "b");
    assert_eq!(passing("array:none"), "e");
    assert_eq!(passing("project:2021.1"), "abc");
    assert_eq!(passing("grade:A,C -project:2022"), "abc");
    assert_eq!(passing("project:none"), "e");
    assert_eq!(passing("-project:none"), "abcd");
    assert_eq!(passing("state:READY cycle:2021.1"), "abcd");
}

#[test]
fn numbers_hold_together_and_what_is_not_said_is_in_no_range() {
    assert_eq!(passing("freq:>100"), "acd");
    assert_eq!(passing("freq:>=100 freq:<345"), "abd");
    assert_eq!(passing("freq:100..230"), "abd");
    assert_eq!(passing("freq:230..100"), "abd");
    assert_eq!(passing("pwv:<=1.8"), "acd");
    assert_eq!(passing("-pwv:<=1.8"), "be");
    assert_eq!(passing("dec:<\u{2212}30"), "c");
    // 204.25° are 13.617 h.
    assert_eq!(passing("ra:13.6..13.7"), "abcd");
    assert_eq!(passing("ra:13..2"), "abcd", "from 13 h through 0 h");
    assert_eq!(passing("ra:22..2"), "");
    assert_eq!(passing("-ra:22..2"), "abcde");
    assert_eq!(passing("freq:84..116,300..400"), "bc");
    assert_eq!(passing("freq:84..116,300..400 freq:>100"), "c");
    assert_eq!(passing("rank:70,300"), "abcd");
    assert_eq!(passing("rank:70"), "abc");
    assert_eq!(passing("left:4 time:..1"), "abcd");
    assert_eq!(passing("ar:>0.6"), "");
}

#[test]
fn words_are_found_anywhere_and_terms_are_excluded_or_off() {
    assert_eq!(passing("dor"), "c");
    assert_eq!(passing("\"r dor\" B7"), "c");
    assert_eq!(passing("-dor"), "abde");
    assert_eq!(passing("~band:6"), "abcde");
    assert_eq!(passing("-band:6,7"), "be");
    assert_eq!(passing("exec:none"), "e");
    assert_eq!(passing("-exec:none"), "abcd");
}

#[test]
fn what_is_not_understood_is_told_with_its_place_and_the_rest_applies() {
    let (filter, misread) = BlockFilter::read("band:11 pwv:wet colour:red freq:.. band:6");
    let told: Vec<_> = misread.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "11 (character 6): a band is a number from 1 to 10",
            "wet (character 13): not a number; write >2, >=2, <2, <=2 or 0.5..2",
            "colour:red (character 17): there is no filter colour; there are array, band, project, exec, executive, grade, state, \
             cycle, freq, pwv, ar, ra, dec, rank, left, time; put it in quotes to look for it as it stands",
            ".. (character 33): a number is missing",
        ]
    );
    assert_eq!(five().iter().filter(|one| filter.passes(one)).count(), 2);
}

#[test]
fn an_id_is_no_field_and_every_example_reads() {
    assert_eq!(passing("uid://A001/X1"), "");
    for (example, words) in FIELDS_IN_WORDS {
        assert_eq!(BlockFilter::read(example).1, vec![], "{example}");
        assert!(!words.is_empty());
    }
}

proptest! {
    /// Whatever is typed, nothing panics, and a line and its opposite part the blocks.
    #[test]
    fn a_term_and_its_opposite_part_the_blocks(term in r#"[a-z]{1,6}(:[<>=.0-9a-z]{0,6})?"#) {
        let (filter, misread) = BlockFilter::read(&term);
        let (opposite, _) = BlockFilter::read(&format!("-{term}"));
        for one in five() {
            prop_assert!(!misread.is_empty() || filter.passes(&one) != opposite.passes(&one), "{}", one.block.id);
        }
    }

    #[test]
    fn no_line_panics(line in r#"[-~ a-z:,<>=."\\0-9é−]{0,80}"#) {
        let (filter, _) = BlockFilter::read(&line);
        for one in five() {
            filter.passes(&one);
        }
    }
}

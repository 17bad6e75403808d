//! Names and addresses in comments, and everything that only looks like one.

use domain::people::LoginName;
use domain::triage::comment::{Piece, mentions, pieces};
use proptest::prelude::*;

fn addresses(comment: &str) -> Vec<&str> {
    pieces(comment).into_iter().filter_map(|it| if let Piece::Address(text) = it { Some(text) } else { None }).collect()
}

fn mentioned(comment: &str) -> Vec<&str> {
    mentions(comment).collect()
}

#[test]
fn a_name_after_an_at_sign_is_a_mention_and_what_ends_the_sentence_is_not_part_of_it() {
    assert_eq!(mentioned("@ana"), ["ana"]);
    assert_eq!(mentioned("see @ana-maria.perez, @Ben. (@c3p_0) @d..."), ["ana-maria.perez", "Ben", "c3p_0", "d"]);
    assert_eq!(mentioned("@ana@ben"), ["ana"], "a name does not begin inside a word");
    assert_eq!(mentioned("שלום @ana"), ["ana"]);
}

#[test]
fn what_is_no_name_is_no_mention() {
    let long = format!("@{}", "x".repeat(41));
    for text in ["ana@example.org", "@", "@ ana", "@1st", "@-", "@.", "@_", "é@ana", "a/@ana", "@\u{202e}ana", &long] {
        assert_eq!(mentioned(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn an_address_ends_where_a_person_would_say_it_ends() {
    for (text, address) in [
        ("http://a", "http://a"),
        ("HTTPS://Example.org/", "HTTPS://Example.org/"),
        ("see https://example.org/a.b?c=(d)&e#f.", "https://example.org/a.b?c=(d)&e#f"),
        ("(https://en.example.org/wiki/Gap_(time))", "https://en.example.org/wiki/Gap_(time)"),
        ("[https://example.org/]", "https://example.org/"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("\"https://example.org/a\"", "https://example.org/a"),
        ("https://example.org/a\u{202e}gnp.exe", "https://example.org/a"),
        ("https://[::1]:8080/x", "https://[::1]:8080/x"),
        ("https://example.org/ünder", "https://example.org/"),
        ("https://example.org/@ana", "https://example.org/@ana"),
        ("https://example.org/!!!???", "https://example.org/"),
    ] {
        assert_eq!(addresses(text), [address], "{text}");
    }
    assert_eq!(addresses("http://a http://b\nhttp://c"), ["http://a", "http://b", "http://c"]);
}

#[test]
fn what_could_lead_elsewhere_than_it_says_is_no_address() {
    for text in [
        "javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.org/",
        "//example.org/",
        "https:example.org",
        "https://",
        "https:///etc/passwd",
        "https://.",
        // The host is evil.example: what stands before the sign only looks like one.
        "https://example.org@evil.example/",
        "https://exаmple.org/",
        "https://\u{202e}gro.elpmaxe/",
        "xhttps://example.org/",
        "view-source:https://example.org/",
    ] {
        let found = addresses(text);
        // A scheme inside another word is none; after a colon it is a word of its own and says what it is.
        if text.starts_with("view-source:") {
            assert_eq!(found, ["https://example.org/"]);
        } else {
            assert_eq!(found, Vec::<&str>::new(), "{text}");
        }
    }
}

#[test]
fn ten_thousand_signs_of_any_kind_are_read_at_once() {
    for sign in ["@", "h", "http://", "https://a", "https://(", "https://a)))", "@a.", "https://!", "]", "https://@"] {
        let comment: String = sign.repeat(10_000 / sign.len());
        let whole: usize = pieces(&comment).iter().map(|piece| text(piece).len()).sum();
        assert_eq!(whole, comment.len(), "{sign}");
    }
}

fn text<'a>(piece: &Piece<'a>) -> &'a str {
    match *piece {
        Piece::Words(text) | Piece::Address(text) | Piece::Mention(text) => text,
    }
}

/// Texts with more signs and schemes in them than chance would give.
fn any_comment() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        proptest::sample::select(vec![
            "@",
            "ana",
            "http://",
            "https://",
            "example.org",
            "/",
            ".",
            ")",
            "(",
            " ",
            "\u{202e}"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    proptest::collection::vec(bit, 0..12).prop_map(|bits| bits.concat())
}

proptest! {
    #[test]
    fn the_pieces_are_the_comment_and_each_is_what_it_says(comment in any_comment()) {
        let pieces = pieces(&comment);
        prop_assert_eq!(pieces.iter().map(text).collect::<String>(), comment.clone());
        for piece in &pieces {
            match *piece {
                Piece::Words(words) => prop_assert!(!words.is_empty()),
                Piece::Address(address) => {
                    let lower = address.to_ascii_lowercase();
                    prop_assert!(lower.starts_with("http://") || lower.starts_with("https://"));
                    prop_assert!(address.chars().all(|c| c.is_ascii_graphic() && !"<>\"".contains(c)), "{}", address);
                }
                Piece::Mention(mention) => {
                    let name = mention.strip_prefix('@').unwrap();
                    prop_assert!(LoginName::try_from(name.to_owned()).is_ok(), "{}", mention);
                }
            }
        }
    }
}

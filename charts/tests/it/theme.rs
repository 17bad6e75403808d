use charts::theme::{Theme, Token, Type, css, letters};
use domain::findings::Priority;
use domain::ledger::Owner;

/// The file that pages include; it is written here, never by hand.
const TOKENS_CSS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../style/tokens.css");

/// `UPDATE_TOKENS=1 cargo test -p shiftdesk-charts` writes the file.
#[test]
fn the_style_sheet_of_the_page_is_the_theme() {
    if std::env::var_os("UPDATE_TOKENS").is_some() {
        std::fs::write(TOKENS_CSS, css()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(TOKENS_CSS).unwrap(), css(), "write it with UPDATE_TOKENS=1");
}

#[test]
fn text_stands_out_at_4_5_to_1() {
    use Token::{Accent, AccentInk, AccentSoft, Bad, Good, Ground, Hover, Ink, Ink2, Ink3, Sunken, Surface, Warn};
    let mut pairs = vec![(AccentInk, Accent)];
    let texts = [Ink, Ink2, Ink3, Accent, Bad, Warn, Good];
    let texts = texts.into_iter().chain(Priority::ALL.iter().map(|&priority| Token::priority(priority)));
    for text in texts {
        pairs.extend([(text, Ground), (text, Surface), (text, Hover), (text, Sunken)]);
    }
    pairs.extend([(Ink, AccentSoft), (Ink2, AccentSoft), (Accent, AccentSoft)]);
    pairs.extend(Owner::ALL.iter().map(|&owner| (Token::on_owner(owner), Token::owner(owner))));
    assert_contrast(&pairs, 4.5);
}

#[test]
fn graphics_stand_out_at_3_to_1() {
    use Token::{Focus, Ground, LineStrong, Sunken, Surface};
    let graphics = Owner::ALL.iter().map(|&owner| Token::owner(owner)).chain([Focus, LineStrong]);
    let pairs: Vec<_> = graphics.flat_map(|graphic| [(graphic, Ground), (graphic, Surface)]).collect();
    assert_contrast(&pairs, 3.0);
    // Handover is an outline around the sunken ground.
    assert_contrast(&[(Token::Handover, Sunken)], 3.0);
}

#[test]
fn owners_stay_apart_for_all_eyes() {
    // Euclidean distance in OKLab. 0.02 is about the least that side by side is seen at all; three times that is asked for.
    const APART: f64 = 0.06;
    let filled = &Owner::ALL[..11];
    for theme in [Theme::Light, Theme::Dark] {
        for (eye, matrix) in EYES {
            for (i, &a) in filled.iter().enumerate() {
                for &b in &filled[i + 1..] {
                    let [a_seen, b_seen] = [a, b].map(|owner| oklab(seen(linear(Token::owner(owner), theme), matrix)));
                    let distance = distance(a_seen, b_seen);
                    assert!(distance >= APART, "{theme:?}, {eye}: {a} and {b} are {distance:.3} apart");
                }
            }
        }
    }
}

/// In a stacked bar any two owners may be neighbours, because those between them may have no time. Where colour alone does not
/// part them (in the night theme, on grey paper), the seam does, and it is seen against both.
#[test]
fn neighbours_in_a_bar_are_apart_by_colour_or_by_the_seam_between_them() {
    let mut by_seam = vec![];
    for theme in Theme::ALL {
        for (eye, matrix) in EYES.into_iter().chain([GREY]) {
            let look = |owner: Owner| oklab(seen(linear(Token::owner(owner), theme), matrix));
            for (i, &a) in Owner::ALL.iter().enumerate() {
                for &b in &Owner::ALL[i + 1..] {
                    if distance(look(a), look(b)) < 0.06 {
                        by_seam.push((theme, eye, a, b));
                    }
                }
            }
        }
    }
    // By day no pair needs it but on grey paper, and handover and idle, which are an outline and hatching.
    let needs_seam = |&(theme, eye, _, b): &(Theme, &str, Owner, Owner)| {
        theme == Theme::Night || eye == GREY.0 || matches!(b, Owner::Handover | Owner::Idle)
    };
    assert!(by_seam.iter().all(needs_seam), "{by_seam:?}");
    assert!(!by_seam.is_empty());
    // Surface is the seam; its contrast to every owner is tested above and here for grey eyes, for whom luminance is all.
    let pairs: Vec<_> = Owner::ALL.iter().map(|&owner| (Token::owner(owner), Token::Surface)).collect();
    assert_contrast(&pairs, 3.0);
    for (_, _, a, b) in by_seam {
        assert_ne!(letters(a), letters(b));
    }
}

#[test]
fn shares_are_an_even_ramp_for_all_eyes_and_on_grey_paper() {
    // Half of what is asked for owners would be enough side by side; a number or a dot tells it, too.
    const APART: f64 = 0.04;
    for theme in Theme::ALL {
        for (eye, matrix) in EYES.into_iter().chain([GREY]) {
            let looks: Vec<_> =
                (1..=5).map(|fifths| oklab(seen(linear(Token::share(fifths), theme), matrix))).collect();
            let ground = oklab(seen(linear(Token::Surface, theme), matrix));
            let lightness: Vec<_> = looks.iter().map(|look| (look[0] - ground[0]).abs()).collect();
            // More stands out more: away from the page, step by step.
            for (less, more) in lightness.iter().zip(&lightness[1..]) {
                assert!(more - less >= APART, "{theme:?}, {eye}: {lightness:.3?}");
            }
            assert!(lightness[0] >= APART, "{theme:?}, {eye}: {lightness:.3?}");
        }
    }
}

#[test]
fn numbers_on_shares_stand_out_and_so_do_bars() {
    let pairs: Vec<_> = (0..=5).map(|fifths| (Token::on_share(fifths), Token::share(fifths))).collect();
    assert_contrast(&pairs, 4.5);
    assert_contrast(&[(Token::Share4, Token::Surface), (Token::Share4, Token::Ground)], 3.0);
}

#[test]
fn the_night_theme_is_dim_and_low_in_blue() {
    for &token in Token::ALL {
        let [r, g, b] = linear(token, Theme::Night);
        assert!(luminance(token, Theme::Night) <= 0.5 || token.name().starts_with("on-"), "{token:?} is bright");
        // Light that reaches the eye, so in linear terms.
        assert!(b <= 0.5 * r.max(g), "{token:?} is blue");
    }
}

#[test]
fn no_two_owners_share_their_letters() {
    for (i, &a) in Owner::ALL.iter().enumerate() {
        assert!(Owner::ALL[i + 1..].iter().all(|&b| letters(a) != letters(b)), "{a}");
    }
}

#[test]
fn type_is_never_smaller_than_10_px() {
    assert!(Type::ALL.iter().all(|size| size.px() >= 10));
    assert!(Type::ALL.is_sorted_by_key(|size| size.px()));
}

fn assert_contrast(pairs: &[(Token, Token)], least: f64) {
    let mut weak = vec![];
    for theme in Theme::ALL {
        for &(a, b) in pairs {
            let (a_lum, b_lum) = (luminance(a, theme), luminance(b, theme));
            let contrast = (a_lum.max(b_lum) + 0.05) / (a_lum.min(b_lum) + 0.05);
            if contrast < least {
                weak.push(format!("{theme:?}: {} on {} {contrast:.2}", a.name(), b.name()));
            }
        }
    }
    assert!(weak.is_empty(), "below {least}:\n{}", weak.join("\n"));
}

/// Linear light of each channel, 0 to 1 (sRGB, IEC 61966-2-1).
fn linear(token: Token, theme: Theme) -> [f64; 3] {
    let colour = token.rgb(theme);
    [colour.0, colour.1, colour.2].map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance(token: Token, theme: Theme) -> f64 {
    let [r, g, b] = linear(token, theme);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

type Matrix = [[f64; 3]; 3];

/// What is left of linear light in eyes that lack one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.
const EYES: [(&str, Matrix); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protan", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deutan", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("tritan", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

/// Grey paper: luminance in all three channels.
const GREY: (&str, Matrix) = ("grey", [[0.2126, 0.7152, 0.0722]; 3]);

/// Euclidean, in OKLab.
fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

fn times(matrix: Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn seen(light: [f64; 3], eye: Matrix) -> [f64; 3] {
    times(eye, light).map(|channel| channel.max(0.0))
}

/// Ottosson 2020: equal distances look about equally different.
fn oklab(light: [f64; 3]) -> [f64; 3] {
    let cones = times(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        light,
    );
    times(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        cones.map(f64::cbrt),
    )
}

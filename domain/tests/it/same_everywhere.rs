//! The list is the same in server and browser, to the last bit.

use std::path::PathBuf;

/// Functions of the standard library whose last bit depends on where they run. `sqrt` and the four operations do not.
const DEPENDS: [&str; 17] = [
    ".sin()",
    ".cos()",
    ".tan()",
    ".sin_cos()",
    ".asin()",
    ".acos()",
    ".atan()",
    ".atan2(",
    ".exp()",
    ".exp2()",
    ".ln()",
    ".log10()",
    ".log2()",
    ".powf(",
    ".powi(",
    ".cbrt()",
    ".mul_add(",
];

#[test]
fn nothing_in_the_plan_computes_with_functions_that_differ_between_processors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/plan");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // The series' own tests compare with the standard library.
        let product = text.split("#[cfg(test)]").next().unwrap();
        for function in DEPENDS {
            assert!(!product.contains(function), "{}: {function}", path.display());
        }
        n_files += 1;
    }
    assert!(n_files > 15, "{n_files} files");
}

//! Two files have options for Leptos, one for building and one for running: what both say has to agree.

use leptos::config::get_config_from_str;

#[test]
fn leptos_toml_and_cargo_toml_agree_on_what_both_say() {
    let run = get_config_from_str(include_str!("../../../Leptos.toml")).unwrap();
    let build = get_config_from_str(include_str!("../../../Cargo.toml")).unwrap();
    assert_eq!(run.output_name, build.output_name);
    assert_eq!(run.site_root, build.site_root);
    assert_eq!(run.site_pkg_dir, build.site_pkg_dir);
    assert_eq!(run.site_addr, build.site_addr);
    assert_eq!(run.reload_port, build.reload_port);
    assert_eq!(run.hash_files, build.hash_files);
    assert_eq!(run.hash_file, build.hash_file);
}

#[test]
fn the_name_that_is_compiled_in_is_the_name_that_is_built() {
    let run = get_config_from_str(include_str!("../../../Leptos.toml")).unwrap();
    // .cargo/config.toml sets it for every build; without it the browser is sent for a file that is not there.
    assert_eq!(option_env!("LEPTOS_OUTPUT_NAME"), Some(&*run.output_name));
}

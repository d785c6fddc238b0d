//! Writes a struct of 300 ordered fields with 299 nested uses, and 1000 structs that come after one another.

use std::fmt::Write as _;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut wide = String::from("#[guarded(ordered)]\n#[derive(Default)]\npub struct Wide {\n");
    for n in 0..300 {
        let _ = writeln!(wide, "    #[guarded(mutex)] pub f{n}: u32,");
    }
    wide.push_str("}\n\npub fn nested(wide: &Wide, key: &mut Key) -> u32 {\n    let mut sum = 0;\n");
    for n in 0..299 {
        let after = n + 1;
        let _ = writeln!(
            wide,
            "    sum += wide.f{n}.under(key).with_write(|a, key| {{ *a += 1; wide.f{after}.under(key).with_read(|b, _| *a + *b) }});"
        );
    }
    wide.push_str("    sum\n}\n");
    let mut chain =
        String::from("#[guarded(ordered)]\n#[derive(Default)]\npub struct S0 { #[guarded] pub f: u32 }\n");
    for n in 1..1000 {
        let before = n - 1;
        let _ = writeln!(
            chain,
            "#[guarded(ordered)]\n#[derive(Default)]\npub struct S{n} {{ #[guarded(after = S{before}::f)] pub f: u32 }}"
        );
    }
    let folder = std::env::var("OUT_DIR").expect("cargo gives a build script its folder");
    for (name, text) in [("wide.rs", wide), ("chain.rs", chain)] {
        std::fs::write(format!("{folder}/{name}"), text).expect("the folder can be written to");
    }
}

//! Proves that each misuse ends in a panic that names the field and both lines, or in the right result, and never in a
//! hang: each case runs in a process of its own, under a time limit.
#![cfg(feature = "order-check")]

use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

#[path = "misuse/legal.rs"]
mod legal;
#[path = "misuse/odd.rs"]
mod odd;
#[path = "misuse/orders.rs"]
mod orders;
#[path = "misuse/twice.rs"]
mod twice;

const CASE: &str = "GUARDED_MISUSE_CASE";
const LIMIT: Duration = Duration::from_secs(30);

/// Runs one case in a process of its own, whose output is the failure's.
fn run(case: &str, findings: &str) -> (ExitStatus, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(CASE, case)
        .env("GUARDED_FINDINGS", findings)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || std::io::read_to_string(&mut errors).unwrap_or_default());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("`{case}` hangs:\n{}", reader.join().unwrap());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    (status, reader.join().unwrap())
}

/// What a panic of `f` says.
fn message(f: impl FnOnce()) -> String {
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).expect_err("must panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("a message")).to_owned(),
    }
}

/// `f` panics, and names the field and the lines of `file`.
#[track_caller]
fn told(file: &str, field: &str, lines: &[u32], f: impl FnOnce()) {
    let message = message(f);
    assert!(message.contains(field), "{field} is not in: {message}");
    for line in lines {
        assert!(message.contains(&format!("{file}:{line}:")), "line {line} is not in: {message}");
    }
}

macro_rules! cases {
    ($($findings:literal: $($module:ident::$name:ident)*;)*) => {
        /// What the cases' processes run; nothing in the parent.
        #[test]
        fn child() {
            match std::env::var(CASE).as_deref() {
                $($(Ok(concat!(stringify!($module), "::", stringify!($name))) => $module::$name(),)*)*
                Ok("aborts") => odd::reentrance_while_unwinding(),
                Ok("printed") => odd::a_scope_that_does_not_end(),
                Ok(other) => panic!("no case {other}"),
                Err(_) => {}
            }
        }

        mod apart {
            $($(
                #[test]
                fn $name() {
                    let (status, errors) = super::run(concat!(stringify!($module), "::", stringify!($name)), $findings);
                    assert!(status.success(), "{status}\n{errors}");
                }
            )*)*
        }
    };
}

cases! {
    "panic":
        twice::through_match_and_if_let_heads twice::through_an_if_let_else twice::nested_closures_of_every_pair_of_modes
        twice::calls_and_recursion twice::trait_objects_and_callbacks twice::drop_of_a_value twice::iterators
        twice::two_reads_with_a_writer_queued_between twice::upgradable_misuse twice::leaked_guard
        twice::try_forms_are_told
        orders::two_fields orders::two_instances orders::numbered_instances orders::once_without_the_gate orders::three_fields orders::leaf orders::wait_while_holding
        odd::forty_locks odd::thread_local_destructor odd::reentrance_in_drop_with_try odd::hook_that_locks
        odd::hook_that_panics odd::inversion_while_unwinding_is_told
        legal::order_learned_in_a_panic legal::one_type_in_two_roles legal::many_instances_at_once
        legal::a_tree_from_parent_to_child legal::a_ring_under_one_gate legal::try_against_the_order legal::gate_lock legal::released_before_the_other legal::hand_over_hand
        legal::instances_in_an_acyclic_order legal::fields_of_different_structs;
    "report":
        orders::two_threads_in_a_ring orders::three_threads_in_a_ring orders::readers_behind_queued_writers
        orders::a_ring_with_a_timed_member orders::an_upgrade_in_a_ring orders::reported_once_a_pair_of_lines;
    "ignore":
        orders::ignored_orders_still_end_rings;
}

#[cfg(unix)]
#[test]
fn reentrance_while_unwinding_prints_both_lines_and_aborts() {
    use std::os::unix::process::ExitStatusExt;
    let (status, errors) = run("aborts", "panic");
    assert_eq!(status.signal(), Some(6), "{status}\n{errors}");
    let (outer, inner) = odd::ABORT_LINES;
    for line in [outer, inner] {
        assert!(errors.contains(&format!("{}:{line}:", odd::FILE)), "{line} is not in: {errors}");
    }
    assert!(errors.contains("Odd.cell") && errors.contains("aborting"), "{errors}");
}

/// What no check of locks can see still does not hang in silence.
#[test]
fn a_wait_behind_a_scope_that_does_not_end_is_printed_without_a_hook() {
    let (status, errors) = run("printed", "warn");
    assert!(status.success(), "{status}\n{errors}");
    let (outer, inner) = odd::ENDLESS_LINES;
    for line in [outer, inner] {
        assert!(errors.contains(&format!("{}:{line}:", odd::FILE)), "{line} is not in: {errors}");
    }
    assert!(errors.contains("Odd.cell") && errors.contains("a `join`"), "{errors}");
    assert!(errors.contains("`report` or `ignore`, found `warn`"), "a word that is none is told: {errors}");
}

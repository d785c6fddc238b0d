//! Who loads what inside which loader, and who waits for whom: the proof that a load can never end.
//!
//! Each thread keeps the flights whose loaders it is in, outermost first. A call that would wait while its thread is in
//! any enters the table of waits: all of those flights wait now for the one that it wants. The last member of a ring to
//! arrive finds all the others there. Waits with a time limit leave by themselves and are passed over. Nothing of this
//! is touched by a call that finds its value, nor by a waiter outside of any loader.

use crate::error::Line;
use crate::site::Class;
use crate::sync::{Internal, thread_state};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::marker::PhantomData;

/// A flight, as rings see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The flight's address, its own as long as anybody loads it or waits for it.
    pub(super) call: usize,
    pub(super) class: &'static Class,
    /// The call whose loader it is.
    pub(super) leader: Line,
}

thread_state! {
    /// The flights whose loaders this thread is in.
    static RUNNING: RefCell<Vec<Node>> = RefCell::new(Vec::new())
}

/// This thread is in a flight's loader, until dropped.
pub(super) struct Running {
    depth: usize,
    on_this_thread: PhantomData<*const ()>,
}

/// The thread enters a loader. (Where its locals are gone already, the loader is not seen.)
pub(super) fn run(node: Node) -> Running {
    let depth = RUNNING.try_with(|running| {
        let mut running = running.borrow_mut();
        running.push(node);
        running.len() - 1
    });
    Running { depth: depth.unwrap_or(0), on_this_thread: PhantomData }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = RUNNING.try_with(|running| running.borrow_mut().truncate(self.depth));
    }
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    wait: u64,
    from: Node,
    to: Node,
    /// The call that waits.
    at: Line,
    limited: bool,
}

static WAITS: Internal<(u64, Vec<Edge>)> = Internal::new((0, Vec::new()));

/// A call's place in the table, given up on drop.
#[derive(Debug)]
pub(super) struct Wait {
    id: u64,
}

impl Drop for Wait {
    fn drop(&mut self) {
        WAITS.lock().1.retain(|edge| edge.wait != self.id);
    }
}

/// What waiting would mean.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It may end. A place in the table where the thread is in a loader.
    Free(Option<Wait>),
    /// This thread is in the wanted flight's loader.
    Recursion,
    /// Each member waits for the next.
    Ring(String),
}

/// The call at `at` would wait for `to`.
pub(super) fn enter(to: Node, at: Line, limited: bool) -> Verdict {
    let running = RUNNING.try_with(|running| running.borrow().clone()).unwrap_or_default();
    if running.is_empty() {
        return Verdict::Free(None);
    }
    if running.iter().any(|node| node.call == to.call) {
        return Verdict::Recursion;
    }
    let mut table = WAITS.lock();
    table.0 += 1;
    let wait = table.0;
    let mut own = running.iter().map(|&from| Edge { wait, from, to, at, limited });
    if let Some(path) = prove(&table.1, &running, to) {
        drop(table);
        let reached = path.last().map(|edge| edge.to.call);
        let closing = own.find(|edge| Some(edge.from.call) == reached);
        return Verdict::Ring(describe(closing.iter().chain(&path)));
    }
    table.1.extend(own);
    Verdict::Free(Some(Wait { id: wait }))
}

/// A path from `start` to one of `goals`, over waits without a limit.
fn prove(edges: &[Edge], goals: &[Node], start: Node) -> Option<Vec<Edge>> {
    let mut paths = vec![vec![]];
    let mut seen = vec![start.call];
    while let Some(path) = paths.pop() {
        let at = path.last().map_or(start.call, |edge: &Edge| edge.to.call);
        if !path.is_empty() && goals.iter().any(|goal| goal.call == at) {
            return Some(path);
        }
        for edge in edges.iter().filter(|edge| edge.from.call == at && !edge.limited) {
            if !seen.contains(&edge.to.call) {
                seen.push(edge.to.call);
                let mut longer = path.clone();
                longer.push(*edge);
                paths.push(longer);
            }
        }
    }
    None
}

fn describe<'e>(ring: impl Iterator<Item = &'e Edge>) -> String {
    let mut text = String::new();
    for edge in ring {
        let _ = writeln!(
            text,
            "  the loader of `{}` called at {} waits at {} for the one called at {}",
            edge.from.class, edge.from.leader, edge.at, edge.to.leader
        );
    }
    text.truncate(text.trim_end().len());
    text
}

//! How several locks are taken without an order that others could fight with.
//!
//! First all are tried. Where one is in use, all are given back, and that one is waited for while nothing else of
//! the set is held; then the rest is tried again. Nobody waits while holding, so no order is imposed on code that nests
//! the same locks, and no ring can close through such a call.
//!
//! Trying could go wrong for ever, so after [`ROUNDS`] rounds the locks are waited for one after another, in one order
//! for all calls: the learned order of nested code, then registration, then address. Calls do not block each other in
//! rings then, and each wait is in a fair queue, so each call gets in. Nested code may still go the other way (the order
//! it follows may be learned at this very moment), so each wait but the first has a limit; when it has passed, all is
//! given back, and the next limit is twice as long. Once it exceeds the longest queue, the call gets in.

use super::set::{Act, LockAll, Policies};
use crate::error::TryError;
use smallvec::SmallVec;
use std::time::{Duration, Instant};

/// How often all locks are tried before they are taken in order.
const ROUNDS: u32 = 16;

/// The first limit of a wait that others wait behind.
const PATIENCE: Duration = Duration::from_millis(4);

/// When the caller gives up.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    pub(super) start: Instant,
    pub(super) limit: Duration,
}

impl Deadline {
    fn left(self) -> Duration {
        self.limit.saturating_sub(self.start.elapsed())
    }

    /// The whole call has taken too long, whatever its last step says.
    fn told(self, error: TryError) -> TryError {
        let (field, holder, held_for) = match error {
            TryError::WouldBlock { field, holder } => (field, holder, Duration::ZERO),
            TryError::TimedOut { field, holder, held_for, .. } => (field, holder, held_for),
            error => return error,
        };
        TryError::TimedOut { field, holder, waited: self.start.elapsed(), held_for }
    }
}

/// Takes all locks; `busy` was in use.
///
/// # Errors
/// The deadline has passed, or waiting until then would not help. Without one a wait that never ends is a panic.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn acquire<P: Policies, L: LockAll<P>>(
    set: L, // by value: it stays in registers where nobody is in the way
    mut busy: usize,
    deadline: Option<Deadline>,
) -> Result<L::Scopes, TryError> {
    'rounds: for _ in 0..ROUNDS {
        let mut partly = set.none();
        wait(&set, &mut partly, busy, deadline)?;
        let held = busy;
        for number in (0..set.count()).filter(|number| *number != held) {
            if set.act(&mut partly, number, Act::Try).is_err() {
                busy = number;
                continue 'rounds; // all is given back
            }
        }
        return Ok(all_of::<P, L>(partly));
    }
    let mut patience = PATIENCE;
    'in_order: loop {
        let mut partly = set.none();
        let order = order(&set);
        wait(&set, &mut partly, order[0], deadline)?;
        for &number in &order[1..] {
            let limit = deadline.map_or(patience, |deadline| patience.min(deadline.left()));
            if set.act(&mut partly, number, Act::TakeFor(limit)).is_err() {
                drop(partly);
                // With nothing else of the set held: a ring through what the caller holds besides is proven here.
                wait(&set, &mut set.none(), number, deadline)?;
                patience = patience.saturating_mul(2);
                continue 'in_order;
            }
        }
        return Ok(all_of::<P, L>(partly));
    }
}

fn all_of<P: Policies, L: LockAll<P>>(partly: L::Partly) -> L::Scopes {
    L::complete(partly).unwrap_or_else(|| unreachable!("all locks of the set are held"))
}

#[track_caller]
fn wait<P: Policies, L: LockAll<P>>(
    set: &L,
    partly: &mut L::Partly,
    number: usize,
    deadline: Option<Deadline>,
) -> Result<(), TryError> {
    let act = deadline.map_or(Act::Take, |deadline| Act::TakeFor(deadline.left()));
    match set.act(partly, number, act) {
        Ok(()) => Ok(()),
        Err(refused) => {
            let error = refused.unwrap_or_else(|| unreachable!("only a try gives no reason"));
            Err(match deadline {
                Some(deadline) => deadline.told(error),
                None => error,
            })
        }
    }
}

/// The members in the order that all calls share: by the learned order of nested code, then by registration, and the
/// instances of one class by address.
fn order<P: Policies, L: LockAll<P>>(set: &L) -> SmallVec<[usize; 12]> {
    let key = |number: &usize| {
        let member = set.member(*number);
        #[cfg(feature = "order-check")]
        let learned = crate::order::check::rank(member.info);
        #[cfg(not(feature = "order-check"))]
        let learned = 0;
        (learned, member.info.class.slot(), member.address)
    };
    let mut order: SmallVec<[_; 12]> = (0..set.count()).collect();
    order.sort_by_cached_key(key);
    order
}

//! Calls that wait for something outside of this library, marked as such: a lock that is held meanwhile is told.
//!
//! [`blocking`](fn@blocking) marks any call; the functions here are those of std that people make under locks, already marked.
//! With the feature `tokio` there are two of tokio's.

use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, SendError, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Runs `f`, which may wait for something outside of this library; with a guarded lock held that is told, with both lines.
///
/// Whoever `f` waits for may need that lock, and then nothing goes on: the thread that is joined, the task that is blocked on,
/// the sender of a message. And who only needs the lock waits as long as `f` does.
///
/// ```
/// use guarded_core::{Guarded, blocking};
/// let log = Guarded::rw(String::new());
/// let text = blocking("read the file", || std::fs::read_to_string("no such file")).unwrap_or_default();
/// log.with_write(|log| *log = text);
/// ```
///
/// `what` stands in the message: "blocking call `read the file` at src/main.rs:9:12 while `Log.lines` is held for write since ..".
///
/// # Panics
/// With a guarded lock held, where the build says panic, before `f` is called: see
/// [`WaitWhileHolding`](crate::Finding::WaitWhileHolding). Needs the feature `order-check`; without it this is `f()`.
///
/// # Deadlocks
/// Tells of a possible one. It does not see what `f` waits for.
///
/// # Cost
/// One look at this thread's list of locks.
#[track_caller]
pub fn blocking<R>(what: &str, f: impl FnOnce() -> R) -> R {
    #[cfg(feature = "order-check")]
    crate::order::check::outside(format_args!("blocking call `{what}`"));
    f()
}

/// [`JoinHandle::join`], as a [`blocking`](fn@blocking) call.
///
/// ```
/// use guarded_core::blocking;
/// assert_eq!(blocking::join(std::thread::spawn(|| 7)).unwrap(), 7);
/// ```
///
/// # Errors
/// The panic of the thread.
///
/// # Panics
/// As [`blocking`](fn@blocking).
#[track_caller]
pub fn join<T>(handle: JoinHandle<T>) -> std::thread::Result<T> {
    blocking("join", || handle.join())
}

/// [`std::thread::sleep`], as a [`blocking`](fn@blocking) call.
///
/// ```
/// use guarded_core::blocking;
/// blocking::sleep(std::time::Duration::from_micros(1));
/// ```
///
/// # Panics
/// As [`blocking`](fn@blocking).
#[track_caller]
pub fn sleep(time: Duration) {
    blocking("sleep", || std::thread::sleep(time));
}

/// [`Receiver::recv`], as a [`blocking`](fn@blocking) call.
///
/// ```
/// use guarded_core::blocking;
/// let (send, receive) = std::sync::mpsc::channel();
/// send.send(7).unwrap();
/// assert_eq!(blocking::recv(&receive), Ok(7));
/// ```
///
/// # Errors
/// All senders are gone.
///
/// # Panics
/// As [`blocking`](fn@blocking).
#[track_caller]
pub fn recv<T>(receiver: &Receiver<T>) -> Result<T, RecvError> {
    blocking("recv", || receiver.recv())
}

/// [`Receiver::recv_timeout`], as a [`blocking`](fn@blocking) call.
///
/// ```
/// use guarded_core::blocking;
/// use std::{sync::mpsc::channel, time::Duration};
/// let (_send, receive) = channel::<u32>();
/// assert!(blocking::recv_for(Duration::from_millis(1), &receive).is_err());
/// ```
///
/// # Errors
/// The time is over, or all senders are gone.
///
/// # Panics
/// As [`blocking`](fn@blocking).
#[track_caller]
pub fn recv_for<T>(limit: Duration, receiver: &Receiver<T>) -> Result<T, RecvTimeoutError> {
    blocking("recv_timeout", || receiver.recv_timeout(limit))
}

/// [`SyncSender::send`], which waits while its channel is full, as a [`blocking`](fn@blocking) call.
///
/// ```
/// use guarded_core::blocking;
/// let (send, receive) = std::sync::mpsc::sync_channel(1);
/// blocking::send(&send, 7).unwrap();
/// assert_eq!(receive.recv(), Ok(7));
/// ```
///
/// # Errors
/// The receiver is gone; the message comes back.
///
/// # Panics
/// As [`blocking`](fn@blocking).
#[track_caller]
pub fn send<T>(sender: &SyncSender<T>, message: T) -> Result<(), SendError<T>> {
    blocking("send", || sender.send(message))
}

/// [`Handle::block_on`](tokio::runtime::Handle::block_on), as a [`blocking`](fn@blocking) call (feature `tokio`).
///
/// ```
/// # #[cfg(feature = "tokio")] {
/// use guarded_core::blocking;
/// let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// assert_eq!(blocking::block_on(runtime.handle(), async { 7 }), 7);
/// # }
/// ```
///
/// # Panics
/// As [`blocking`](fn@blocking), and as tokio's.
#[cfg(feature = "tokio")]
#[track_caller]
pub fn block_on<F: Future>(handle: &tokio::runtime::Handle, future: F) -> F::Output {
    blocking("block_on", || handle.block_on(future))
}

/// [`blocking_recv`](tokio::sync::mpsc::Receiver::blocking_recv) of tokio's channel, as a [`blocking`](fn@blocking) call (feature
/// `tokio`).
///
/// ```
/// # #[cfg(feature = "tokio")] {
/// use guarded_core::blocking;
/// let (send, mut receive) = tokio::sync::mpsc::channel(1);
/// send.blocking_send(7).unwrap();
/// assert_eq!(blocking::blocking_recv(&mut receive), Some(7));
/// # }
/// ```
///
/// # Panics
/// As [`blocking`](fn@blocking), and as tokio's.
#[cfg(feature = "tokio")]
#[track_caller]
pub fn blocking_recv<T>(receiver: &mut tokio::sync::mpsc::Receiver<T>) -> Option<T> {
    blocking("blocking_recv", || receiver.blocking_recv())
}

//! Proves that tasks and threads wait for conditions in one queue, and that a monitor can be closed.

use guarded_state::{Guarded, Monitor, Outcome, Poison, TryError, guarded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

type Jobs = Guarded<Vec<u32>, Monitor<Poison>>;
const LONG: Duration = Duration::from_secs(20);

fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < LONG, "it never comes");
        thread::yield_now();
    }
}

/// Counts how often it was woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A future, polled by hand.
struct Task<'f, R> {
    future: Pin<Box<dyn Future<Output = R> + Send + 'f>>,
    bell: Arc<Bell>,
}

impl<'f, R> Task<'f, R> {
    fn new(future: impl Future<Output = R> + Send + 'f) -> Self {
        Self { future: Box::pin(future), bell: Arc::default() }
    }

    /// Polled once: it waits now.
    fn waiting(future: impl Future<Output = R> + Send + 'f) -> Self {
        let mut task = Self::new(future);
        assert!(task.poll().is_none());
        task
    }

    fn poll(&mut self) -> Option<R> {
        let waker = Waker::from(Arc::clone(&self.bell));
        match self.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }
}

fn pop(jobs: &Jobs) -> impl Future<Output = Option<u32>> + Send {
    jobs.with_write_when_async(|jobs| !jobs.is_empty(), Vec::pop)
}

#[test]
fn a_task_is_woken_by_what_makes_its_condition_true_and_by_nothing_else() {
    let jobs = Jobs::new(vec![]);
    let mut task = Task::waiting(jobs.with_write_when_async(|jobs| jobs.len() == 2, Vec::pop));
    assert_eq!(jobs.waiters(), 1);
    jobs.with_write(|jobs| jobs.push(1));
    jobs.with_read(|_| ());
    assert_eq!(task.bell.rung(), 0);
    jobs.with_write(|jobs| jobs.push(2));
    assert_eq!(task.bell.rung(), 1);
    assert_eq!(task.poll(), Some(Some(2)));
    assert_eq!(jobs.waiters(), 0);
    let polled_on = catch_unwind(AssertUnwindSafe(|| task.poll()));
    assert!(polled_on.is_err(), "it was ready");
}

#[test]
fn a_condition_that_holds_waits_for_nothing() {
    let jobs = Jobs::new(vec![7]);
    let mut task = Task::new(pop(&jobs));
    assert_eq!(task.poll(), Some(Some(7)));
    assert_eq!((task.bell.rung(), jobs.waiters()), (0, 0));
}

#[test]
fn who_is_polled_too_early_keeps_its_place_and_its_newest_waker() {
    let jobs = Jobs::new(vec![]);
    let mut first = Task::waiting(pop(&jobs));
    let mut second = Task::waiting(pop(&jobs));
    let old = std::mem::take(&mut first.bell);
    assert_eq!(first.poll(), None);
    assert_eq!(jobs.waiters(), 2);
    jobs.with_write(|jobs| jobs.push(7));
    assert_eq!((old.rung(), first.bell.rung()), (0, 1));
    assert_eq!((first.poll(), second.poll()), (Some(Some(7)), None));
}

/// Neither one that is dropped, nor one that is woken and forgotten, nor one that is leaked.
#[test]
fn a_task_that_is_polled_no_more_strands_nobody() {
    let jobs: &'static Jobs = Box::leak(Box::new(Jobs::new(vec![])));
    let dropped = Task::waiting(pop(jobs));
    let forgotten = Task::waiting(pop(jobs));
    std::mem::forget(Task::waiting(pop(jobs)));
    let thread = thread::spawn(|| jobs.with_write_when(|jobs| !jobs.is_empty(), Vec::pop));
    until(|| jobs.waiters() == 4);
    let mut last = Task::waiting(pop(jobs));
    drop(dropped);
    assert_eq!(jobs.waiters(), 4);
    jobs.with_write(|jobs| jobs.extend([1, 2]));
    assert!(thread.join().unwrap().is_some());
    until(|| last.bell.rung() > 0); // the thread's own release looks behind it
    assert_eq!((forgotten.bell.rung() > 0, last.poll().flatten().is_some()), (true, true));
}

#[test]
fn a_task_and_a_thread_serve_each_other() {
    const ROUNDS: u32 = 2_000;
    let turn: Guarded<u32, Monitor> = Guarded::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            for n in 0..ROUNDS {
                turn.with_write_when(|turn| *turn == 2 * n + 1, |turn| *turn += 1);
            }
        });
        s.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                for n in 0..ROUNDS {
                    turn.with_write_when_async(move |turn| *turn == 2 * n, |turn| *turn += 1).await;
                }
            });
        });
    });
    assert_eq!((turn.with_read(|turn| *turn), turn.waiters()), (2 * ROUNDS, 0));
}

/// Producers and consumers of both kinds, some of them cancelled at any moment: what was put in is taken out once.
#[test]
fn cancelled_at_any_moment_nothing_is_lost_or_doubled() {
    const EACH: u32 = 400;
    let jobs: &'static Jobs = Box::leak(Box::new(Jobs::new(vec![])));
    let taken: &'static Guarded<Vec<u32>> = Box::leak(Box::new(Guarded::new(vec![])));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let mut consumers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            consumers.spawn(async {
                loop {
                    let next = jobs.try_with_write_when_async(
                        |jobs| !jobs.is_empty(),
                        |jobs| taken.with_write(|taken| taken.extend(jobs.pop())),
                    );
                    let closed = |ended: Result<_, _>| matches!(ended, Ok(Err(TryError::Closed { .. })));
                    if closed(tokio::time::timeout(Duration::from_micros(50), next).await) {
                        return;
                    }
                }
            });
        }
        let workers: Vec<_> = (0..2)
            .map(|_| {
                thread::spawn(|| {
                    while let Ok(job) = jobs.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop) {
                        taken.with_write(|taken| taken.extend(job));
                    }
                })
            })
            .collect();
        let producers = (0..4).map(|n| {
            tokio::spawn(async move {
                for job in n * EACH..(n + 1) * EACH {
                    jobs.with_write_if_open(|jobs| jobs.push(job)).unwrap();
                    tokio::task::yield_now().await;
                }
            })
        });
        for producer in producers.collect::<Vec<_>>() {
            producer.await.unwrap();
        }
        jobs.close();
        while let Some(consumer) = consumers.join_next().await {
            consumer.unwrap();
        }
        for worker in workers {
            worker.join().unwrap();
        }
    });
    let mut taken = taken.take();
    taken.sort_unstable();
    assert_eq!(taken, (0..4 * EACH).collect::<Vec<_>>());
    assert_eq!(jobs.waiters(), 0);
}

/// What a condition has captured is dropped outside the lock, and its panics are its own.
#[test]
fn conditions_of_tasks_panic_where_they_belong() {
    struct Uses(&'static Jobs);
    impl Drop for Uses {
        fn drop(&mut self) {
            self.0.with_write(|jobs| jobs.push(9));
        }
    }
    let jobs: &'static Jobs = Box::leak(Box::new(Jobs::new(vec![])));
    let uses = Uses(jobs);
    let task = Task::waiting(jobs.with_write_when_async(
        move |jobs| {
            let _ = &uses;
            jobs.contains(&1)
        },
        |_| (),
    ));
    drop(task);
    assert_eq!(jobs.with_read(Vec::clone), [9]);

    let mut task = Task::waiting(jobs.with_write_when_async(
        |jobs| {
            assert!(!jobs.contains(&13), "unlucky");
            false
        },
        |_| (),
    ));
    jobs.with_write(|jobs| jobs.push(13));
    assert_eq!((task.bell.rung(), jobs.is_poisoned()), (1, false));
    assert!(catch_unwind(AssertUnwindSafe(|| task.poll())).is_err());
    assert_eq!((jobs.waiters(), jobs.is_poisoned()), (0, false));
}

#[test]
fn a_waker_that_panics_hurts_nobody() {
    struct Angry;
    impl Wake for Angry {
        fn wake(self: Arc<Self>) {
            panic!("a bad executor");
        }
    }
    let jobs = Jobs::new(vec![]);
    let mut angry = pin!(pop(&jobs));
    assert!(angry.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::new(Angry)))).is_pending());
    let mut good = Task::waiting(pop(&jobs));
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        jobs.with_write(|jobs| {
            jobs.push(1);
            panic!("while unwinding too");
        })
    }));
    assert!(unwound.is_err());
    assert_eq!(good.bell.rung(), 1);
    jobs.recover(|_| ());
    assert_eq!(good.poll(), Some(Some(1)));
}

#[test]
fn a_panic_in_the_scope_of_a_task_runs_the_policy_and_names_its_line() {
    let jobs = Jobs::new(vec![1]);
    let mut task = Task::new(jobs.with_write_when_async(|_| true, |_| panic!("half way")));
    let line = line!() - 1;
    assert!(catch_unwind(AssertUnwindSafe(|| task.poll())).is_err());
    assert!(jobs.is_poisoned());
    let told = jobs.try_with_read(|_| ()).unwrap_err().to_string();
    assert!(told.contains(&format!("{}:{line}", file!())), "{told}");
}

/// A poisoned value wakes who waits for it, and refuses it.
#[test]
fn tasks_that_wait_for_a_poisoned_value_are_told() {
    let jobs = Jobs::new(vec![]);
    let mut task = Task::waiting(pop(&jobs));
    assert!(catch_unwind(AssertUnwindSafe(|| jobs.with_write(|_| panic!("half way")))).is_err());
    assert_eq!(task.bell.rung(), 1);
    assert!(catch_unwind(AssertUnwindSafe(|| task.poll())).is_err());
    assert_eq!(jobs.waiters(), 0);
}

#[test]
fn whoever_waits_is_let_go_by_close() {
    let jobs: &'static Jobs = Box::leak(Box::new(Jobs::new(vec![])));
    let (tried, timed) = (
        thread::spawn(|| jobs.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop)),
        thread::spawn(|| jobs.with_write_when_for(LONG, |jobs| !jobs.is_empty(), |_, how| how)),
    );
    let plain = thread::spawn(|| jobs.with_write_when(|jobs| !jobs.is_empty(), Vec::pop));
    let mut task = Task::waiting(jobs.try_with_write_when_async(|jobs| !jobs.is_empty(), Vec::pop));
    until(|| jobs.waiters() == 4);
    let line = line!() + 1;
    jobs.close();
    let closed = tried.join().unwrap().unwrap_err();
    let TryError::Closed { closed_at, .. } = &closed else { panic!("{closed}") };
    assert_eq!((closed_at.file(), closed_at.line()), (file!(), line), "{closed}");
    assert_eq!(timed.join().unwrap(), Outcome::Closed);
    let message = plain.join().unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("was closed at") && message.contains("try_with_write_when"), "{message}");
    assert_eq!(task.bell.rung(), 1);
    assert!(matches!(task.poll(), Some(Err(TryError::Closed { .. }))));

    // Later waits end at once, and the first line is the one that is told.
    jobs.close();
    let again = jobs.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop).unwrap_err();
    assert!(matches!(again, TryError::Closed { closed_at, .. } if closed_at.line() == line));
    assert_eq!(jobs.with_write_when_for(LONG, |jobs| !jobs.is_empty(), |_, how| how), Outcome::Closed);
    assert_eq!(jobs.waiters(), 0);
}

#[test]
fn what_was_in_when_it_was_closed_is_not_lost() {
    let jobs = Jobs::new(vec![1, 2]);
    jobs.close();
    assert!(matches!(jobs.with_write_if_open(|jobs| jobs.push(3)), Err(TryError::Closed { .. })));
    let next = || jobs.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop);
    assert_eq!((next(), next()), (Ok(Some(2)), Ok(Some(1))));
    assert!(matches!(next(), Err(TryError::Closed { .. })));
    jobs.with_write(|jobs| jobs.push(4)); // who writes all the same is served
    assert_eq!(next(), Ok(Some(4)));
}

/// Nobody gets in between the last write and the end; a panic in it ends nothing.
#[test]
fn the_last_write_and_the_end_are_one_moment() {
    let jobs: &'static Jobs = Box::leak(Box::new(Jobs::new(vec![])));
    let panicked = catch_unwind(AssertUnwindSafe(|| jobs.close_with(|_| panic!("half way"))));
    assert!(panicked.is_err() && !jobs.is_closed());
    jobs.recover(|_| ());
    let workers: Vec<_> = (0..3)
        .map(|_| thread::spawn(|| jobs.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop)))
        .collect();
    until(|| jobs.waiters() == 3);
    jobs.close_with(|jobs| jobs.extend([1, 2]));
    let ends: Vec<_> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    assert_eq!(ends.iter().filter(|end| matches!(end, Ok(Some(_)))).count(), 2, "{ends:?}");
    assert_eq!(ends.iter().filter(|end| matches!(end, Err(TryError::Closed { .. }))).count(), 1, "{ends:?}");
}

#[guarded]
#[derive(Default)]
struct Pool {
    #[guarded(monitor)]
    free: Vec<String>,
}

/// On a field of a struct, with the struct behind an `Arc`: the future of a spawned task.
#[test]
fn a_field_is_waited_for_by_a_spawned_task() {
    let pool = Arc::new(Pool::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let taken = runtime.spawn({
        let pool = Arc::clone(&pool);
        async move { pool.free.with_write_when_async(|free| !free.is_empty(), Vec::pop).await }
    });
    until(|| pool.free.waiters() == 1);
    pool.free.with_write(|free| free.push("a".into()));
    assert_eq!(runtime.block_on(taken).unwrap(), Some("a".into()));
    pool.free.close();
    let error = pool.free.try_with_write_when(|free| !free.is_empty(), Vec::pop).unwrap_err();
    assert!(error.to_string().starts_with("`Pool.free` was closed at"), "{error}");
}

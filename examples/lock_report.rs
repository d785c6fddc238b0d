//! Who made whom wait: the lock report as a table, a page, Prometheus text and a DOT graph.

#[cfg(feature = "observe")]
mod shop {
    use guarded_state::guarded;
    use std::time::Duration;

    #[guarded]
    #[derive(Debug, Default)]
    pub(crate) struct Shop {
        #[guarded]
        pub stock: Vec<u32>,
        #[guarded(mutex)]
        pub journal: Vec<String>,
    }

    impl Shop {
        /// Slow inside the scope: the report will name this line as a holder.
        pub(crate) fn take_inventory(&self) {
            self.stock.with_write(|stock| {
                std::thread::sleep(Duration::from_millis(5));
                stock.push(1);
            });
        }

        /// One lock inside another: an edge of the order graph.
        pub(crate) fn note(&self) {
            self.stock.with_read(|stock| {
                self.journal.with_write(|journal| journal.push(format!("{} counts", stock.len())));
            });
        }
    }
}

#[cfg(feature = "observe")]
fn main() -> std::io::Result<()> {
    let shop = shop::Shop::default();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..10 {
                    shop.take_inventory();
                    shop.note();
                }
            });
        }
    });

    let report = guarded_state::report();
    println!("{report}");

    let folder = std::env::temp_dir().join(format!("lock_report-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("report.html"), report.to_html())?;
    std::fs::write(folder.join("report.prom"), report.to_prometheus())?;
    std::fs::write(folder.join("order.dot"), report.to_dot())?;
    println!("also as report.html, report.prom and order.dot in {}", folder.display());

    let stock = report.fields.iter().find(|field| field.field == "Shop.stock").expect("it was used");
    assert_eq!((stock.writes, stock.reads), (30, 30));
    assert!(stock.waits > 0 && report.waits.iter().any(|wait| wait.field == "Shop.stock"));
    #[cfg(feature = "order-check")]
    assert_eq!(
        (report.order[0].held.as_str(), report.order[0].taken.as_str()),
        ("Shop.stock", "Shop.journal")
    );
    Ok(())
}

#[cfg(not(feature = "observe"))]
fn main() {
    println!("the report needs the feature `observe`");
}

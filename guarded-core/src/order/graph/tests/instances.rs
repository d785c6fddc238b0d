//! Several instances of one class.

use super::super::{Graph, INSTANCE_EDGES, Node};
use super::{Random, assert_closed, clean, edges, held, held_instance, last, run};

#[test]
fn opposite_orders_of_instances_are_a_ring() {
    assert_eq!(last(&["x1 x2", "x2 x1"]), ["x2>x1 x1>x2"]);
}

#[test]
fn a_ring_of_instances() {
    assert_eq!(last(&["x1 x2", "x2 x3", "x3 x1"]), ["x3>x1 x1>x2 x2>x3"]);
    clean(&["x1 x2", "x1 x3", "x2 x3"]);
}

#[test]
fn any_order_without_a_ring_is_legal() {
    clean(&["x9 x1", "x1 x5", "x5 x3", "x9 x3"]);
    // A tree, its instances created in no order.
    clean(&["x4 x9 -x9 x1", "x9 x2 -x2 x7", "x1 x3", "x4 x9 x7", "x4 x1 x3"]);
    // Hand over hand along a list, twice.
    clean(&["x1 x2 -x1 x3 -x2 x4 -x3 x5"; 2]);
}

#[test]
fn hand_over_hand_both_ways_is_a_ring() {
    assert_eq!(last(&["x1 x2 -x1 x3", "x3 x2 -x3 x1"]), ["x3>x2 x2>x3", "x2>x1 x1>x2"]);
}

#[test]
fn classes_do_not_mix_their_instances() {
    clean(&["x1 x2", "y2 y1"]);
    clean(&["x1 y2", "x2 y1"]);
}

#[test]
fn between_classes_instances_do_not_matter() {
    assert_eq!(last(&["x1 y1", "y2 x2"]), ["y>x x>y"]);
    assert_eq!(last(&["x1 x2 y3", "y3 x1"]), ["y>x x>y"]);
}

#[test]
fn a_ring_through_another_class_and_back() {
    // x1 > x2 comes with y between them; x2 > x1 closes it among the instances.
    assert_eq!(last(&["x1 y1 x2", "x2 x1"]), ["x2>x1 x1>x2"]);
    // Not held by one thread, it shows between the classes.
    assert_eq!(last(&["x1 y1", "y1 x2"]), ["y>x x>y"]);
}

#[test]
fn an_outer_instance_is_the_gate_of_an_inner_class() {
    // From parent to child with two fields each: y>x is seen only while the outer x is held.
    clean(&["x1 y1 x2 y2 x3 y3", "x1 y1 x2 y2"]);
}

#[test]
fn another_class_is_a_gate() {
    clean(&["g x1 x2", "g x2 x1"]);
    assert_eq!(last(&["g? x1 x2", "g? x2 x1"]), ["x2>x1 x1>x2"]);
    assert_eq!(last(&["g x1 x2", "x2 x1"]), ["x2>x1 x1>x2"]);
}

#[test]
fn an_instance_of_the_class_is_a_gate() {
    clean(&["x1 x2 x3", "x1 x3 x2"]);
    assert_eq!(last(&["x1? x2 x3", "x1? x3 x2"]), ["x3>x2 x2>x3"]);
    assert_eq!(last(&["x1 x2 x3", "x4 x3 x2"]), ["x3>x2 x2>x3"]);
}

#[test]
fn unknown_instances_are_not_judged() {
    clean(&["x x", "x x1 x2"]);
}

#[test]
fn a_class_with_nested_instances_is_listed_once() {
    let mut graph = Graph::new();
    run(&mut graph, "x1 x2 y -y x3");
    assert_eq!(edges(&graph), "x>y, x>x");
    run(&mut graph, "x3 x2");
    assert_eq!(edges(&graph), "x>y, x>x refused");
    let within = graph.edges().last().expect("nested");
    assert_eq!((within.from_site, within.to_site), (0, 1));
}

#[test]
fn ten_thousand_instances_are_bounded() {
    let mut graph = Graph::new();
    for from in 1..10_000 {
        let [from, to] = [from, from + 1].map(|serial| held_instance(0, serial, serial));
        assert_eq!(graph.acquire(&[from], to), None);
    }
    let within = &graph.instances[&Node(0)];
    assert_eq!(within.len(), (INSTANCE_EDGES, INSTANCE_EDGES + 1));

    // What is forgotten is not found, what is remembered is.
    let [first, second, last] = [1, 2, 10_000].map(|serial| held_instance(0, serial, 0));
    assert_eq!(graph.acquire(&[second], first), None);
    let before = held_instance(0, 9_990, 0);
    let ring = graph.acquire(&[last], before).expect("a ring");
    assert_closed(&ring);
    assert_eq!(ring.len(), 11);
}

#[test]
fn refusals_are_bounded() {
    let mut graph = Graph::new();
    for serial in 0..10_000 {
        let pair = [2 * serial, 2 * serial + 1].map(|serial| held_instance(0, serial, 0));
        assert_eq!(graph.acquire(&[pair[0]], pair[1]), None);
        assert!(graph.acquire(&[pair[1]], pair[0]).is_some());
    }
    assert_eq!(graph.instances[&Node(0)].refused(), INSTANCE_EDGES);
}

/// Transfers between accounts, far more pairs than are remembered: smaller number first, or in any
/// order under a gate, which leaves the graph full of excused rings.
#[test]
fn forgetting_never_makes_a_false_alarm() {
    let gates = [held(9, true, 0)];
    for gates in [&[], &gates[..]] {
        let mut graph = Graph::new();
        let mut random = Random(7);
        for _ in 0..20_000 {
            let (a, b) = (random.below(300), random.below(300));
            if a == b {
                continue;
            }
            let (a, b) = if gates.is_empty() { (a.min(b), a.max(b)) } else { (a, b) };
            let held = [gates, &[held_instance(0, a, 0)]].concat();
            assert_eq!(graph.acquire(&held, held_instance(0, b, 0)), None);
        }
        assert_eq!(graph.instances[&Node(0)].len().0, INSTANCE_EDGES, "and the books agree");
    }
}

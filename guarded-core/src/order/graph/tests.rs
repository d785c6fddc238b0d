//! Hand-written orders. `oracle` compares with all interleavings of random programs, `reference` each
//! single answer with a Goodlock that knows no short cuts.

mod instances;
mod oracle;
mod reference;

use super::gate::{Gate, compatible};
use super::{Edge, Graph, Held, Lock, Node, Ring, RingEdge};

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n)).expect("smaller than n")
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }
}

fn held(node: u32, exclusive: bool, site: u32) -> Held<u32> {
    Held { node: Node(node), instance: None, exclusive, site }
}

fn held_instance(node: u32, instance: u32, site: u32) -> Held<u32> {
    Held { node: Node(node), instance: Some(instance), exclusive: true, site }
}

/// Runs one thread: `a` takes lock a exclusively, `a?` shared, `a1` instance 1 of a, `-a` releases;
/// whatever is left is released at the end. Sites count the words from 0. Returns what was reported,
/// a ring as `b>a a>b`.
fn run(graph: &mut Graph<u32>, program: &str) -> Vec<String> {
    let mut stack: Vec<Held<u32>> = Vec::new();
    let mut rings = Vec::new();
    for (site, word) in (0..).zip(program.split_whitespace()) {
        let (release, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
        let (exclusive, word) = word.strip_suffix('?').map_or((true, word), |word| (false, word));
        let node = Node(u32::from(word.as_bytes()[0]));
        let instance = word[1..].parse().ok();
        if release {
            let released = stack.iter().position(|h| (h.node, h.instance) == (node, instance));
            stack.remove(released.expect("held"));
        } else {
            let wanted = Held { node, instance, exclusive, site };
            let allowed = graph.allows(&stack, wanted);
            let ring = graph.acquire(&stack, wanted);
            assert_eq!(allowed, ring.is_none(), "`allows` and `acquire` differ at `{word}`");
            rings.extend(ring.as_ref().map(show));
            stack.push(wanted);
        }
    }
    rings
}

fn show(ring: &Ring<u32>) -> String {
    assert_closed(ring);
    ring.iter().map(|edge| format!("{}>{}", name(edge.from), name(edge.to))).collect::<Vec<_>>().join(" ")
}

fn name(lock: Lock) -> String {
    let letter = char::from(u8::try_from(lock.node.0).expect("a letter"));
    lock.instance.map_or_else(|| letter.to_string(), |instance| format!("{letter}{instance}"))
}

fn assert_closed<P>(ring: &[RingEdge<P>]) {
    assert!(ring.len() >= 2);
    let next = ring.iter().cycle().skip(1);
    assert!(ring.iter().zip(next).all(|(edge, next)| edge.to == next.from));
}

fn edges(graph: &Graph<u32>) -> String {
    let show = |edge: Edge<u32>| {
        let gated = if edge.gated { " gated" } else { "" };
        let refused = if edge.refused { " refused" } else { "" };
        let [from, to] = [edge.from, edge.to].map(|node| name(Lock::class(node)));
        format!("{from}>{to}{gated}{refused}")
    };
    graph.edges().map(show).collect::<Vec<_>>().join(", ")
}

/// What the last of the programs reports; the others must report nothing.
fn last(programs: &[&str]) -> Vec<String> {
    let mut graph = Graph::new();
    let (last, clean) = programs.split_last().expect("a program");
    for program in clean {
        assert_eq!(run(&mut graph, program), [""; 0], "{program}");
    }
    run(&mut graph, last)
}

fn clean(programs: &[&str]) {
    assert_eq!(last(programs), [""; 0]);
}

#[test]
fn an_empty_graph_has_nothing_to_say() {
    let graph = Graph::<u32>::new();
    assert_eq!(graph.edges().count(), 0);
    assert_eq!(graph.rank(Node(0)), None);
    assert!(graph.allows(&[], held(0, true, 0)));
    clean(&["a -a b -b", "b -b a -a"]);
}

#[test]
fn opposite_orders_are_a_ring() {
    assert_eq!(last(&["a b", "b a"]), ["b>a a>b"]);
}

#[test]
fn one_thread_suffices() {
    assert_eq!(last(&["a b -b -a b a"]), ["b>a a>b"]);
}

#[test]
fn each_place_is_told() {
    let mut graph = Graph::new();
    assert_eq!(graph.acquire(&[held(1, true, 10)], held(2, true, 20)), None);
    // The same order elsewhere: the first sites stay.
    assert_eq!(graph.acquire(&[held(1, true, 11)], held(2, true, 21)), None);
    let lock = |node| Lock::class(Node(node));
    let earlier = RingEdge { from: lock(1), to: lock(2), from_site: 10, to_site: 20 };
    for line in [30, 40] {
        let ring = graph.acquire(&[held(2, true, line)], held(1, true, line + 1));
        let first = RingEdge { from: lock(2), to: lock(1), from_site: line, to_site: line + 1 };
        assert_eq!(ring, Some(vec![first, earlier]));
    }
}

#[test]
fn a_ring_of_three() {
    assert_eq!(last(&["a b", "b c", "c a"]), ["c>a a>b b>c"]);
}

#[test]
fn the_shortest_ring_is_told() {
    assert_eq!(last(&["a b", "b c", "c d", "a c", "d a"]), ["d>a a>c c>d"]);
}

#[test]
fn every_outer_lock_counts() {
    assert_eq!(last(&["a b c", "c a"]), ["c>a a>c"]);
    assert_eq!(last(&["a b", "b x a"]), ["b>a a>b"]);
}

#[test]
fn every_ring_of_one_acquire_is_learned() {
    let mut graph = Graph::new();
    assert_eq!(run(&mut graph, "a b -b c"), [""; 0]);
    assert_eq!(run(&mut graph, "b c a"), ["b>a a>b"]);
    assert_eq!(run(&mut graph, "c a"), ["c>a a>c"]);
    assert_eq!(edges(&graph), "a>b, a>c, b>c, b>a gated refused, c>a refused");
}

#[test]
fn diamonds_and_skips_are_legal() {
    clean(&["a b d", "a c d", "b d", "a d", "b c", "a b c d"]);
}

#[test]
fn releases_in_any_order_are_legal() {
    clean(&["a b -a c -b -c", "a b c -b -c -a", "a b c"]);
    // Hand over hand: a is not held any more where c is taken, so c before a is another ring.
    assert_eq!(last(&["a b -a c", "c a"]), ["c>a a>b b>c"]);
}

#[test]
fn reads_count_like_writes() {
    assert_eq!(last(&["a? b?", "b? a?"]), ["b>a a>b"]);
    assert_eq!(last(&["a? b", "b a?"]), ["b>a a>b"]);
}

#[test]
fn reentrance_is_not_a_matter_of_order() {
    let mut graph = Graph::new();
    let a = held_instance(1, 7, 0);
    let b = held_instance(2, 8, 1);
    assert_eq!(graph.acquire(&[a], b), None);
    assert_eq!(graph.acquire(&[a, b], a), None);
    assert!(graph.allows(&[a, b], a));
    assert_eq!(graph.edges().count(), 1);
}

#[test]
fn a_gate_excuses() {
    clean(&["g a b", "g b a"]);
    clean(&["g a b", "g b c", "g c a"]);
}

#[test]
fn one_gate_for_two_edges_of_three_excuses() {
    clean(&["g a b", "b c", "g c a"]);
}

#[test]
fn a_gate_for_one_edge_does_not_excuse() {
    assert_eq!(last(&["g a b", "b a"]), ["b>a a>b"]);
    assert_eq!(last(&["a b", "g b a"]), ["b>a a>b"]);
}

#[test]
fn two_different_gates_do_not_excuse() {
    assert_eq!(last(&["g a b", "h b a"]), ["b>a a>b"]);
}

#[test]
fn a_shared_gate_does_not_excuse() {
    assert_eq!(last(&["g? a b", "g? b a"]), ["b>a a>b"]);
    clean(&["g? a b", "g b a"]);
    clean(&["g a b", "g? b a"]);
}

#[test]
fn a_gate_taken_too_late_is_part_of_a_ring() {
    assert_eq!(last(&["a g b", "b g a"]), ["b>g g>b", "g>a a>g"]);
}

#[test]
fn seen_again_without_the_gate_it_is_examined_again() {
    let mut graph = Graph::new();
    assert_eq!(run(&mut graph, "g a b"), [""; 0]);
    assert_eq!(run(&mut graph, "g b a"), [""; 0]);
    assert_eq!(edges(&graph), "g>a, g>b, a>b gated, b>a gated");
    assert_eq!(run(&mut graph, "b a"), ["b>a a>b"]);
    assert_eq!(edges(&graph), "g>a, g>b, a>b gated, b>a refused");
    assert_eq!(run(&mut graph, "g b a"), [""; 0], "with the gate it stays legal");
    assert_eq!(run(&mut graph, "a b"), ["a>b b>a"], "the gated edge leaves b for a, too");
}

#[test]
fn weaker_and_stronger_held_sets() {
    let mut graph = Graph::new();
    let contexts = |graph: &Graph<u32>| graph.classes.contexts(Lock::class(Node(97)), Lock::class(Node(98)));
    assert_eq!(run(&mut graph, "g h a b"), [""; 0]);
    assert_eq!(run(&mut graph, "g h i a b"), [""; 0]);
    assert_eq!(contexts(&graph), 1, "a stronger one adds nothing");
    assert_eq!(run(&mut graph, "j a b"), [""; 0]);
    assert_eq!(contexts(&graph), 2, "another one is kept beside");
    assert_eq!(run(&mut graph, "g? h a b"), [""; 0]);
    assert_eq!(contexts(&graph), 2, "sharing the gate is weaker");
    assert_eq!(run(&mut graph, "h a? b"), [""; 0]);
    assert_eq!(contexts(&graph), 2, "so is leaving it out");
    assert_eq!(run(&mut graph, "a? b"), [""; 0]);
    assert_eq!(contexts(&graph), 1, "the weakest replaces all");
}

#[test]
fn only_a_shared_pair_is_compatible() {
    let gate = |node, exclusive| Gate { lock: Lock::class(Node(node)), exclusive };
    for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        let sets = [[gate(1, true), gate(5, a)], [gate(3, true), gate(5, b)]];
        assert_eq!(compatible(&sets[0], &sets[1]), !a && !b);
        assert!(compatible(&sets[0][..1], &sets[1]));
    }
}

#[test]
fn a_middle_lock_held_shared_is_no_gate() {
    // Three threads: one reads a, one reads a and b, one holds c.
    assert_eq!(last(&["a? b", "a? b? c", "c a"]), ["c>a a>c"]);
    // As a gate, a keeps the second edge's thread away from the first edge's, but a>c remains.
    assert_eq!(last(&["a b c", "c b"]), ["c>b b>c"]);
}

#[test]
fn legal_code_is_not_blamed_for_a_refused_edge() {
    let mut graph = Graph::new();
    assert_eq!(run(&mut graph, "a b"), [""; 0]);
    assert_eq!(run(&mut graph, "b a"), ["b>a a>b"]);
    assert_eq!(run(&mut graph, "a b"), [""; 0]);
    // Through the refused b>a this would be a>c c>b b>a.
    assert_eq!(run(&mut graph, "a c b"), [""; 0]);
    assert_eq!(run(&mut graph, "b a"), ["b>a a>b"], "still told, and the way back is the same");
}

#[test]
fn a_refusal_holds_for_weaker_sets_and_not_for_stronger_ones() {
    let mut graph = Graph::new();
    assert_eq!(run(&mut graph, "g a b"), [""; 0]);
    assert_eq!(run(&mut graph, "h b a"), ["b>a a>b"]);
    assert_eq!(run(&mut graph, "b a"), ["b>a a>b"]);
    assert_eq!(run(&mut graph, "g b a"), [""; 0]);
}

#[test]
fn a_detour_is_found_where_the_shortest_way_is_gated() {
    // d a is excluded from a>d by g, and by nothing from a>b b>d.
    assert_eq!(last(&["g a d", "a b", "b d", "g d a"]), ["d>a a>b b>d"]);
}

#[test]
fn a_detour_is_found_where_the_shortest_way_excludes_itself() {
    // The two steps of a>m m>z hold g, those of a>x x>y y>z do not.
    let way = ["g a m", "g m z", "a x", "x y", "y z"];
    assert_eq!(last(&[&way[..], &["z a"]].concat()), ["z>a a>x x>y y>z"]);
    clean(&[&way[..2], &["z a"]].concat());
}

#[test]
fn another_held_set_is_chosen_where_the_first_is_excluded() {
    let way = ["g a m", "h a m", "g m z"];
    assert_eq!(last(&[&way[..], &["z a"]].concat()), ["z>a a>m m>z"]);
}

#[test]
fn giving_up_reports_nothing_and_does_not_hang() {
    // Twelve layers of ten; the first and the last step of each path share a gate, which shows only
    // when all of the 10^12 paths have been tried.
    let mut graph = Graph::new();
    let (layers, width, gate) = (12, 10, 1000);
    for layer in 0..layers {
        for (from, to) in (0..width * width).map(|i| (i / width, i % width)) {
            let from = held(layer * width + from, true, 0);
            let gates = [held(gate + layer % (layers - 1), true, 0), from];
            assert_eq!(graph.acquire(&gates, held((layer + 1) * width + to, true, 0)), None);
        }
    }
    let wanted = held(0, true, 0);
    assert_eq!(graph.acquire(&[held(layers * width, true, 0)], wanted), None);
}

#[test]
fn ranks_follow_the_learned_order() {
    let mut graph = Graph::new();
    for program in ["e f", "c d", "a b", "d e", "b c", "f -f a f"] {
        assert_eq!(run(&mut graph, program), [""; 0]);
    }
    let ranks: Vec<_> = (b'a'..=b'f').map(|c| graph.rank(Node(c.into())).expect("nested")).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn a_large_order_learned_backwards() {
    let mut graph = Graph::new();
    let nodes = 2000;
    for node in (1..nodes).rev() {
        assert_eq!(graph.acquire(&[held(node - 1, true, node)], held(node, true, node)), None);
    }
    let ring = graph.acquire(&[held(nodes - 1, true, 0)], held(0, true, 0)).expect("a ring");
    assert_closed(&ring);
    assert_eq!(ring.len(), nodes as usize);
}

#[test]
fn the_cache_of_settled_acquires_is_bounded() {
    let mut graph = Graph::new();
    for node in 0..=u32::try_from(super::SETTLED).expect("small") {
        assert_eq!(graph.acquire(&[held(node + 1, true, 0)], held(0, true, 0)), None);
        assert!(graph.settled.len() <= super::SETTLED);
    }
    assert!(graph.acquire(&[held(0, true, 0)], held(1, true, 0)).is_some());
}

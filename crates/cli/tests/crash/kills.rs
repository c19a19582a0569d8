//! `kill -9` while bans are made.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    feed::{self, Follower},
    http::Http,
    load::Load,
    outbox, outcome,
    rng::Rng,
    site::Site,
    traffic::{Count, Traffic},
    writers::Writers,
};

/// How soon an acknowledged ban is in the other node's feed, whatever else goes on. It is milliseconds; the benchmarks
/// measure them.
const SOON: Duration = Duration::from_secs(1);

/// What the kills have left behind.
#[derive(Default)]
struct Aftermath {
    /// Everybody who is banned.
    banned: Vec<String>,
    /// When their bans were acknowledged, if they were.
    acknowledged: HashMap<String, Instant>,
    /// Requests to the other node.
    traffic: Arc<Count>,
}

impl Aftermath {
    /// Bans, and has `end` end the node that takes them in the middle of it.
    fn add(&mut self, site: &mut Site, rng: &mut Rng, kill: usize, end: impl FnOnce(&mut Site)) -> bool {
        let load = Load::prepare(site.banning());
        let acknowledged = load.acknowledged.clone();
        let traffic = site.witness().map(|witness| Traffic::start(witness, &load, &self.traffic));
        let running = load.start(site.banning(), rng);
        thread::sleep(Duration::from_millis(rng.below(site.longest)));
        end(site);
        let outcomes = running.join();
        // The other node does not wait for the dead one.
        if let Some(witness) = site.witness() {
            let mut http = Http::connect(witness);
            for outcome in &outcomes {
                outcome.holds(&mut http, kill);
            }
        }
        traffic.into_iter().for_each(Traffic::join);
        site.restart();
        let mut nodes: Vec<_> = site.nodes().map(Http::connect).collect();
        for outcome in &outcomes {
            let views: Vec<_> = nodes.iter_mut().map(|node| outcome.check(node, kill)).collect();
            assert!(views.iter().all(|view| *view == views[0]), "nodes differ: {outcome:?}, {views:?}");
            self.banned.extend_from_slice(&views[0]);
        }
        self.acknowledged.extend(acknowledged.lock().unwrap().drain());
        outcomes.iter().any(|outcome| outcome.is_open())
    }

    /// Kills so many times, and stops once; a fifth of the kills must meet requests under way, or the test has shown
    /// little.
    fn of_kills(site: &mut Site, kills: usize) -> Self {
        let mut rng = Rng::new(20_261_123);
        let mut aftermath = Self::default();
        let hits = (0..kills).filter(|kill| aftermath.add(site, &mut rng, *kill, Site::kill)).count();
        println!("{hits} of {kills} kills met requests, {} users are banned", aftermath.banned.len());
        assert!(hits >= kills / 5, "only {hits} of {kills} kills met a request under way");
        aftermath.add(site, &mut rng, kills, Site::stop);
        for node in site.nodes() {
            outcome::check_all(&mut Http::connect(node), &aftermath.banned);
        }
        aftermath
    }
}

#[test]
fn every_acknowledged_ban_survives_kill_9() {
    let mut site = Site::on_sqlite();
    let second = site.banning().run(&["serve", "--listen", "127.0.0.1:0"]).refused(1);
    assert!(second.contains("in use"), "{second}");
    let Aftermath { banned, .. } = Aftermath::of_kills(&mut site, 50);
    outbox::check(&site.end(), &banned, &[]);
}

#[test]
fn every_acknowledged_ban_survives_kill_9_of_one_of_two_nodes() {
    let mut site = Site::of_two_nodes();
    let follower = Follower::start(site.witness().unwrap());
    let writers = Writers::start(site.database.as_ref().unwrap());
    let Aftermath { banned, acknowledged, traffic } = Aftermath::of_kills(&mut site, 12);
    traffic.check();
    let others = writers.join();
    // For the last of them to get its place.
    thread::sleep(SOON);

    // What was told entry by entry while nodes died and late transactions committed is what both nodes tell now.
    let followed = follower.join();
    let told: Vec<_> = followed.iter().map(|(entry, _)| entry.clone()).collect();
    for node in site.nodes() {
        assert_eq!(feed::read(node), told);
    }
    // Each banned user once; those of the long transactions too, though each has a smaller row number than entries that
    // were told before it.
    let mut times = BTreeMap::new();
    for (_, user) in told {
        *times.entry(user).or_insert(0) += 1;
    }
    let expected: BTreeMap<_, _> = banned.iter().chain(&others).map(|user| (user.clone(), 1)).collect();
    assert_eq!(times, expected);
    let delays = followed.iter().filter_map(|((_, user), arrived)| {
        acknowledged.get(user).map(|acknowledged| arrived.saturating_duration_since(*acknowledged))
    });
    let slowest = delays.max().unwrap();
    println!("requests served and refused meanwhile: {traffic:?}; the slowest entry took {slowest:?}");
    assert!(slowest < SOON, "{slowest:?}");
    outbox::check(&site.end(), &banned, &others);
}

//! In which direction the modules of a crate name each other, as `may_name` says it of crates.
//!
//! Each crate lists its top modules in `ORDER`, from the top down: a module names only what stands
//! below it. A module and what lies in its directory count as one there. Inside a directory no
//! order is written, but there is no circle either.

mod order;
mod paths;

use std::collections::{BTreeMap, BTreeSet};

use crate::crates::{MEMBERS, Member};
use crate::files::{self, TextFile};
use crate::none;
use order::{ORDER, Order};
use paths::Path;

/// Modules of one directory and which of their neighbours each names, with one place where it does.
type Arrows = BTreeMap<(String, String), String>;

/// A crate as its sources show it.
struct Modules {
    all: BTreeSet<Path>,
    /// By directory; the crate's own is the empty path.
    arrows: BTreeMap<Path, Arrows>,
    /// Names that stand in the root itself, or that the root only gives on, with who names them.
    of_root: Vec<String>,
    given_on: BTreeSet<String>,
}

impl Modules {
    fn read(member: &Member, files: &[TextFile]) -> Self {
        let sources: Vec<(Path, &TextFile)> = files
            .iter()
            .filter(|file| member.holds(file) && file.ends(&[".rs"]) && !file.is_test())
            .map(|file| (module(member, file), file))
            .collect();
        let all = sources.iter().map(|(path, _)| path.clone()).collect();
        let exports = sources
            .iter()
            .filter(|(path, _)| path.is_empty())
            .flat_map(|(_, root)| paths::exported(&root.text));
        let exports: BTreeMap<String, Path> = exports
            .filter_map(|path| Some((path.last()?.clone(), path)))
            .collect();
        let mut modules = Self {
            all,
            arrows: BTreeMap::new(),
            of_root: Vec::new(),
            given_on: BTreeSet::new(),
        };
        for (here, file) in sources.iter().filter(|(here, _)| !here.is_empty()) {
            for path in paths::named(file.without_tests(), here) {
                modules.take(here, &path, &exports, file);
            }
        }
        modules
    }

    fn take(
        &mut self,
        here: &Path,
        path: &Path,
        exports: &BTreeMap<String, Path>,
        file: &TextFile,
    ) {
        let Some(first) = path.first() else { return };
        let mut target = self.longest(path);
        if target.is_empty() {
            let Some(full) = exports.get(first) else {
                self.of_root
                    .push(format!("{} names crate::{first}", file.path));
                return;
            };
            self.given_on.insert(file.path.clone());
            target = self.longest(full);
        }
        let shared = here.iter().zip(&target).take_while(|(a, b)| a == b).count();
        if let (Some(from), Some(to)) = (here.get(shared), target.get(shared)) {
            let arrows = self.arrows.entry(here[..shared].to_vec()).or_default();
            arrows
                .entry((from.clone(), to.clone()))
                .or_insert_with(|| format!("{} names crate::{}", file.path, path.join("::")));
        }
    }

    /// The module in which a path ends.
    fn longest(&self, path: &[String]) -> Path {
        let lengths = (0..=path.len()).rev();
        let mut parts = lengths.map(|length| path[..length].to_vec());
        parts
            .find(|part| self.all.contains(part))
            .unwrap_or_default()
    }
}

fn module(member: &Member, file: &TextFile) -> Path {
    let below = &file.path[member.sources.len()..];
    let parts = below.trim_end_matches(".rs").split('/');
    let mut path: Path = parts.map(str::to_owned).collect();
    let last = path.last().map(String::as_str);
    if matches!(last, Some("mod")) || (path.len() == 1 && matches!(last, Some("lib" | "main"))) {
        path.pop();
    }
    path
}

fn each(mut check: impl FnMut(&Order, &Modules)) {
    let files = files::all();
    for member in MEMBERS {
        let order = ORDER.iter().find(|order| order.name == member.name);
        let Some(order) = order else {
            panic!("{} has no line in ORDER (modules/order.rs)", member.name);
        };
        check(order, &Modules::read(member, &files));
    }
}

#[test]
fn every_crate_and_every_top_module_has_its_place_in_the_order() {
    let mut offenders = Vec::new();
    for order in ORDER
        .iter()
        .filter(|order| crate::crates::named(order.name).is_none())
    {
        offenders.push(format!("{} is no crate", order.name));
    }
    each(|order, modules| {
        let there: BTreeSet<&str> = modules
            .all
            .iter()
            .filter_map(|path| Some(path.first()?.as_str()))
            .collect();
        let listed: BTreeSet<&str> = order.top_down.iter().copied().collect();
        let name = order.name;
        let missing = there.difference(&listed);
        offenders.extend(missing.map(|module| format!("{name}: {module} is not listed")));
        let stale = listed.difference(&there);
        offenders.extend(stale.map(|module| format!("{name}: {module} is listed, but not there")));
        if listed.len() < order.top_down.len() {
            offenders.push(format!("{name}: a module is listed twice"));
        }
    });
    none(
        "Every top module has its place in modules/order.rs.",
        &offenders,
    );
}

#[test]
fn modules_name_only_what_stands_below_them() {
    let mut offenders = Vec::new();
    each(|order, modules| {
        let rank = |name: &str| order.top_down.iter().position(|module| *module == name);
        let arrows = modules
            .arrows
            .get(&Path::new())
            .cloned()
            .unwrap_or_default();
        let mut up = BTreeSet::new();
        for ((from, to), place) in arrows
            .iter()
            .filter(|((from, to), _)| rank(from) > rank(to))
        {
            let arrow = format!("{from} -> {to}");
            if !order.tolerated.contains(&arrow.as_str()) {
                offenders.push(format!("{}: {arrow} ({place})", order.name));
            }
            up.insert(arrow);
        }
        let listed = order.tolerated.iter().filter(|arrow| !arrow.contains('/'));
        offenders.extend(listed.filter(|arrow| !up.contains(**arrow)).map(|arrow| {
            format!(
                "{}: {arrow} is mended, take it out of `tolerated`",
                order.name
            )
        }));
    });
    none(
        "A module names only what stands below it in modules/order.rs: move what both need further down.",
        &offenders,
    );
}

#[test]
fn no_directory_holds_a_circle_of_modules() {
    let mut offenders = Vec::new();
    each(|order, modules| {
        let mut unused: BTreeSet<&str> = order
            .tolerated
            .iter()
            .copied()
            .filter(|arrow| arrow.contains('/'))
            .collect();
        for (dir, arrows) in modules.arrows.iter().filter(|(dir, _)| !dir.is_empty()) {
            let shown = |(from, to): &(String, String)| {
                let dir = dir.join("/");
                format!("{dir}/{from} -> {dir}/{to}")
            };
            let (tolerated, kept): (Vec<_>, Vec<_>) = arrows
                .keys()
                .partition(|arrow| order.tolerated.contains(&shown(arrow).as_str()));
            for arrow in tolerated {
                if reaches(&kept, &arrow.1, &arrow.0) {
                    unused.remove(shown(arrow).as_str());
                }
            }
            let in_circle = kept
                .iter()
                .filter(|arrow| reaches(&kept, &arrow.1, &arrow.0));
            offenders.extend(
                in_circle
                    .map(|arrow| format!("{}: {} ({})", order.name, shown(arrow), arrows[*arrow])),
            );
        }
        offenders.extend(unused.iter().map(|arrow| {
            format!(
                "{}: {arrow} is mended, take it out of `tolerated`",
                order.name
            )
        }));
    });
    none(
        "No directory holds a circle of modules; these arrows close one.",
        &offenders,
    );
}

/// Whether one module leads to another.
fn reaches(arrows: &[&(String, String)], from: &str, to: &str) -> bool {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        let next = arrows.iter().filter(|(start, _)| start == module);
        open.extend(
            next.map(|(_, end)| end.as_str())
                .filter(|end| reached.insert(end)),
        );
    }
    reached.contains(to)
}

#[test]
fn modules_name_each_other_and_not_the_root() {
    let mut offenders = Vec::new();
    each(|order, modules| {
        offenders.extend(modules.of_root.iter().cloned());
        let there = modules.given_on.len();
        if there > order.through_root {
            let files = modules
                .given_on
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>();
            let allowed = order.through_root;
            offenders.push(format!(
                "{}: {there} files name re-exports of the root, {allowed} may: {}",
                order.name,
                files.join(", ")
            ));
        } else if there < order.through_root {
            let name = order.name;
            offenders.push(format!(
                "{name}: only {there} left, so set `through_root` to {there}"
            ));
        }
    });
    none(
        "Modules name `crate::<module>::X`; what lib.rs gives on is for other crates.",
        &offenders,
    );
}

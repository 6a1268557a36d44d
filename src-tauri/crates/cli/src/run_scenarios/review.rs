//! Going through what differs: the new value becomes the expectation, or the old one stays.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use scenarios::{Accepted, accept};

use super::report::Done;
use crate::{output, words};

/// Asks for each difference; writes each file once, at the end.
pub(super) fn review(done: &[Done]) -> Result<()> {
    let mut taken: BTreeMap<PathBuf, Vec<Accepted>> = BTreeMap::new();
    let mut answers = io::stdin().lock().lines();
    'all: for one in done {
        for step in &one.steps {
            for failure in &step.failures {
                let Some(accepted) = Accepted::new(&one.case, step.index, failure) else {
                    continue;
                };
                let place = format!("{}:{}", step.file.display(), step.line);
                let said = words::text(failure.message.clone());
                output::print(format!("{place} {}: {said}", failure.pointer))?;
                let Some(is_taken) = ask(&mut answers)? else {
                    break 'all;
                };
                let all = taken.entry(accepted.file.clone()).or_default();
                // A file may be played with several rows, or several times.
                if is_taken && !all.contains(&accepted) {
                    all.push(accepted);
                }
            }
        }
    }
    taken.retain(|_, all| !all.is_empty());
    for (path, all) in &taken {
        write(path, all)?;
    }
    Ok(())
}

/// Whether the new value is taken; `None` where nobody answers any more.
fn ask(answers: &mut impl Iterator<Item = io::Result<String>>) -> Result<Option<bool>> {
    loop {
        let mut out = io::stdout().lock();
        let _ = write!(out, "{} ", words::text(&words::TAKE_IT));
        let _ = out.flush();
        drop(out);
        let Some(answer) = answers.next() else {
            return Ok(None);
        };
        let answer = answer.with_context(|| words::text(&words::INPUT_UNREADABLE))?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" | "д" | "да" => return Ok(Some(true)),
            "n" | "no" | "н" | "нет" => return Ok(Some(false)),
            "q" => return Ok(None),
            _ => {}
        }
    }
}

fn write(path: &PathBuf, all: &[Accepted]) -> Result<()> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| words::text(words::FILE_UNREADABLE.arg(name.as_str())))?;
    let Some(new) = accept(&text, all) else {
        output::say(words::text(words::FILE_CHANGED.arg(name)));
        return Ok(());
    };
    let written = std::fs::write(path, new);
    written.with_context(|| words::text(words::FILE_UNWRITABLE.arg(name.as_str())))?;
    let count = all.len() as u64;
    output::print(words::text(words::ACCEPTED.arg(count).arg(name)))
}

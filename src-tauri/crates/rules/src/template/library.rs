//! Filters, tests and functions of the library that count, and what stands in their place.
//!
//! They know the library's own numbers and none that keep their digits. So what they are given is
//! made such numbers first, arguments included, wherever a template calls them from: a filter, a
//! test of `select`, a name in `map`. What only chooses among values, `sort`, `min` and `max`, is
//! given keys to compare by, and gives back the values themselves.

use minijinja::value::{Kwargs, Rest, Value, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, State, filters, functions, tests};

use crate::template::filters::natives;
use crate::template::number::as_number;

/// Puts them into an environment.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("hookloupe_abs", filters::abs);
    environment.add_filter("hookloupe_float", filters::float);
    environment.add_filter("hookloupe_format", filters::format);
    environment.add_filter("hookloupe_int", filters::int);
    environment.add_filter("hookloupe_max", filters::max);
    environment.add_filter("hookloupe_min", filters::min);
    environment.add_filter("hookloupe_round", filters::round);
    environment.add_filter("hookloupe_sort", filters::sort);
    environment.add_filter("hookloupe_sum", filters::sum);
    for (name, library) in [
        ("abs", "hookloupe_abs"),
        ("float", "hookloupe_float"),
        ("int", "hookloupe_int"),
        ("round", "hookloupe_round"),
        ("sum", "hookloupe_sum"),
    ] {
        environment.add_filter(
            name,
            move |state: &mut State<'_, '_>, arguments: Rest<ValueOrKwargs>| {
                let arguments = counted(state, arguments.into_values())?;
                state.apply_filter(library, &arguments)
            },
        );
    }
    for (name, library) in [
        ("max", "hookloupe_max"),
        ("min", "hookloupe_min"),
        ("sort", "hookloupe_sort"),
    ] {
        environment.add_filter(
            name,
            move |state: &mut State<'_, '_>, value: Value, options: Kwargs| {
                by_keys(state, &value, &options, library)
            },
        );
    }
    environment.add_filter("format", format);
    environment.add_function(
        "range",
        |state: &State<'_, '_>, bounds: Rest<Value>| -> Result<Value, Error> {
            let bounds = counted(state, bounds.0)?;
            let bound = |at: usize| bounds.get(at).cloned().map(isize::try_from).transpose();
            functions::range(bound(0)?.unwrap_or(0), bound(1)?, bound(2)?)
        },
    );
    add_tests(environment);
}

fn add_tests(environment: &mut Environment<'_>) {
    environment.add_test("hookloupe_divisibleby", tests::is_divisibleby);
    environment.add_test("hookloupe_eq", tests::is_eq);
    environment.add_test("hookloupe_even", tests::is_even);
    environment.add_test("hookloupe_float", tests::is_float);
    environment.add_test("hookloupe_ge", tests::is_ge);
    environment.add_test("hookloupe_gt", tests::is_gt);
    environment.add_test("hookloupe_in", tests::is_in);
    environment.add_test("hookloupe_integer", tests::is_integer);
    environment.add_test("hookloupe_le", tests::is_le);
    environment.add_test("hookloupe_lt", tests::is_lt);
    environment.add_test("hookloupe_ne", tests::is_ne);
    environment.add_test("hookloupe_number", tests::is_number);
    environment.add_test("hookloupe_odd", tests::is_odd);
    for (names, library) in [
        (&["divisibleby"][..], "hookloupe_divisibleby"),
        (&["eq", "equalto", "=="], "hookloupe_eq"),
        (&["even"], "hookloupe_even"),
        (&["float"], "hookloupe_float"),
        (&["ge", ">="], "hookloupe_ge"),
        (&["gt", "greaterthan", ">"], "hookloupe_gt"),
        (&["in"], "hookloupe_in"),
        (&["int", "integer"], "hookloupe_integer"),
        (&["le", "<="], "hookloupe_le"),
        (&["lt", "lessthan", "<"], "hookloupe_lt"),
        (&["ne", "!="], "hookloupe_ne"),
        (&["number"], "hookloupe_number"),
        (&["odd"], "hookloupe_odd"),
    ] {
        for name in names {
            environment.add_test(
                *name,
                move |state: &mut State<'_, '_>, arguments: Rest<Value>| {
                    let arguments = counted(state, arguments.0)?;
                    state.perform_test(library, &arguments)
                },
            );
        }
    }
}

/// Arguments with the library's own numbers in them.
fn counted(state: &State<'_, '_>, arguments: Vec<Value>) -> Result<Vec<Value>, Error> {
    let arguments = arguments.into_iter();
    arguments
        .map(|value| match Kwargs::try_from(value.clone()) {
            // Only what is undefined and named arguments are taken for named arguments.
            Ok(named) if !value.is_undefined() => {
                let pairs = named.args().map(|name| {
                    let value: Value = named.get(name)?;
                    Ok((name.to_owned(), natives(state, &value, 0)?))
                });
                let pairs: Vec<(String, Value)> = pairs.collect::<Result<_, Error>>()?;
                Ok(Kwargs::from_iter(pairs).into())
            }
            _ => natives(state, &value, 0),
        })
        .collect()
}

/// A filter that chooses among values by their keys. Each value stands behind its keys in a list,
/// and the library compares the keys.
fn by_keys(
    state: &mut State<'_, '_>,
    value: &Value,
    options: &Kwargs,
    library: &str,
) -> Result<Value, Error> {
    let attribute: Option<&str> = options.get("attribute")?;
    let paths: Vec<&str> = match attribute {
        None => vec![""],
        Some(paths) => paths.split(',').map(str::trim).collect(),
    };
    let mut keyed = Vec::new();
    for item in value.try_iter()? {
        state.consume_fuel(1)?;
        let keys = paths.iter().map(|path| natives(state, &at(&item, path), 0));
        let mut keys: Vec<Value> = keys.collect::<Result<_, _>>()?;
        keys.push(item);
        keyed.push(Value::from(keys));
    }
    let numbers: Vec<String> = (0..paths.len()).map(|number| number.to_string()).collect();
    let mut forwarded = vec![("attribute".to_owned(), Value::from(numbers.join(",")))];
    for name in options.args().filter(|name| *name != "attribute") {
        forwarded.push((name.to_owned(), options.get(name)?));
    }
    options.assert_all_used()?;
    let forwarded = Value::from(Kwargs::from_iter(forwarded));
    let chosen = state.apply_filter(library, &[Value::from(keyed), forwarded])?;
    let last = Value::from(paths.len());
    if library != "hookloupe_sort" {
        return match chosen.is_undefined() {
            true => Ok(chosen),
            false => chosen.get_item(&last),
        };
    }
    let items = chosen.try_iter()?.map(|keyed| keyed.get_item(&last));
    Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
}

/// What an attribute's path leads to; undefined where it leads nowhere.
fn at(item: &Value, path: &str) -> Value {
    let steps = path.split('.').filter(|step| !step.is_empty());
    let mut value = item.clone();
    for step in steps {
        let number = step.parse::<usize>().ok();
        let next = match number.filter(|_| value.kind() == ValueKind::Seq) {
            Some(number) => value.get_item_by_index(number),
            None => value.get_attr(step),
        };
        value = next.unwrap_or(Value::UNDEFINED);
    }
    value
}

/// `format`: a number that is written as a text keeps its digits, any other is counted with.
fn format(
    state: &mut State<'_, '_>,
    source: &Value,
    values: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    let mut letters = conversions(source.as_str().unwrap_or_default());
    let mut arguments = vec![source.clone()];
    for value in values.into_values() {
        let is_text = letters.next() == Some('s');
        match as_number(&value).filter(|_| is_text) {
            Some(number) => arguments.push(Value::from(number.text())),
            None => arguments.extend(counted(state, vec![value])?),
        }
    }
    state.apply_filter("hookloupe_format", &arguments)
}

/// The letters that say how each value is written: `s` and `f` of `%s: %.2f %%`. A width `*` takes
/// a value, too.
fn conversions(source: &str) -> impl Iterator<Item = char> {
    let mut is_inside = false;
    source
        .chars()
        .filter(move |letter| match (is_inside, letter) {
            (false, '%') => {
                is_inside = true;
                false
            }
            (false, _) => false,
            (true, '%') => {
                is_inside = false;
                false
            }
            (true, '*') => true,
            (true, letter) => {
                is_inside = !letter.is_ascii_alphabetic();
                !is_inside
            }
        })
}

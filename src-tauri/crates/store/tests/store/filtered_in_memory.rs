//! What a filter says of stored rows and what it says of a request in memory is one and the same:
//! the rules' conditions are held against the second.

use protocol::{Answer, Change, Exchange, FilteredRequest, Platform, Role, Source, Variable};

use crate::home::{self, Home, exchange, filter, numbers, request};

const TEXTS: [&str; 8] = ["", "pay", "Оплата", "оплата", "PAY now", "10", "10.0", "ß"];
const VALUES: [&str; 13] = [
    "10",
    "10.0",
    "1e1",
    "-3",
    "9007199254740993",
    "\"10\"",
    "\"Pay\"",
    "\"\\u043eп\"",
    "null",
    "true",
    "{\"a\": 10.0, \"b\": [\"Pay\", 2]}",
    "[{\"a\": 1}, {\"a\": \"pay\"}, {}]",
    "[]",
];

/// Terms, each of one condition.
const TERMS: &str = r#"
event:pay event:ОПЛ event:now event:1 event:ss event:"pay" event:"ОПЛАТА" event:"10" event:pay,"оплата"
user:pay user:ОПЛ user:"pay" user:"PAY NOW" user:"10.0" user:1
path:pay path:ОПЛ path:"/pay" path:"/10" path:/
method:post method:get method:"POST"
body:pay body:10.0 body:"9007199254740993" body:оп
source:webhook source:tunnel source:webhook,replay platform:graph platform:plain
header.x-id:pay header.X-ID:ОПЛ header.x-id:"10" header.other:pay
var.x=10 var.x=10.0 var.x=1e1 var.X=pay var.y=оп var.x=null var.y=true var.x=9007199254740993
var.x~1 var.x~pay var.y~ОП var.x~"10.0" var.x>9.99 var.x<10 var.y>-3 var.y<1e1 var.x>9007199254740992
var.x.a=10 var.x.b[0]=pay var.x[*].a=1 var.x[*].a=pay var.x[1].a~PAY var.x.b[*]>1 var.y[*].a<2 var.x[0]=1
"#;

/// An exchange and what its filter sees of it.
struct Given {
    exchange: Exchange,
    variables: Vec<Variable>,
    body: String,
}

/// Values of all kinds in all places, by numbers that have no divisor in common.
fn given(seq: u64) -> Given {
    let at = |step: usize, length: usize| (seq as usize * step + step) % length;
    let mut exchange = exchange(seq);
    let text = |step| Some(TEXTS[at(step, TEXTS.len())].to_owned()).filter(|text| !text.is_empty());
    exchange.summary.event = text(1);
    exchange.summary.user = text(3);
    exchange.summary.path = format!("/{}", TEXTS[at(5, TEXTS.len())]);
    exchange.summary.method = if seq.is_multiple_of(3) { "GET" } else { "POST" }.into();
    exchange.summary.source = Source::ALL[at(1, Source::ALL.len())];
    exchange.summary.platform = [Platform::Graph, Platform::Plain][at(7, 2)];
    let pairs = [("x", at(1, VALUES.len())), ("y", at(5, VALUES.len()))];
    let pairs = &pairs[..1 + seq as usize % 2];
    let members: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("\"{name}\": {}", VALUES[*value]))
        .collect();
    let body = format!("{{{}}}", members.join(", "));
    exchange.request = request(body.clone());
    exchange.request.path = exchange.summary.path.clone();
    exchange.request.method = exchange.summary.method.clone();
    if !seq.is_multiple_of(4) {
        let value = TEXTS[at(7, TEXTS.len())].as_bytes().to_vec();
        exchange.request.headers.0.push(("X-Id".into(), value));
    }
    exchange.answers = Answer::json(200, "{}").into();
    let variables = pairs.iter().map(|(name, value)| Variable {
        name: (*name).to_owned(),
        role: Role::USER,
        before: Some(VALUES[*value].to_owned()),
        sent: None,
        after: None,
        change: Change::Untouched,
        assumed: false,
    });
    Given {
        variables: variables.collect(),
        exchange,
        body,
    }
}

impl Given {
    fn request(&self) -> FilteredRequest<'_> {
        let summary = &self.exchange.summary;
        FilteredRequest {
            event: summary.event.as_deref(),
            user: summary.user.as_deref(),
            method: &summary.method,
            path: &summary.path,
            query: None,
            source: summary.source,
            platform: summary.platform,
            headers: Some(&self.exchange.request.headers),
            variables: &self.variables,
            body: Some(&self.body),
        }
    }
}

#[tokio::test]
async fn rows_and_requests_in_memory_are_filtered_alike() {
    let home = Home::new();
    let store = home.open();
    let all: Vec<Given> = (1..=104).map(given).collect();
    for one in &all {
        home::insert(&store, one.exchange.clone()).await;
    }
    for round in ["not indexed", "indexed"] {
        for term in TERMS.lines().flat_map(terms) {
            let filter = filter(term);
            let holds = |one: &&Given| filter.terms[0].holds(&one.request()).unwrap();
            let in_memory = all.iter().rev().filter(holds);
            let in_memory: Vec<u64> = in_memory.map(|one| one.exchange.summary.seq).collect();
            assert_eq!(numbers(&store, term).await, in_memory, "{term}, {round}");
        }
        store.idle().await;
    }
}

/// The terms of a line: spaces stand between them, and in quotes.
fn terms(line: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let terms = line.split(move |letter: char| {
        is_quoted ^= letter == '"';
        letter == ' ' && !is_quoted
    });
    terms.filter(|term| !term.is_empty())
}

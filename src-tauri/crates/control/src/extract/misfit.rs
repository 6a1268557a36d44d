//! What does not fit in a body or a query: the place, what is wanted there and what came.

use std::fmt;

use messages::{Arg, Message};

use crate::error::ApiError;
use crate::words;

/// A value that does not fit.
#[derive(Debug)]
pub(super) struct Misfit {
    /// The segments of the JSON pointer, the innermost first.
    path: Vec<String>,
    kind: MisfitKind,
}

#[derive(Debug)]
enum MisfitKind {
    UnknownField(&'static [&'static str]),
    MissingField(&'static str),
    RepeatedField(&'static str),
    WrongType {
        wanted: Wanted,
        /// `None` where the type is right and the value is not.
        found: Option<Found>,
    },
    NotOneOf(&'static [&'static str]),
    Unfit,
}

/// The type that belongs in a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    Null,
    Boolean,
    Number,
    /// A whole number; `most` is `None` where the type holds every one.
    Whole {
        least: i64,
        most: Option<u64>,
    },
    Text,
    List,
    ListOf(u64),
    Object,
}

/// The type that came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl Misfit {
    /// `found` is `None` where the type is right and the value is not.
    pub(super) fn wrong_type(wanted: Wanted, found: Option<Found>) -> Self {
        MisfitKind::WrongType { wanted, found }.into()
    }

    /// The same, in a member or an item of this one.
    pub(super) fn inside(mut self, segment: impl Into<String>) -> Self {
        self.path.push(segment.into());
        self
    }

    /// The same about a member's name, unless it has its place already.
    pub(super) fn named(self, name: &str) -> Self {
        if self.path.is_empty() {
            self.inside(name)
        } else {
            self
        }
    }

    /// The place as a JSON pointer.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in self.path.iter().rev() {
            json_text::push_key(&mut pointer, segment);
        }
        pointer
    }

    fn message(&self) -> Message {
        let name = self.path.first().map(String::as_str).unwrap_or_default();
        match &self.kind {
            MisfitKind::UnknownField([]) => words::NO_FIELDS.arg(name),
            MisfitKind::UnknownField(known) => words::UNKNOWN_FIELD.arg(name).arg(known.join(", ")),
            MisfitKind::MissingField(field) => words::MISSING_FIELD.arg(*field),
            MisfitKind::RepeatedField(field) => words::REPEATED_FIELD.arg(*field),
            MisfitKind::NotOneOf(values) => words::NOT_ONE_OF.arg(values.join(", ")),
            MisfitKind::Unfit => Message::from(&words::UNFIT),
            MisfitKind::WrongType {
                wanted,
                found: Some(found),
            } => words::WRONG_TYPE.arg(wanted.words()).arg(found.words()),
            MisfitKind::WrongType {
                wanted,
                found: None,
            } => words::WRONG_VALUE.arg(wanted.words()),
        }
    }
}

impl Wanted {
    fn words(self) -> Arg {
        match self {
            Self::Null => (&words::NULL).into(),
            Self::Boolean => (&words::BOOLEAN).into(),
            Self::Number => (&words::NUMBER).into(),
            Self::Whole {
                least,
                most: Some(most),
            } if most < u64::MAX => words::WHOLE_BETWEEN.arg(least.to_string()).arg(most).into(),
            Self::Whole { least, .. } => words::WHOLE_FROM.arg(least.to_string()).into(),
            Self::Text => (&words::TEXT).into(),
            Self::List => (&words::LIST).into(),
            Self::ListOf(length) => words::LIST_OF.arg(length).into(),
            Self::Object => (&words::OBJECT).into(),
        }
    }
}

impl Found {
    const fn words(self) -> &'static messages::Words {
        match self {
            Self::Null => &words::NULL,
            Self::Boolean => &words::BOOLEAN,
            Self::Number => &words::NUMBER,
            Self::Text => &words::TEXT,
            Self::List => &words::LIST,
            Self::Object => &words::OBJECT,
        }
    }
}

impl From<MisfitKind> for Misfit {
    fn from(kind: MisfitKind) -> Self {
        Self {
            path: Vec::new(),
            kind,
        }
    }
}

impl From<Misfit> for ApiError {
    fn from(misfit: Misfit) -> Self {
        Self::invalid(misfit.pointer(), misfit.message())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(formatter)
    }
}

impl std::error::Error for Misfit {}

impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        MisfitKind::Unfit.into()
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        MisfitKind::NotOneOf(expected).into()
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::from(MisfitKind::UnknownField(expected)).inside(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::from(MisfitKind::MissingField(field)).inside(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::from(MisfitKind::RepeatedField(field)).inside(field)
    }
}

//! How the closed vocabularies of a rule are declared: one text for each value.

/// Declares an enum whose every value has one text, the same in JSON, YAML and the OpenAPI
/// document.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)+ }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        $(#[$doc])*
        pub enum $name {
            $($(#[$value_doc])* $value,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The value's text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }
    };
}

pub(crate) use vocabulary;

#[cfg(test)]
mod tests {
    use crate::definition::{Fallback, Op, Scope, SequenceEnd};

    #[test]
    fn json_has_the_texts_that_the_vocabularies_declare() {
        fn check<T: serde::Serialize + Copy>(all: &[T], text: impl Fn(T) -> &'static str) {
            for one in all {
                assert_eq!(serde_json::json!(one), text(*one));
            }
        }
        check(Op::ALL, Op::as_str);
        check(Scope::ALL, Scope::as_str);
        check(SequenceEnd::ALL, SequenceEnd::as_str);
        check(Fallback::ALL, Fallback::as_str);
    }
}

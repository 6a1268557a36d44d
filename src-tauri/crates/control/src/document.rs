//! The OpenAPI document, made exact: what is true of every route is said here once, so that no
//! route can forget it.

use axum::http::Method;
use engine::Engine;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{Object, Schema, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Content, OpenApi as Document, PathItem, Ref, RefOr, Response, ResponseBuilder,
};

use crate::arriving::{BodyRule, BodyRules};
use crate::routes;

#[derive(OpenApi)]
#[openapi(info(
    title = "Hookloupe control API",
    description = "Everything the window does. Errors are {code, message, pointer?}.",
    license(name = "MIT OR Apache-2.0")
))]
struct Head;

/// The name of the response that every error is.
const ERROR: &str = "Error";

/// The routes, not yet bound to an engine, their document, and the rules of their bodies.
pub(crate) fn api() -> (axum::Router<Engine>, Document, BodyRules) {
    let (router, mut document) = utoipa_axum::router::OpenApiRouter::with_openapi(Head::openapi())
        .nest("/api/v1", routes::api())
        .split_for_parts();
    let mut rules = BodyRules::new();
    for (path, item) in &mut document.paths.paths {
        let name = operation_name(path);
        for (method, operation) in operations(item) {
            let named = method.as_str().to_lowercase();
            operation.operation_id = Some(format!("{named}_{name}"));
            let rule = body_rule(&method, operation);
            add_errors(&method, path, operation, rule);
            if let Some(rule) = rule {
                rules.insert((method, path.clone()), rule);
            }
        }
    }
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.add_security_scheme("token", bearer);
    components
        .responses
        .insert(ERROR.to_owned(), RefOr::T(error_response()));
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::Object(object)) = schema {
            require_nullable(object);
        }
    }
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(
        "token",
        [],
    )]);
    document.extensions = Some(
        ExtensionsBuilder::new()
            .add("x-filter", filter_values())
            .build(),
    );
    (router, document, rules)
}

/// The operations of a path with their methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Each operation has a name of its own, from its method and path: generators make functions of
/// them, and the handlers' names repeat.
fn operation_name(path: &str) -> String {
    let parts: Vec<&str> = path
        .trim_start_matches("/api/v1/")
        .split('/')
        .map(|part| part.trim_matches(['{', '}']))
        .collect();
    parts.join("_").replace('-', "_")
}

/// What a body of an operation may be, where it is not any document. What a `GET` carries means
/// nothing, as HTTP has it.
fn body_rule(method: &Method, operation: &Operation) -> Option<BodyRule> {
    match &operation.request_body {
        None => (*method != Method::GET).then_some(BodyRule::Nothing),
        Some(_) => operation.security.is_some().then_some(BodyRule::Short),
    }
}

/// The statuses that follow from what an operation takes: no route has to name them.
fn add_errors(method: &Method, path: &str, operation: &mut Operation, rule: Option<BodyRule>) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let takes_query = parameters.iter().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => false,
    });
    let mut statuses = vec!["403"];
    if operation.security.is_none() {
        // Routes that are open to everybody do nothing that can fail.
        statuses.extend(["401", "500", "503"]);
    }
    if path.contains('{') {
        statuses.push("404");
    }
    match rule {
        None if operation.request_body.is_some() => statuses.extend(["400", "408", "413", "422"]),
        Some(BodyRule::Nothing) => statuses.extend(["400", "408", "422"]),
        // Whatever arrives and is not what is asked for is 401: its caller has no token yet.
        Some(BodyRule::Short) => statuses.extend(["400", "408"]),
        None => {}
    }
    if takes_query {
        statuses.push("422");
    }
    if method != Method::GET {
        statuses.push("507");
    }
    let responses = &mut operation.responses.responses;
    for status in statuses {
        let error = RefOr::Ref(Ref::from_response_name(ERROR));
        responses.insert(status.to_owned(), error);
    }
}

fn error_response() -> Response {
    let schema = Ref::from_schema_name("ErrorBody");
    ResponseBuilder::new()
        .description("What went wrong: a code for the program, a sentence for the person.")
        .content("application/json", Content::new(Some(schema)))
        .build()
}

/// In an answer a field that may be `null` is always there; one that may be absent is never `null`.
/// utoipa takes every `Option` for both. In a request both are taken, and none is required.
fn require_nullable(object: &mut Object) {
    let of_request = object
        .additional_properties
        .as_deref()
        .is_some_and(|additional| {
            matches!(
                additional,
                utoipa::openapi::schema::AdditionalProperties::FreeForm(false)
            )
        });
    if of_request {
        return;
    }
    let nullable = object
        .properties
        .iter()
        .filter(|(_, schema)| takes_null(schema))
        .map(|(name, _)| name.clone());
    let missing: Vec<String> = nullable
        .filter(|name| !object.required.contains(name))
        .collect();
    object.required.extend(missing);
}

fn takes_null(schema: &RefOr<Schema>) -> bool {
    let is_null = |schema_type: &SchemaType| match schema_type {
        SchemaType::Type(one) => *one == Type::Null,
        SchemaType::Array(types) => types.contains(&Type::Null),
        SchemaType::AnyValue => false,
    };
    match schema {
        RefOr::T(Schema::Object(object)) => is_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => is_null(&array.schema_type),
        RefOr::T(Schema::OneOf(one_of)) => one_of.items.iter().any(takes_null),
        _ => false,
    }
}

/// What may follow the keys of the filter language, for completion.
fn filter_values() -> Value {
    let values = protocol::filter_values();
    values
        .map(|(key, values)| (key.to_owned(), json!(values)))
        .collect::<Map<_, _>>()
        .into()
}

//! Details of errors that this crate words itself, in both languages.

messages::messages! {
    /// Every sentence of this crate.
    pub(crate) mod sentences;

    /// How a connection ended.
    CLOSED_BY_PEER = "closed_by_peer",
        "closed by the other side",
        "закрыто другой стороной";
    /// The client panicked.
    CLIENT_CRASHED = "client_crashed",
        "ngrok's client crashed",
        "клиент ngrok аварийно завершился";
    /// A file of certificates without one.
    NO_CERTIFICATE = "no_certificate",
        "{0}: no certificate",
        "{0}: нет сертификата";
    /// A file too large for certificates.
    TOO_LARGE = "too_large",
        "{0}: {1} bytes",
        "{0}: {1} байт";
    /// How long nothing has come.
    SECONDS = "seconds",
        "{0} s",
        "{0} с";
    /// How long a name was dialled.
    NAME_SECONDS = "name_seconds",
        "{0} in {1} s",
        "{0} за {1} с";
    /// The head of the proxy's answer is too long.
    ENDLESS_ANSWER = "endless_answer",
        "the proxy's answer has no end",
        "ответ прокси не кончается";
    /// The proxy's answer is no HTTP.
    NOT_AN_HTTP_PROXY = "not_an_http_proxy",
        "not an HTTP proxy",
        "это не HTTP-прокси";
}

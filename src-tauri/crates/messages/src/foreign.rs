//! What the system and libraries say of an error, in the reader's language. They speak English;
//! their kinds are few, and most are lost by the time that a sentence is made of them: a failure is
//! stored as its text.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::message::{Arg, Message};
use crate::table::Words;

crate::messages! {
    /// What is said in place of a library's words.
    mod words;

    /// A text with words of ours in it.
    PARTS = "parts", "{0}{1}{2}", "{0}{1}{2}";
    /// What the system says, and its name for it.
    NAMED = "named", "{0} ({1})", "{0} ({1})";
    /// An error of the system that has no words here.
    SYSTEM = "system", "the system reports an error", "система сообщает об ошибке";

    CONNECTION_REFUSED = "connection_refused", "connection refused", "соединение не принято";
    CONNECTION_RESET = "connection_reset", "connection reset", "соединение сброшено";
    CONNECTION_ABORTED = "connection_aborted", "connection aborted", "соединение прервано";
    HOST_UNREACHABLE = "host_unreachable", "the host cannot be reached", "узел недоступен";
    NETWORK_UNREACHABLE = "network_unreachable",
        "the network cannot be reached",
        "сеть недоступна";
    NETWORK_DOWN = "network_down", "the network is down", "сеть отключена";
    NOT_CONNECTED = "not_connected", "not connected", "соединения нет";
    ADDRESS_IN_USE = "address_in_use", "the address is in use", "адрес уже занят";
    ADDRESS_NOT_AVAILABLE = "address_not_available",
        "this machine has no such address",
        "у этого компьютера нет такого адреса";
    BROKEN_PIPE = "broken_pipe", "the other side has closed", "другая сторона закрыла соединение";
    TIMED_OUT = "timed_out", "timed out", "время ожидания вышло";
    NOT_FOUND = "not_found", "no such file or directory", "нет такого файла или папки";
    PERMISSION_DENIED = "permission_denied", "permission denied", "нет прав";
    ALREADY_EXISTS = "already_exists", "it exists already", "уже существует";
    NOT_A_DIRECTORY = "not_a_directory", "not a directory", "это не папка";
    IS_A_DIRECTORY = "is_a_directory", "it is a directory", "это папка";
    DIRECTORY_NOT_EMPTY = "directory_not_empty", "the directory is not empty", "папка не пуста";
    READ_ONLY = "read_only", "the disk is read-only", "диск доступен только для чтения";
    DISK_FULL = "disk_full", "no space on the disk", "на диске нет места";
    QUOTA = "quota", "the quota is used up", "квота исчерпана";
    FILE_TOO_LARGE = "file_too_large", "the file is too large", "файл слишком большой";
    BUSY = "busy", "it is in use", "занято";
    NAME_INVALID = "name_invalid", "the name does not fit", "имя не подходит";
    OUT_OF_MEMORY = "out_of_memory", "out of memory", "не хватает памяти";
    UNSUPPORTED = "unsupported", "not supported", "не поддерживается";
    INVALID_INPUT = "invalid_input", "invalid argument", "неверный аргумент";
    TOO_MANY_FILES = "too_many_files", "too many open files", "открыто слишком много файлов";

    NAME_UNKNOWN = "name_unknown", "the name is unknown", "имя не найдено";
    NAME_UNKNOWN_YET = "name_unknown_yet",
        "the name cannot be looked up now",
        "имя сейчас не удаётся найти";
    CLOSED_EARLY = "closed_early",
        "the connection was closed before the end",
        "соединение закрыто раньше времени";
    EARLY_END = "early_end", "it ends too early", "данные кончились раньше времени";
    NO_CONNECTION = "no_connection", "no connection", "соединиться не удалось";
    NO_REQUEST = "no_request", "the request was not sent", "запрос не отправлен";
    METHOD = "method", "the method is invalid", "неверный метод";
    TARGET = "target", "the target is invalid", "неверный адрес запроса";
    VERSION = "version", "the version of HTTP is invalid", "неверная версия HTTP";
    HEADER = "header", "a header is invalid", "неверный заголовок";
    HEAD_TOO_LARGE = "head_too_large", "the headers are too large", "заголовки слишком большие";
    STATUS = "status", "the status is invalid", "неверный код состояния";
    CONTENT_LENGTH = "content_length", "Content-Length is invalid", "неверный Content-Length";
    TRANSFER_ENCODING = "transfer_encoding",
        "Transfer-Encoding is invalid",
        "неверный Transfer-Encoding";
    CHUNK = "chunk", "a chunk of the body is invalid", "неверный фрагмент тела (chunk)";
    CHUNK_EXTENSIONS = "chunk_extensions",
        "the extensions of chunks are too long",
        "расширения фрагментов (chunk) слишком длинные";
    TRAILERS = "trailers", "the trailers are too long", "заголовки после тела слишком длинные";
    TRAILER = "trailer", "a trailer is invalid", "неверный заголовок после тела";
    PROXY_ASKED = "proxy_asked",
        "CONNECT asks for a proxy, and this is none",
        "CONNECT просит прокси, а это не прокси";
    NO_NUMBER = "no_number", "it is no number", "это не число";
    NUMBER_TOO_LARGE = "number_too_large", "the number is too large", "число слишком большое";
    NUMBER_TOO_SMALL = "number_too_small", "the number is too small", "число слишком маленькое";
    CORRUPT = "corrupt", "the compressed data is corrupt", "сжатые данные повреждены";
    NOT_GZIP = "not_gzip", "it does not begin as gzip", "начинается не как gzip";
    OUT_OF_RANGE = "out_of_range", "is out of range", "вне допустимых пределов";
    EMPTY = "empty", "it is empty", "пусто";
    NOT_UTF8 = "not_utf8", "it is not UTF-8", "это не UTF-8";
    NO_VARIABLE = "no_variable",
        "the environment variable is not set",
        "переменная окружения не задана";
    URL = "url", "it is no address", "это не адрес";
    BASE64 = "base64", "a sign that Base64 does not have", "знак, которого в Base64 нет";
    BASE64_END = "base64_end", "Base64 ends in the middle", "Base64 обрывается";
    CERTIFICATE = "certificate",
        "the certificate is not trusted",
        "сертификату нельзя доверять";
    NO_FILE = "no_file", "it is no file", "это не файл";
    NO_CERTIFICATE = "no_certificate", "it has no certificate", "в нём нет сертификата";
    PEM = "pem", "it is broken PEM", "повреждённый PEM";
    NO_TLS = "no_tls",
        "the answer is not TLS: this server has an http:// address",
        "ответ не похож на TLS: у этого сервера адрес с http://";
    TLS_REFUSED = "tls_refused", "TLS was refused", "соединение TLS отклонено";
}

/// What is replaced in one text at most.
const REPLACED: usize = 8;

/// What libraries say, a longer one before its part, without regard to case; with what follows it
/// where a `*` stands.
const PHRASES: &[(&str, &Words)] = &[
    (
        "failed to lookup address information: Temporary*",
        &words::NAME_UNKNOWN_YET,
    ),
    (
        "failed to lookup address information*",
        &words::NAME_UNKNOWN,
    ),
    ("No such host is known*", &words::NAME_UNKNOWN),
    (
        "connection closed before message completed",
        &words::CLOSED_EARLY,
    ),
    ("client error (Connect)", &words::NO_CONNECTION),
    ("error trying to connect", &words::NO_CONNECTION),
    ("tcp connect error", &words::NO_CONNECTION),
    ("error sending request", &words::NO_REQUEST),
    ("unexpected EOF during chunk size line", &words::EARLY_END),
    ("unexpected EOF during handshake", &words::CLOSED_EARLY),
    ("unexpected end of file", &words::EARLY_END),
    (
        "end of file before message length reached",
        &words::EARLY_END,
    ),
    ("failed to fill whole buffer", &words::EARLY_END),
    ("tls handshake eof", &words::CLOSED_EARLY),
    (
        "peer closed connection without sending TLS close_notify*",
        &words::CLOSED_EARLY,
    ),
    ("invalid HTTP method parsed", &words::METHOD),
    (
        "invalid HTTP version parsed (found HTTP2 preface)",
        &words::VERSION,
    ),
    ("invalid HTTP version parsed", &words::VERSION),
    ("invalid HTTP header parsed", &words::HEADER),
    ("invalid HTTP status-code parsed", &words::STATUS),
    ("invalid content-length parsed", &words::CONTENT_LENGTH),
    (
        "unexpected transfer-encoding parsed",
        &words::TRANSFER_ENCODING,
    ),
    (
        "invalid transfer-encoding parsed",
        &words::TRANSFER_ENCODING,
    ),
    ("message head is too large", &words::HEAD_TOO_LARGE),
    ("chunk extensions over limit", &words::CHUNK_EXTENSIONS),
    ("chunk trailers bytes over limit", &words::TRAILERS),
    ("chunk trailers count overflow", &words::TRAILERS),
    ("invalid chunk *", &words::CHUNK),
    ("Invalid trailer *", &words::TRAILER),
    ("Invalid header name: *", &words::TRAILER),
    ("Invalid header value: *", &words::TRAILER),
    ("Partial header", &words::TRAILER),
    (
        "CONNECT asks for a proxy, and this is none",
        &words::PROXY_ASKED,
    ),
    ("invalid uri character", &words::TARGET),
    ("invalid URI", &words::TARGET),
    ("invalid format", &words::TARGET),
    ("invalid port number", &words::URL),
    ("relative URL without a base", &words::URL),
    ("empty host", &words::URL),
    ("builder error", &words::URL),
    ("invalid digit found in string", &words::NO_NUMBER),
    ("invalid float literal", &words::NO_NUMBER),
    ("cannot parse integer from empty string", &words::EMPTY),
    (
        "number too large to fit in target type",
        &words::NUMBER_TOO_LARGE,
    ),
    (
        "number too small to fit in target type",
        &words::NUMBER_TOO_SMALL,
    ),
    ("invalid gzip header", &words::NOT_GZIP),
    ("corrupt deflate stream", &words::CORRUPT),
    (
        "corrupt gzip stream does not have a matching checksum",
        &words::CORRUPT,
    ),
    ("deflate decompression error*", &words::CORRUPT),
    ("Invalid Data", &words::CORRUPT),
    ("Unknown frame descriptor", &words::CORRUPT),
    ("Data corruption detected", &words::CORRUPT),
    ("Restored data doesn't match checksum", &words::CORRUPT),
    ("incomplete frame", &words::EARLY_END),
    ("is not in *", &words::OUT_OF_RANGE),
    ("environment variable not found", &words::NO_VARIABLE),
    ("stream did not contain valid UTF-8", &words::NOT_UTF8),
    ("invalid utf-8 sequence*", &words::NOT_UTF8),
    ("Invalid symbol *", &words::BASE64),
    ("Invalid byte *", &words::BASE64),
    ("Invalid last symbol *", &words::BASE64_END),
    ("Invalid input length: *", &words::BASE64_END),
    ("Invalid padding", &words::BASE64_END),
    ("invalid peer certificate*", &words::CERTIFICATE),
    ("not a file", &words::NO_FILE),
    ("no certificate", &words::NO_CERTIFICATE),
    ("missing section end marker*", &words::PEM),
    ("illegal section start*", &words::PEM),
    ("base64 decode error*", &words::PEM),
    (
        "received corrupt message of type InvalidContentType",
        &words::NO_TLS,
    ),
    ("received fatal alert: *", &words::TLS_REFUSED),
    ("operation timed out", &words::TIMED_OUT),
    ("deadline has elapsed", &words::TIMED_OUT),
    ("connection timed out", &words::TIMED_OUT),
    ("connection refused", &words::CONNECTION_REFUSED),
    ("connection reset by peer", &words::CONNECTION_RESET),
    ("broken pipe", &words::BROKEN_PIPE),
    ("no connection", &words::NO_CONNECTION),
];

/// What an error says, as a value of a sentence: its words are replaced where they are known, of
/// the system's errors the name stands behind, and everything else (a host, a file) stays.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an error that was made into this value is of no other use"
)]
pub fn foreign(said: impl ToString) -> Arg {
    replaced(&said.to_string(), REPLACED)
}

/// What the deepest cause of an error says, in the same way: what stands above it says no more.
#[must_use]
pub fn foreign_cause(error: &(dyn Error + 'static)) -> Arg {
    let mut deepest = error;
    while let Some(below) = deepest.source() {
        deepest = below;
    }
    foreign(deepest)
}

fn replaced(text: &str, times: usize) -> Arg {
    let found = system_error(text).or_else(|| phrase(text));
    let found = found.filter(|_| times > 0);
    match found {
        Some((before, words, after)) if before.is_empty() && after.is_empty() => words.into(),
        Some((before, words, after)) => {
            let parts = words::PARTS.arg(replaced(before, times - 1)).arg(words);
            parts.arg(replaced(after, times - 1)).into()
        }
        None => text.into(),
    }
}

type Found<'t> = (&'t str, Message, &'t str);

/// `Connection refused (os error 111)`, wherever it stands.
fn system_error(text: &str) -> Option<Found<'_>> {
    const MARK: &str = " (os error ";
    let mark = text.find(MARK)?;
    let number = mark + MARK.len();
    let end = number + text[number..].find(')')?;
    let code: i32 = text[number..end].parse().ok()?;
    // What the system calls it: behind the last colon before the number.
    let begin = text[..mark].rfind(": ").map_or(0, |colon| colon + 2);
    let (words, name) = system_words(code);
    let name = name.map_or_else(|| format!("os error {code}"), str::to_owned);
    Some((
        &text[..begin],
        words::NAMED.arg(words).arg(name),
        &text[end + 1..],
    ))
}

fn phrase(text: &str) -> Option<Found<'_>> {
    PHRASES.iter().find_map(|(phrase, words)| {
        let (begin, takes_rest) = match phrase.strip_suffix('*') {
            Some(begin) => (begin, true),
            None => (*phrase, false),
        };
        let at = text
            .to_ascii_lowercase()
            .find(&begin.to_ascii_lowercase())?;
        // A bracket that was opened before it is closed behind it.
        let is_inside = text.ends_with(')') && text[..at].contains('(');
        let end = if takes_rest {
            text.len() - usize::from(is_inside)
        } else {
            at + begin.len()
        };
        Some((&text[..at], Message::from(*words), &text[end..]))
    })
}

/// The words for an error of the system, and its name.
fn system_words(code: i32) -> (&'static Words, Option<&'static str>) {
    let kind = io::Error::from_raw_os_error(code).kind();
    let (words, name) = match kind {
        ErrorKind::ConnectionRefused => (&words::CONNECTION_REFUSED, "ECONNREFUSED"),
        ErrorKind::ConnectionReset => (&words::CONNECTION_RESET, "ECONNRESET"),
        ErrorKind::ConnectionAborted => (&words::CONNECTION_ABORTED, "ECONNABORTED"),
        ErrorKind::HostUnreachable => (&words::HOST_UNREACHABLE, "EHOSTUNREACH"),
        ErrorKind::NetworkUnreachable => (&words::NETWORK_UNREACHABLE, "ENETUNREACH"),
        ErrorKind::NetworkDown => (&words::NETWORK_DOWN, "ENETDOWN"),
        ErrorKind::NotConnected => (&words::NOT_CONNECTED, "ENOTCONN"),
        ErrorKind::AddrInUse => (&words::ADDRESS_IN_USE, "EADDRINUSE"),
        ErrorKind::AddrNotAvailable => (&words::ADDRESS_NOT_AVAILABLE, "EADDRNOTAVAIL"),
        ErrorKind::BrokenPipe => (&words::BROKEN_PIPE, "EPIPE"),
        ErrorKind::TimedOut => (&words::TIMED_OUT, "ETIMEDOUT"),
        ErrorKind::NotFound => (&words::NOT_FOUND, "ENOENT"),
        ErrorKind::PermissionDenied => (&words::PERMISSION_DENIED, "EACCES"),
        ErrorKind::AlreadyExists => (&words::ALREADY_EXISTS, "EEXIST"),
        ErrorKind::NotADirectory => (&words::NOT_A_DIRECTORY, "ENOTDIR"),
        ErrorKind::IsADirectory => (&words::IS_A_DIRECTORY, "EISDIR"),
        ErrorKind::DirectoryNotEmpty => (&words::DIRECTORY_NOT_EMPTY, "ENOTEMPTY"),
        ErrorKind::ReadOnlyFilesystem => (&words::READ_ONLY, "EROFS"),
        ErrorKind::StorageFull => (&words::DISK_FULL, "ENOSPC"),
        ErrorKind::QuotaExceeded => (&words::QUOTA, "EDQUOT"),
        ErrorKind::FileTooLarge => (&words::FILE_TOO_LARGE, "EFBIG"),
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => (&words::BUSY, "EBUSY"),
        ErrorKind::InvalidFilename => (&words::NAME_INVALID, "ENAMETOOLONG"),
        ErrorKind::OutOfMemory => (&words::OUT_OF_MEMORY, "ENOMEM"),
        ErrorKind::Unsupported => (&words::UNSUPPORTED, "ENOTSUP"),
        ErrorKind::InvalidInput => (&words::INVALID_INPUT, "EINVAL"),
        // `std` has no kind of it, and 24 is the number on every Unix.
        _ if cfg!(unix) && code == 24 => (&words::TOO_MANY_FILES, "EMFILE"),
        _ => return (&words::SYSTEM, None),
    };
    (words, Some(name))
}

#[cfg(test)]
mod tests;

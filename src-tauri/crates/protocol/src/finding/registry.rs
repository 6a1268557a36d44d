//! The registry of findings: code, severity and words in both languages, one entry each.
//!
//! Words say what it is and what to do next. `{0}`, `{1}` … stand for values. Those of single
//! platforms, and of what they gave back, are in `registry/platforms.rs`; all are one vocabulary.

mod platforms;

use std::fmt;
use std::str::FromStr;

use messages::Words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Severity;
use crate::names::Side;
use crate::names::UnknownName;

macro_rules! registry {
    (@side) => { Side::Request };
    (@side $side:ident) => { Side::$side };
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident $(of $side:ident)?, $en:literal, $ru:literal;)+) => {
        /// What a finding is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $code)] $name,)+
        }

        impl utoipa::PartialSchema for Code {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::names::text_schema([$($code,)+])
            }
        }

        impl ToSchema for Code {}

        impl Code {
            /// Every code, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code's text, as the API and the store spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// How much it matters, unless the check that makes the finding decides otherwise.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// Which message the finding is about where the app makes it while serving.
            pub(super) const fn own_side(self) -> Side {
                match self { $(Self::$name => registry!(@side $($side)?),)+ }
            }

            /// The words before their values are put in.
            pub(super) fn words(self) -> &'static Words {
                match self {
                    $(Self::$name => {
                        static WORDS: Words = Words { code: $code, en: $en, ru: $ru };
                        &WORDS
                    })+
                }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or(UnknownName)
    }
}

platforms::with_platform_findings! {
    registry,
    /// The text is not JSON.
    JsonSyntax = "json_syntax", Error,
        "This is not valid JSON: {0}",
        "Это не JSON: {0}";
    /// A key stands twice in one object.
    JsonDuplicateKey = "json_duplicate_key", Warning,
        "The key “{0}” stands more than once in one object; the last value counts. Remove the others.",
        "Ключ «{0}» встречается в одном объекте несколько раз, действует последнее значение. Уберите лишние.";
    /// A number that JavaScript cannot hold exactly.
    JsonNumberInexact = "json_number_inexact", Warning,
        "JavaScript makes {1} of the number {0}. Send it as a string if every digit matters.",
        "Из числа {0} в JavaScript получится {1}. Если важна каждая цифра, передавайте его строкой.";
    /// Half of a surrogate pair.
    JsonLoneSurrogate = "json_lone_surrogate", Warning,
        "A string holds {0}, half of a character. It will be shown as “�”; check how the text was cut.",
        "В строке есть {0} — половина символа. Вместо неё будет «�»; проверьте, как обрезан текст.";
    /// A byte order mark before the text.
    ByteOrderMark = "byte_order_mark", Warning,
        "The body begins with a byte order mark (BOM). Many parsers refuse it: save the text without one.",
        "Тело начинается с метки порядка байтов (BOM). Многие разборщики её не принимают: сохраняйте текст без неё.";
    /// Bytes that are not UTF-8.
    InvalidUtf8 = "invalid_utf8", Error,
        "The body is not valid UTF-8 from byte {0} on. JSON is UTF-8: make the sender encode it so.",
        "Начиная с байта {0} тело не является UTF-8. JSON передают в UTF-8: исправьте кодировку у отправителя.";
    /// The charset is a guess.
    CharsetGuessed = "charset_guessed", Warning,
        "The charset is a guess: {0}. Nothing names it, and the bytes are not UTF-8. Send UTF-8.",
        "Кодировка угадана: {0}. Она нигде не названа, а байты не в UTF-8. Передавайте текст в UTF-8.";
    /// A charset that nobody knows.
    CharsetUnknown = "charset_unknown", Warning,
        "The charset “{0}” is unknown; the text is read without it. Write charset=utf-8.",
        "Кодировка «{0}» неизвестна, текст прочитан без неё. Укажите charset=utf-8.";
    /// A declared charset that JSON does not have.
    CharsetIgnored = "charset_ignored", Warning,
        "Content-Type says {0}, but JSON is UTF-8 (RFC 8259), and these bytes are: they are read as UTF-8. Write charset=utf-8, or no charset.",
        "В Content-Type указана кодировка {0}, но JSON — это UTF-8 (RFC 8259), и байты — UTF-8: так они и прочитаны. Укажите charset=utf-8 или уберите charset.";
    /// JSON in a charset that JSON does not have.
    JsonNotUtf8 = "json_not_utf8", Warning,
        "The JSON is in {0}. JSON is UTF-8 (RFC 8259): other programs will not read the letters of this one, or refuse it. Send UTF-8.",
        "JSON пришёл в кодировке {0}. JSON — это UTF-8 (RFC 8259): другие программы прочитают буквы неверно или откажутся от тела. Отправляйте UTF-8.";
    /// The declared charset and the bytes differ.
    CharsetDoubtful = "charset_doubtful", Warning,
        "The charset is named {0}, but the bytes are valid UTF-8. If letters look broken, name it utf-8.",
        "Указана кодировка {0}, но байты — правильный UTF-8. Если буквы сломаны, укажите utf-8.";
    /// A content encoding that cannot be undone.
    EncodingUnknown = "encoding_unknown", Error,
        "The content encoding “{0}” is unknown, so the body is shown as bytes. Known: gzip, deflate, br, zstd.",
        "Сжатие «{0}» неизвестно, тело показано байтами. Известны gzip, deflate, br, zstd.";
    /// A body that does not decompress.
    EncodingBroken = "encoding_broken", Error,
        "The body does not decompress as {0}: {1}. Check that Content-Encoding tells the truth.",
        "Тело не распаковывается как {0}: {1}. Проверьте, верен ли Content-Encoding.";
    /// A body that grows past the limit.
    DecodedTooLarge = "decoded_too_large", Error,
        "The decompressed body is longer than {0} bytes and is not shown decompressed.",
        "Распакованное тело длиннее {0} байт и распакованным не показано.";
    /// A compressed body of very many parts.
    CodingMembers = "coding_members", Error,
        "The compressed body has more than {0} parts and is shown as it came. Compress it in one piece.",
        "Сжатое тело состоит более чем из {0} частей и показано как пришло. Сожмите его одним куском.";
    /// JSON under another name.
    ContentTypeNotJson = "content_type_not_json", Info,
        "The body is JSON, but Content-Type says “{0}”. Write application/json, so that every program reads it so.",
        "Тело — JSON, но в Content-Type указано «{0}». Поставьте application/json, чтобы любая программа его поняла.";
    /// The request's body is no JSON.
    RequestNotJson = "request_not_json", Error,
        "The request's body is not JSON, so there are no variables. Check that this is the bot's webhook.",
        "Тело запроса — не JSON, переменных в нём нет. Проверьте, что это вебхук бота.";
    /// The request's body is JSON, but no object.
    RequestNotObject = "request_not_object", Error,
        "The request's body is {0}, not an object, so there are no variables.",
        "Тело запроса — {0}, а не объект, поэтому переменных нет.";
    /// No `action`.
    EventMissing = "event_missing", Warning,
        "There is no text in “action”, so the event is unknown. The bot puts the screen's event there.",
        "В «action» нет текста, событие неизвестно. Бот передаёт там событие экрана.";
    /// Another method than POST.
    MethodNotPost = "method_not_post", Warning,
        "The method is {0}; the bot calls its webhook with POST.",
        "Метод запроса — {0}; бот вызывает вебхук методом POST.";
    /// A user's message over the platform's limit.
    UserMessageTooLong = "user_message_too_long", Warning,
        "The user's message has {0} characters; above {1} the bot raises an event or stays silent.",
        "В сообщении пользователя {0} символов; если их больше {1}, бот вызывает событие или молчит.";
    /// Variables come near the soft limit.
    VariablesNearSoftLimit = "variables_near_soft_limit", Info,
        "The bot's variables take about {0}; the limit is {1}. Send less.",
        "Переменные бота занимают около {0}, предел {1}. Передавайте меньше.";
    /// Variables are over the soft limit.
    VariablesOverSoftLimit = "variables_over_soft_limit", Warning,
        "The bot's variables take about {0}, above the limit of {1}. Send less, or clear what is not needed with null.",
        "Переменные бота занимают около {0}, предел {1}. Передавайте меньше или очищайте ненужное через null.";
    /// Variables come near the hard limit.
    VariablesNearHardLimit = "variables_near_hard_limit", Warning,
        "The bot's variables take about {0}; above {1} the bot saves nothing more. Send much less.",
        "Переменные бота занимают около {0}; после {1} бот больше ничего не сохраняет. Передавайте намного меньше.";
    /// Variables are over the hard limit.
    VariablesOverHardLimit = "variables_over_hard_limit", Error,
        "The bot's variables take about {0}, above {1}: new data is not saved and the bot may go silent. Send much less.",
        "Переменные бота занимают около {0}, предел {1}: новые данные не сохранятся, и бот может замолчать. Передавайте намного меньше.";
    /// A status that makes the bot ignore the answer.
    ResponseStatus = "response_status", Warning,
        "The status is {0}: the bot ignores this answer and goes on with its old variables. Answer with 200.",
        "Статус {0}: бот не примет этот ответ и продолжит со старыми переменными. Отвечайте со статусом 200.";
    /// An empty body.
    ResponseEmpty = "response_empty", Warning,
        "The answer is empty, so the bot takes nothing from it. To change nothing on purpose, answer {}.",
        "Ответ пуст, бот ничего из него не примет. Если менять нечего, отвечайте {}.";
    /// The answer is no JSON.
    ResponseNotJson = "response_not_json", Error,
        "The answer is not JSON: the bot ignores it and goes on with its old variables.",
        "Ответ — не JSON: бот не примет его и продолжит со старыми переменными.";
    /// The answer is JSON, but no object.
    ResponseNotObject = "response_not_object", Warning,
        "The answer is {0}, not an object: {1}. Answer with an object of variables.",
        "Ответ — {0}, а не объект: {1}. Отвечайте объектом с переменными.";
    /// A variable that the platform writes itself.
    ReservedKey = "reserved_key", Warning,
        "The bot rewrites “{0}” on every message, so this change lives for one turn. Use another name.",
        "Бот переписывает «{0}» при каждом сообщении, изменение проживёт один ход. Возьмите другое имя.";
    /// Variables of the platform sent back unchanged.
    ReservedKeysEchoed = "reserved_keys_echoed", Info,
        "The answer sends back the bot's own {0}. It is harmless, but counts toward the size limit; leave it out.",
        "Ответ возвращает системные {0}. Это безвредно, но расходует лимит; лучше их не возвращать.";
    /// A variable of the dialog engine.
    EngineKey = "engine_key", Warning,
        "“{0}” belongs to the dialog engine; returning it can break the conversation. Leave it out.",
        "«{0}» принадлежит движку диалога; если вернуть его, диалог может сломаться. Уберите его.";
    /// A name that is never sent back.
    HiddenKey = "hidden_key", Warning,
        "“{0}” begins with “_”: the bot keeps it, but never sends it to the webhook again.",
        "«{0}» начинается с «_»: бот сохранит её, но больше не пришлёт в вебхук.";
    /// A name that a scenario cannot use.
    NameNotUsable = "name_not_usable", Warning,
        "The name “{0}” cannot be used in a scenario: only Latin letters, digits and “_” can.",
        "Имя «{0}» нельзя использовать в сценарии: подходят только латинские буквы, цифры и «_».";
    /// A word of JavaScript.
    NameKeyword = "name_keyword", Warning,
        "“{0}” is a word of JavaScript and cannot name a variable. Use another name.",
        "«{0}» — служебное слово JavaScript, переменную так назвать нельзя. Возьмите другое имя.";
    /// A text that is too long to be shown by the bot.
    StringTooLong = "string_too_long", Warning,
        "This text has {0} characters; the bot can say fewer than {1}. Shorten or split it.",
        "В этом тексте {0} символов; бот может сказать меньше {1}. Сократите или разделите его.";
    /// A new variable whose name is nearly that of one that the bot has.
    NameNear = "name_near", Warning,
        "The bot has no variable “{0}”, but “{1}”, which the answer leaves as it is. If that was meant, correct the name.",
        "Переменной «{0}» у бота нет, а похожая «{1}» в ответ не вошла. Если имелась в виду она, исправьте имя.";
    /// A variable set to null.
    VariableNull = "variable_null", Info,
        "“{0}” becomes null: the variable stays, but empty. A variable cannot be removed.",
        "«{0}» станет null: переменная останется, но пустой. Удалить переменную нельзя.";
    /// A variable set to zero, or to a fraction below one.
    VariableZero = "variable_zero", Info,
        "“{0}” becomes {1}; a condition takes a number with nothing before its point for false. Compare it with a number.",
        "«{0}» станет {1}; число с нулевой целой частью условие считает ложью. Сравнивайте с числом явно.";
    /// A variable whose type changes.
    TypeChanged = "type_changed", Warning,
        "“{0}”: {1} before, {2} now. Check that the scenario expects this.",
        "«{0}»: раньше {1}, теперь {2}. Проверьте, что сценарий этого ждёт.";
    /// Variables that were left out of what looks like the whole set.
    KeysNotRemoved = "keys_not_removed", Info,
        "The answer leaves out {0}. The bot keeps their old values; send null to clear one.",
        "В ответе нет {0}. Бот сохранит прежние значения; чтобы очистить переменную, верните null.";
    /// More findings than are shown.
    MoreFindings = "more_findings", Info,
        "There are more findings of this kind; the first {0} are shown.",
        "Таких замечаний больше; показаны первые {0}.";
    /// The body was cut at the limit.
    BodyTooLarge = "body_too_large", Error,
        "The body is longer than {0} bytes: the rest was not read and the answer was 413. Raise the limit in the settings if you need it.",
        "Тело длиннее {0} байт: остаток не прочитан, ответ — 413. Если нужно, увеличьте предел в настройках.";
    /// Too many bytes of bodies were in memory.
    BodiesInFlight = "bodies_in_flight", Error,
        "So many large bodies were being worked on that there was no memory for this one within ten seconds: the answer was 503.",
        "В работе было столько больших тел, что за десять секунд для этого не нашлось памяти: ответ — 503.";
    /// Too many bytes of bodies were in files.
    BodiesOnDisk = "bodies_on_disk", Error,
        "So many long bodies were being worked on that their files, {0} bytes at most, had no room for this one: the answer was 507. Send it again when they are done.",
        "В работе было столько длинных тел, что в их файлах, не больше {0} байт вместе, не нашлось места для этого: ответ — 507. Повторите, когда с ними будет закончено.";
    /// The file of a long body could not be written.
    BodyNoSpace = "body_no_space", Error,
        "The body is too long for memory, and its file could not be written: the answer was 507. Check the disk's free space.",
        "Тело слишком велико для памяти, а записать его в файл не удалось: ответ — 507. Проверьте место на диске.";
    /// The app ended before the body had arrived.
    BodyAppEnded = "body_app_ended", Error,
        "The app ended before the whole body had arrived: the answer was 503, and what came is kept. Send it again.",
        "Программа закрылась раньше, чем тело пришло целиком: ответ — 503, сохранено то, что успело прийти. Отправьте ещё раз.";
    /// A request's body could not be written to its end.
    BodyNotSaved = "body_not_saved", Error,
        "Only the first {0} of this body's {1} bytes are recorded: the rest could not be written. Check the disk's free space.",
        "Записаны только первые {0} из {1} байт этого тела: остальное записать не удалось. Проверьте место на диске.";
    /// The same for an answer's body.
    AnswerNotSaved = "answer_not_saved", Error of Response,
        "Only the first {0} of this body's {1} bytes are recorded: the rest could not be written. Check the disk's free space.",
        "Записаны только первые {0} из {1} байт этого тела: остальное записать не удалось. Проверьте место на диске.";
    /// The same for the answer of the developer's own server.
    UpstreamNotSaved = "upstream_not_saved", Error of Upstream,
        "Only the first {0} of the {1} bytes of your server's answer are recorded: the rest could not be written. Check the disk's free space.",
        "Записаны только первые {0} из {1} байт ответа вашего сервера: остальное записать не удалось. Проверьте место на диске.";
    /// The same for an answer that came late.
    LateNotSaved = "late_not_saved", Error of Late,
        "Only the first {0} of the {1} bytes of the late answer are recorded: the rest could not be written. Check the disk's free space.",
        "Записаны только первые {0} из {1} байт опоздавшего ответа: остальное записать не удалось. Проверьте место на диске.";
    /// The same for what a rule made of the server's answer.
    CorrectedNotSaved = "corrected_not_saved", Error of Corrected,
        "Only the first {0} of the {1} bytes of the corrected answer are recorded: the rest could not be written. Check the disk's free space.",
        "Записаны только первые {0} из {1} байт исправленного правилом ответа: остальное записать не удалось. Проверьте место на диске.";
    /// A fault cut an answer off.
    AnswerTruncated = "answer_truncated", Info of Response,
        "The fault sent only the first {0} of this answer's {1} bytes and broke off on purpose. See how the bot takes it.",
        "Сбой отправил только первые {0} из {1} байт этого ответа и намеренно оборвал связь. Проверьте, как это переносит бот.";
    /// Only the beginning of a body was read.
    BodyReadInPart = "body_read_in_part", Info,
        "Only the first {0} bytes of this body were read here: what comes after them is recorded, but neither checked nor searched.",
        "Здесь прочитаны только первые {0} байт этого тела: остальное записано, но не проверено и не ищется.";
    /// The head was over the limit.
    HeadersTooLarge = "headers_too_large", Error,
        "The headers are longer than {0} bytes: the request was refused with 431. Raise the limit in the settings if you need it.",
        "Заголовки длиннее {0} байт: запрос отклонён с кодом 431. Если нужно, увеличьте предел в настройках.";
    /// The head did not arrive in time.
    HeaderTimeout = "header_timeout", Error,
        "The headers did not arrive within {0} s. Check the sender and the way to here.",
        "Заголовки не пришли за {0} с. Проверьте отправителя и путь до приложения.";
    /// The body did not arrive in time.
    BodyTimeout = "body_timeout", Error,
        "The body did not arrive within {0} s; what came is kept. Check Content-Length and the sender.",
        "Тело не пришло за {0} с; сохранено то, что успело прийти. Проверьте Content-Length и отправителя.";
    /// The request broke HTTP's rules.
    HttpSyntax = "http_syntax", Error,
        "This is not a valid HTTP request: {0}.",
        "Это неправильный HTTP-запрос: {0}.";
    /// A head that ends before its empty line.
    HeadWithoutEnd = "head_without_end", Error,
        "The head of the request ends after {0} bytes, without the empty line that ends it: the sender stopped in its middle, or the connection broke. Send it whole.",
        "Заголовки запроса обрываются после {0} байт: нет пустой строки, которая их завершает. Отправитель остановился на середине, или соединение оборвалось. Передайте запрос целиком.";
    /// A caller that speaks TLS to a port without it.
    TlsHello = "tls_hello", Error,
        "The caller speaks TLS (https://), but this address has none. Write http:// in the address at the sender.",
        "Отправитель начал TLS (https://), а здесь его нет. Укажите у отправителя адрес с http://.";
    /// No `Host`.
    HostMissing = "host_missing", Warning,
        "There is no Host field. A real server refuses such a request of HTTP/1.1 with 400.",
        "Нет поля Host. Настоящий сервер отклонит такой запрос HTTP/1.1 с кодом 400.";
    /// More than one `Host`.
    HostRepeated = "host_repeated", Warning,
        "The field Host stands {0} times. A real server refuses such a request with 400.",
        "Поле Host встречается несколько раз: {0}. Настоящий сервер отклонит такой запрос с кодом 400.";
    /// `Content-Length` beside `Transfer-Encoding`.
    LengthWithCoding = "length_with_coding", Warning,
        "The request has both Content-Length and Transfer-Encoding: the length was not looked at. Many servers refuse this; send one of them.",
        "В запросе сразу Content-Length и Transfer-Encoding; длина не учитывалась. Многие серверы такое отклоняют: передавайте что-то одно.";
    /// More than one `Content-Length`.
    LengthRepeated = "length_repeated", Warning,
        "The field Content-Length stands {0} times. Many servers refuse this; send it once.",
        "Поле Content-Length встречается несколько раз: {0}. Многие серверы такое отклоняют: передавайте его один раз.";
    /// A body that ends before its length.
    BodyTooShort = "body_too_short", Error,
        "The body ends after {0} of the {1} bytes that Content-Length promises. Send it whole, or correct the length.",
        "Тело кончается после {0} байт, хотя Content-Length обещает {1}. Передайте его целиком или исправьте длину.";
    /// A body in chunks without its last one.
    BodyWithoutEnd = "body_without_end", Error,
        "The body in chunks ends after {0} bytes without its last chunk: a line with 0 and an empty line are missing.",
        "Тело из фрагментов обрывается после {0} байт: нет последнего фрагмента — строки с 0 и пустой строки за ней.";
    /// A body that is encoded on its way beyond its chunks.
    TransferCoded = "transfer_coded", Warning,
        "Transfer-Encoding says “{0}”; only chunked is undone, the body is kept as it came. Many servers refuse this with 501: compress with Content-Encoding.",
        "В Transfer-Encoding указано «{0}»; снимается только chunked, тело сохранено как пришло. Многие серверы отвечают на такое 501: сжимайте через Content-Encoding.";
    /// `chunked` more than once.
    ChunkedRepeated = "chunked_repeated", Warning,
        "Transfer-Encoding names chunked {0} times, which HTTP forbids; it is undone once. Many servers refuse this with 400: name it once.",
        "В Transfer-Encoding кодирование chunked указано несколько раз ({0}), а HTTP это запрещает; снято оно один раз. Многие серверы отвечают на такое 400: укажите его один раз.";
    /// A request of HTTP/1.0 that has a body by its method, and no length.
    LengthMissing = "length_missing", Warning,
        "This {0} of HTTP/1.0 has no Content-Length, so that it has no body: what stands behind its headers was not read. Send Content-Length.",
        "У этого {0} по HTTP/1.0 нет Content-Length, поэтому нет и тела: всё, что стоит за заголовками, не прочитано. Передавайте Content-Length.";
    /// A body that is not as long as `Content-Length` says, in HTTP/2.
    BodyLengthWrong = "body_length_wrong", Error,
        "Content-Length says {0} bytes, and the body is not as long. HTTP/2 calls this a broken request: its stream was ended with PROTOCOL_ERROR. Correct the length at the sender.",
        "Content-Length обещает {0} байт, а длина тела другая. В HTTP/2 такой запрос считается сломанным: поток завершён с PROTOCOL_ERROR. Исправьте длину у отправителя.";
    /// A `Host` that names no host.
    HostInvalid = "host_invalid", Warning,
        "“{0}” in {1} is no host with a port. A real server refuses such a request with 400.",
        "«{0}» в {1} — не имя хоста с портом. Настоящий сервер отклонит такой запрос с кодом 400.";
    /// Two names for the host that is called.
    HostDiffers = "host_differs", Warning,
        "The request is for “{0}”, but its field Host says “{1}”. Many servers refuse this, and others take one of the two: send the same.",
        "Запрос отправлен для «{0}», а в поле Host указано «{1}». Многие серверы такое отклоняют, другие берут одно из двух: передавайте одинаковое значение.";
    /// A script or a form of a web page.
    FromWebPage = "from_web_page", Info,
        "A web page sent this from a browser ({0}), not a bot's server. Any page that is open here can do so.",
        "Это прислала веб-страница из браузера ({0}), а не сервер бота. Так может сделать любая открытая здесь страница.";
    /// A replay of a body that was recorded in part.
    ReplayedInPart = "replayed_in_part", Warning,
        "Only the beginning of the recorded body is there, so {0} bytes were sent again and not the whole of it. Give the body with the replay.",
        "Тело записано не целиком, поэтому повторно отправлены только первые {0} байт. Передайте тело вместе с повтором.";
    /// An edited body that goes out without the coding that was named.
    ReplayNotCoded = "replay_not_coded", Warning,
        "The edited body was sent without Content-Encoding: “{0}” cannot be put on. Known: gzip, deflate, br, zstd.",
        "Изменённое тело отправлено без Content-Encoding: сжать как «{0}» нельзя. Известны gzip, deflate, br, zstd.";
    /// Fields of a replay that are not sent as they were given.
    ReplayFieldsNotSent = "replay_fields_not_sent", Info,
        "These fields were not sent as they were given: {0}. They belong to a connection or frame the body, and are made anew or left out; trailers are not sent.",
        "Эти поля отправлены не так, как заданы: {0}. Они относятся к соединению или к границам тела: их заменили или убрали; поля после тела не отправляются.";
    /// A body where HTTP has none.
    AnswerBodyNotSent = "answer_body_not_sent", Warning of Response,
        "An answer to {0} with status {1} has no body in HTTP: {2} bytes were not sent.",
        "У ответа на {0} со статусом {1} тела в HTTP нет: {2} байт не отправлено.";
    /// Fields that the server writes itself.
    AnswerFieldsNotSent = "answer_fields_not_sent", Warning of Response,
        "These fields of the answer were not sent: {0}. They belong to the connection, and the server writes them itself.",
        "Эти поля ответа не отправлены: {0}. Они относятся к соединению, сервер пишет их сам.";
    /// The caller closed the connection.
    CallerLeft = "caller_left", Warning of Response,
        "The caller left after {0} s without the answer. Answer sooner, or set a shorter hold.",
        "Бот отключился через {0} с, не дождавшись ответа. Отвечайте быстрее или сократите удержание.";
    /// The token of the app's API came to a bot's address.
    ApiToken = "api_token", Warning of Request,
        "The token of this app's own API came in this request, which is for a bot: asterisks stand in its place. The API is at {0}.",
        "В запросе, который предназначен боту, пришёл токен API самого приложения: вместо него стоят звёздочки. API отвечает по адресу {0}.";
    /// `Expect` asks for something else than to be asked for the body.
    ExpectUnknown = "expect_unknown", Warning of Request,
        "Expect says “{0}”; servers know 100-continue alone, and many refuse any other with 417. Leave the field out.",
        "В поле Expect стоит «{0}»; серверы знают только 100-continue, а на другое многие отвечают 417. Уберите это поле.";
    /// Trailer fields came after the body.
    Trailers = "trailers", Info,
        "Fields came after the body: {0}. Many servers never read them; send them as headers.",
        "После тела пришли поля: {0}. Многие серверы их не читают; передавайте их заголовками.";
    /// Too many requests were held already.
    HoldLimit = "hold_limit", Warning of Response,
        "{0} requests are held already, so this one was answered with its fallback at once. Answer or release some.",
        "Удерживается уже {0} запросов, поэтому на этот сразу ушёл запасной ответ. Ответьте на них или отпустите.";
    /// A probe held it.
    PatienceProbe = "patience_probe", Info of Response,
        "A probe held this request on purpose, to find out how long its caller waits: {0} s at most.",
        "Этот запрос намеренно удержала проба терпения, чтобы узнать, сколько ждёт бот: не дольше {0} с.";
    /// The fallback's answer took too long to find.
    LastAnswerLate = "last_answer_late", Warning of Response,
        "The last answer to this event was not found in the history within {0} s, so the default answer went out. Delete old exchanges, or choose another fallback.",
        "Последний ответ на это событие не нашёлся в истории за {0} с, поэтому ушёл ответ по умолчанию. Удалите старые обмены или выберите другой запасной ответ.";
    /// Many turns of one message.
    MessageCalls = "message_calls", Info of Request,
        "This is call {0} of one message: the dialog engine makes {1} HTTP calls at most for a message, and all of them share the channel's patience. Join screens that need a webhook.",
        "Это вызов №{0} по одному сообщению: на сообщение движок делает не больше {1} HTTP-вызовов, и терпение канала на всех одно. Объедините экраны, которым нужен вебхук.";
    /// As many turns of one message as there may be.
    MessageCallsOver = "message_calls_over", Error of Request,
        "This is call {0} of one message, and the dialog engine makes {1} HTTP calls at most: what follows is not asked for any more. Look for screens that lead round in a circle.",
        "Это вызов №{0} по одному сообщению, а движок делает не больше {1} HTTP-вызовов: следующих уже не будет. Поищите экраны, которые ведут по кругу.";
    /// Nobody listens where the developer's own server should.
    UpstreamRefused = "upstream_refused", Error of Response,
        "Nobody listens at {0} ({1}), so the fallback went out. Start your server, or correct its address.",
        "По адресу {0} никто не слушает ({1}), поэтому ушёл запасной ответ. Запустите сервер или исправьте адрес.";
    /// Its name has no address.
    UpstreamName = "upstream_name", Error of Response,
        "The name {0} has no address ({1}), so the fallback went out. Correct the address of your server; on this computer it is 127.0.0.1.",
        "У имени {0} нет адреса ({1}), поэтому ушёл запасной ответ. Исправьте адрес сервера; на этом же компьютере это 127.0.0.1.";
    /// TLS with it failed; the certificate it showed.
    UpstreamTls = "upstream_tls", Error of Response,
        "TLS with {0} failed ({1}); the certificate was issued by: {2}. The fallback went out. For a certificate of your own name its CA file in the server's settings, or accept any there; a server without TLS needs http:// in its address.",
        "TLS с {0} не состоялся ({1}); кем выдан сертификат: {2}. Ушёл запасной ответ. Для своего сертификата укажите в настройках сервера файл CA или разрешите любой; если TLS на сервере нет, адрес должен начинаться с http://.";
    /// It closed the connection without a byte.
    UpstreamClosed = "upstream_closed", Error of Response,
        "Your server at {0} closed the connection without answering ({1}), so the fallback went out. It runs on: look into its log for the error of this request.",
        "Сервер {0} закрыл соединение, ничего не ответив ({1}), поэтому ушёл запасной ответ. Сам он работает: найдите в его журнале ошибку этого запроса.";
    /// The same, and a moment later nobody listened any more.
    UpstreamGone = "upstream_gone", Error of Response,
        "Your server at {0} closed the connection without answering ({1}), and a moment later nobody listened there: it has most likely crashed. The fallback went out. Look into its log, and start it again.",
        "Сервер {0} закрыл соединение, ничего не ответив ({1}), а через мгновение там уже никто не слушал: скорее всего, он упал. Ушёл запасной ответ. Посмотрите его журнал и запустите снова.";
    /// The request's own body could not be read.
    UpstreamNotSent = "upstream_not_sent", Error of Response,
        "The request did not get to {0} whole: its recorded body could not be read ({1}), so the fallback went out. Check the disk that the app keeps its data on.",
        "Запрос не дошёл до {0} целиком: его записанное тело не удалось прочитать ({1}), поэтому ушёл запасной ответ. Проверьте диск, на котором приложение хранит данные.";
    /// There was no room for its answer.
    UpstreamNoRoom = "upstream_no_room", Error of Response,
        "There was no room for the answer of {0}: {1}. Your server did nothing wrong; free disk space, or send fewer long bodies at once.",
        "Для ответа {0} не хватило места: {1}. Сервер ни при чём: освободите место на диске или отправляйте меньше длинных тел сразу.";
    /// Its answer broke off.
    UpstreamHalf = "upstream_half", Error of Response,
        "The answer of {0} broke off after {1} bytes of its body ({2}). Look into your server's log; Content-Length may say more than was sent.",
        "Ответ {0} оборвался после {1} байт тела ({2}). Посмотрите журнал сервера; возможно, Content-Length больше отправленного.";
    /// What came is no answer of HTTP.
    UpstreamNotHttp = "upstream_not_http", Error of Response,
        "What {0} sent is no HTTP answer to this request ({1}), so the fallback went out. Check the port, and whether the server wants https://.",
        "То, что прислал {0}, — не HTTP-ответ на этот запрос ({1}), поэтому ушёл запасной ответ. Проверьте порт и не нужен ли серверу https://.";
    /// Its answer is over the limit.
    UpstreamTooLarge = "upstream_too_large", Error of Response,
        "The answer of {0} is longer than {1} bytes and was not taken. Raise the body limit in the settings if you need it.",
        "Ответ {0} длиннее {1} байт и не принят. Если нужно, увеличьте предел тела в настройках.";
    /// It did not answer in time.
    UpstreamTimeout = "upstream_timeout", Error of Response,
        "{0} did not answer within {1} s, so the fallback went out. The call goes on for ten minutes: an answer that comes until then is kept here.",
        "{0} не ответил за {1} с, поэтому ушёл запасной ответ. Запрос ещё десять минут не прерывается: опоздавший ответ сохранится здесь.";
    /// The request had been forwarded in a circle.
    UpstreamLoop = "upstream_loop", Error of Response,
        "The address {1} leads to this app itself, so the request was not sent there (it had been sent on {0} times before). Name the address of a server of your own.",
        "Адрес {1} ведёт в само приложение, поэтому запрос туда не отправлен (пересылок до этого: {0}). Укажите адрес своего сервера.";
    /// So many requests wait for servers that this one may have come by a circle.
    UpstreamInFlight = "upstream_in_flight", Error of Response,
        "{0} requests of this bot wait for answers of servers already ({2} of them have the method, path and body of this one), so this one was not sent to {1}, and the fallback went out. If {1} passes requests on, it most likely leads back to this app: look where it sends them. Else your server is too slow for so many.",
        "Ответов от серверов уже ждут {0} запросов этого бота (с теми же методом, путём и телом, что у этого, — {2}), поэтому на {1} этот не отправлен и ушёл запасной ответ. Если {1} пересылает запросы дальше, он, скорее всего, возвращает их сюда: проверьте, куда он их шлёт. Иначе сервер не успевает за таким потоком.";
    /// What is sent seems to come back by a relay.
    CircleHeldBack = "circle_held_back", Warning of Response,
        "Requests with this body have come {0} times in a row right after this app had sent it, and none while it was held back: {1} seems to pass it on to here. This time it was held back for {2} s and sent then; once it has come {3} times it is not sent any more. Look where {1} passes requests on.",
        "Запросы с этим телом приходят сразу после того, как приложение его отправляет (подряд: {0}), а пока отправка задержана — не приходят: похоже, {1} пересылает его обратно. На этот раз отправка задержана на {2} с; когда таких запросов станет {3}, тело больше не отправится. Проверьте, куда {1} пересылает запросы.";
    /// It has come back too often.
    CircleCut = "circle_cut", Error of Response,
        "This was not sent to {1}: requests with this body have come {0} times in a row within {2} s after this app had sent it, and none while it was held back, so it goes round. Look where {1} passes requests on. A circle that changes the body, or that takes longer for a round, is not noticed by this.",
        "На {1} это не отправлено: запросы с этим телом приходят не позже чем через {2} с после того, как приложение его отправляет (подряд: {0}), а пока отправка задержана — не приходят: оно ходит по кругу. Проверьте, куда {1} пересылает запросы. Круг, который меняет тело или длится дольше, так не замечается.";
    /// A rule's template failed while it ran.
    TemplateFailed = "template_failed", Error of Response,
        "The template of the rule “{0}” failed at line {1}, column {2}. {3} The default answer went out.",
        "Шаблон правила «{0}» не сработал в строке {1}, столбце {2}. {3} Ушёл ответ по умолчанию.";
    /// A rule forwards to the bot's server, and there is none.
    RuleWithoutServer = "rule_without_server", Error of Response,
        "The rule “{0}” forwards to my server, and no server is chosen. The default answer went out. Choose a server, or name its address in the rule.",
        "Правило «{0}» пересылает запрос на мой сервер, а сервер не выбран. Ушёл ответ по умолчанию. Выберите сервер или укажите адрес в правиле.";
    /// A rule's correction could not be applied.
    PatchNotApplied = "patch_not_applied", Warning of Response,
        "The rule's correction was not applied. {0} The answer stays as it came.",
        "Правка ответа из правила не применена. {0} Ответ остался как есть.";
    /// A rule was passed over because judging it would have taken too long.
    RuleUnjudged = "rule_unjudged", Warning,
        "The rule “{0}” was passed over: judging its condition ({1}) on this request takes too long. Make its expression or schema simpler, or put cheaper conditions before it.",
        "Правило «{0}» пропущено: проверять его условие ({1}) на этом запросе слишком долго. Упростите выражение или схему либо поставьте перед ними условия полегче.";
    /// The user's turn before could not be read in time.
    PreviousTurnLate = "previous_turn_late", Warning,
        "The user's turn before was not found within {0} s, so that conditions on it (changed, prev:event) did not hold.",
        "Предыдущий ход пользователя не нашёлся за {0} с, поэтому условия на него (changed, prev:event) не выполнились.";
    /// Too many calls of rules are under way.
    CallbackLimit = "callback_limit", Error,
        "This call was not made: {0} calls of rules are under way or wait already.",
        "Вызов не сделан: уже выполняется или ждёт {0} вызовов из правил.";
    /// The rules of a bot have made so many calls that one may lead back to it.
    CallbackRate = "callback_rate", Error,
        "This call was not made: the rules of this bot have made {0} calls in less than {1} minutes, as happens where the address of a call leads back to the bot. Calls are left out for {2} s now. Look where the address leads.",
        "Вызов не сделан: правила этого бота меньше чем за {1} минут сделали {0} вызовов — так бывает, когда адрес вызова ведёт обратно к боту. Ближайшие {2} с вызовов не будет. Проверьте, куда ведёт адрес.";
    /// The template of a rule's call failed.
    CallbackTemplateFailed = "callback_template_failed", Error,
        "This call was not made: its template failed at line {0}, column {1}. {2}",
        "Вызов не сделан: его шаблон не сработал в строке {0}, столбце {1}. {2}";
    /// It found the request too large.
    UpstreamStatus413 = "upstream_status_413", Error of Response,
        "Your server answered 413: {0} bytes are too much for it. Express takes 100 KB by default (express.json({ limit: '1mb' }) takes more); a bot holds no more than 100 KB of variables either.",
        "Сервер ответил 413: {0} байт для него слишком много. Express по умолчанию берёт 100 КБ (больше — express.json({ limit: '1mb' })); у бота предел переменных тоже 100 КБ.";
    /// It did not find the type of the body that it takes.
    UpstreamStatus415 = "upstream_status_415", Error of Response,
        "Your server answered 415: it did not see Content-Type: application/json. The request says: {0}.",
        "Сервер ответил 415: он не увидел Content-Type: application/json. В запросе: {0}.";
    /// It failed.
    UpstreamStatus5xx = "upstream_status_5xx", Error of Response,
        "Your server failed with {0}: {1}",
        "На сервере ошибка {0}: {1}";
    /// It answered a page.
    UpstreamHtml = "upstream_html", Error of Response,
        "Your server answered an HTML page, not JSON: “{0}”. Most likely the path {1} is another one there, or a framework shows its error page.",
        "Сервер ответил HTML-страницей, а не JSON: «{0}». Скорее всего, путь {1} на нём другой или это страница ошибки фреймворка.";
    /// It read the request as if it were empty.
    UpstreamEmptyEvent = "upstream_empty_event", Warning of Response,
        "Your server answered as if the event were empty: it did not see Content-Type: application/json. The request says: {0}.",
        "Сервер ответил так, будто событие пустое: он не увидел Content-Type: application/json. В запросе: {0}.";
    /// The bot's address asks for a login.
    AccessLogin = "access_login", Warning,
        "The caller's login was not the one that this bot's address asks for: it got 401. Fill in the same user and password at the sender.",
        "Логин не тот, который просит адрес этого бота: отправлен ответ 401. Впишите у отправителя те же имя и пароль.";
    /// The bot's address takes only some callers.
    AccessAddress = "access_address", Warning,
        "{0} is not among the addresses that this bot takes: it got 403. Add it in the bot's settings if it is yours.",
        "{0} нет в списке адресов, которым открыт этот бот: отправлен ответ 403. Если это ваш сервер, добавьте его в настройках бота.";
    /// The bot's address takes only some methods.
    AccessMethod = "access_method", Warning,
        "This bot does not take {0}: the answer was 405. Add the method in the bot's settings if the sender needs it.",
        "Этот бот не принимает {0}: отправлен ответ 405. Если метод нужен отправителю, добавьте его в настройках бота.";
    /// The rules of the bot's address could not be read.
    AccessClosed = "access_closed", Error,
        "The stored rules of this bot's address could not be read, so it is closed: the answer was 403. Say anew in the bot's settings who may use it.",
        "Сохранённые правила доступа к этому боту не удалось прочитать, поэтому адрес закрыт: отправлен ответ 403. Задайте доступ заново в настройках бота.";
    /// A name in the history that this version does not know.
    UnknownName = "unknown_name", Warning,
        "A later version of the app wrote here the {0} “{1}”, which this one does not know: something else is shown in its place. Nothing was changed; that version shows it right.",
        "Более поздняя версия приложения записала здесь {0} «{1}», а эта такого не знает и показывает вместо него другое. Запись не изменена; та версия покажет её верно.";
    /// A finding that this version does not know.
    Other = "other", Info,
        "Noted by another version of the app: {0}.",
        "Отмечено другой версией приложения: {0}.";
}

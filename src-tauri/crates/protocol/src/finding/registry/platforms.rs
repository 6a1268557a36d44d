//! The findings of single platforms: those of the registry that only one platform's check makes;
//! and of what became of an answer's variables on a platform.

macro_rules! with_platform_findings {
    ($registry:ident, $($general:tt)+) => {
        $registry! {
            $($general)+
    /// A form whose meaning depends on the reader.
    FormsDiffer = "forms_differ", Info,
        "“{0}” is not the same to every reader of forms: PHP makes {1} of it, qs {2}. See all readings of this body.",
        "«{0}» разные разборщики форм поймут по-разному: PHP — как {1}, qs — как {2}. Сравните все прочтения этого тела.";
    /// More parameters than are read.
    FormCut = "form_cut", Warning,
        "The form has more than {0} parameters; the rest are recorded, but make no variables. PHP takes 1000.",
        "В форме больше {0} параметров; остальные записаны, но переменных не дали. PHP берёт 1000.";
    /// A method that LeadConverter does not have.
    LeadconverterMethod = "leadconverter_method", Warning,
        "LeadConverter sends GET, POST, PUT, PATCH and DELETE; this is {0}. Check who calls.",
        "LeadConverter отправляет GET, POST, PUT, PATCH и DELETE, а это {0}. Проверьте, кто вызывает.";
    /// A status after which LeadConverter calls again.
    LeadconverterRetry = "leadconverter_retry", Warning of Response,
        "Status {0}: LeadConverter saves nothing and calls again after {1}, up to {2} times in all; then the scenario stops. Answer with 200.",
        "Статус {0}: LeadConverter ничего не сохранит и повторит вызов через {1}, всего до {2} раз, потом сценарий остановится. Отвечайте со статусом 200.";
    /// What looks like JSON, but is saved as a text.
    LeadconverterSavedAsText = "leadconverter_saved_as_text", Warning of Response,
        "This is not JSON, so all of it becomes one text in “{0}”, and ({{0}.name}) finds nothing. Write keys in double quotes and no comma before a closing bracket.",
        "Это не JSON, поэтому в «{0}» ляжет текст целиком, а ({{0}.имя}) ничего не найдёт. Пишите ключи в двойных кавычках и не ставьте запятую перед закрывающей скобкой.";
    /// Another path than the trigger's.
    NocobasePath = "nocobase_path", Error,
        "This is not the trigger's address, so NocoBase answers 404. It is {0} below the bot's address.",
        "Это не адрес триггера, поэтому NocoBase отвечает 404. Нужен {0} после адреса бота.";
    /// Another method than POST.
    NocobaseMethod = "nocobase_method", Error,
        "The method is {0}; a NocoBase trigger takes POST alone and answers 405. Send POST.",
        "Метод {0}; триггер NocoBase принимает только POST и отвечает 405. Отправляйте POST.";
    /// The trigger's login is missing or wrong.
    NocobaseLogin = "nocobase_login", Error,
        "The trigger asks for a login (Basic), and the one that came is missing, broken or another one: the answer was 401. Send user and password joined by a colon, in Base64.",
        "Триггер просит логин (Basic), а его нет, он повреждён или не тот: ответ 401. Передайте имя и пароль через двоеточие в Base64.";
    /// A body over the server's limit.
    NocobaseBodyTooLarge = "nocobase_body_too_large", Error,
        "The body is over 10 MB, NocoBase's limit: the answer was 413. Send less.",
        "Тело больше 10 МБ, предела NocoBase: ответ 413. Отправляйте меньше.";
    /// A body that the server does not take as JSON.
    NocobaseBodyNotJson = "nocobase_body_not_json", Error,
        "The body is broken JSON, or a lone text, number, true, false or null: NocoBase answers 400. Send an object or a list.",
        "В теле испорченный JSON либо отдельный текст, число, true, false или null: NocoBase отвечает 400. Отправьте объект или список.";
    /// A body that the server passes over in silence.
    NocobaseBodyNotRead = "nocobase_body_not_read", Error,
        "NocoBase reads no body of this Content-Type ({0}): the workflow gets an empty one, and the caller is told nothing. Send application/json.",
        "Тело с таким Content-Type ({0}) NocoBase не читает: процесс получит пустое, а отправителю об этом не скажут. Передавайте application/json.";
    /// The one parameter that must be JSON.
    NocobaseFilter = "nocobase_filter", Error,
        "NocoBase reads a query parameter named “filter” as JSON, and this is none: the call fails. Name it otherwise.",
        "Параметр «filter» NocoBase читает как JSON, а это не JSON: вызов не пройдёт. Назовите его иначе.";
    /// No paths are set.
    NocobaseNothingParsed = "nocobase_nothing_parsed", Info,
        "No paths are set, so the workflow gets no variables from this call. Take them from it in the bot's settings.",
        "Пути не заданы, поэтому процесс не получит из вызова ни одной переменной. Возьмите их из него в настройках бота.";
    /// A synchronous trigger failed.
    NocobaseFailed = "nocobase_failed", Error of Response,
        "The rule or the server that makes this trigger's answer failed: NocoBase answers 500.",
        "Правило или сервер, который готовит ответ триггера, не сработал: NocoBase отвечает 500.";
    /// A synchronous trigger took too long.
    NocobaseTooLate = "nocobase_too_late", Error of Response,
        "The answer was not ready within the trigger's time limit: NocoBase answers 408. Set a longer one, or answer sooner.",
        "Ответ не был готов за отведённое триггеру время: NocoBase отвечает 408. Увеличьте предел или отвечайте быстрее.";
    /// Another path than the link's.
    ChatappPath = "chatapp_path", Error,
        "This is not the block's link, so the answer is 404. Give the sender the link from the bot's settings.",
        "Это не ссылка блока, поэтому ответ 404. Дайте отправителю ссылку из настроек бота.";
    /// The token is missing or wrong.
    ChatappToken = "chatapp_token", Error,
        "The link's token is missing or another one: the answer was 401. Give the sender the link from the bot's settings.",
        "В ссылке нет token или он другой: ответ 401. Дайте отправителю ссылку из настроек бота.";
    /// No token is set.
    ChatappTokenUnset = "chatapp_token_unset", Warning,
        "No token is set for this bot, so that every call is let in; ChatApp asks for one. Set it in the bot's settings.",
        "Для этого бота token не задан, поэтому пропускается любой вызов, а ChatApp его требует. Задайте его в настройках бота.";
    /// More than one token.
    ChatappTokenRepeated = "chatapp_token_repeated", Error,
        "The link has more than one token; which of them ChatApp takes is not known: the answer was 401. Leave one.",
        "В ссылке несколько token; какой из них возьмёт ChatApp, неизвестно: ответ 401. Оставьте один.";
    /// A token in the body or in a header field.
    ChatappTokenMisplaced = "chatapp_token_misplaced", Error,
        "The token is not in the link, but in the body or a header, where ChatApp does not look for it. Put it into the link: ?token=….",
        "Token не в ссылке, а в теле или заголовке, там ChatApp его не ищет. Поставьте его в ссылку: ?token=….";
    /// Equal names in the link and in the body.
    ChatappBodyWins = "chatapp_body_wins", Info,
        "Both the link and the body have {0}; the body's value counts.",
        "{0} есть и в ссылке, и в теле; действует значение из тела.";
    /// A name of ChatApp's own.
    ChatappSystemName = "chatapp_system_name", Error,
        "{0}: this is a system variable of ChatApp's, so that the call makes none of that name. Rename it. Taken are: {1}.",
        "{0}: это системная переменная ChatApp, вызов такой не создаст. Переименуйте. Заняты: {1}.";
    /// A parameter of the link that the block does not declare.
    ChatappUndeclared = "chatapp_undeclared", Warning,
        "The block does not declare {0}, so that this parameter of the link makes no variable. Add it to the fields, or send it in the body.",
        "В блоке не объявлено {0}: этот параметр ссылки не станет переменной. Добавьте его в поля или передайте в теле.";
    /// Fields in the link beside a body.
    ChatappLinkAndBody = "chatapp_link_and_body", Warning,
        "The link has {0} beside a body. With a body the link should hold the token alone.",
        "В ссылке есть {0}, и при этом пришло тело. Если данные в теле, в ссылке оставьте только token.";
    /// Bitrix24 sends no data.
    Bitrix24IdOnly = "bitrix24_id_only", Info,
        "Bitrix24 sends the id alone ({0}), no data. Ask for the rest through its REST API, or send values from a robot, in the link.",
        "Битрикс24 прислал только id ({0}), без данных. Остальное запросите через его REST API или передайте роботом, в ссылке.";
    /// The sender calls once.
    SenderNeverRepeats = "sender_never_repeats", Info,
        "{0} sends this call once: if it is missed or fails, it will not be repeated.",
        "{0} отправляет такой вызов один раз: если он не дошёл или не удался, повтора не будет.";
    /// A version of the bot's API that nobody knows.
    WebimVersionUnknown = "webim_version_unknown", Warning,
        "No known version of Webim's bot API is named: X-Bot-API-Version begins with “2.” or “1.”, or the path ends in /v2 or /v1. This is read as version 2.",
        "Известная версия API ботов Webim не названа: X-Bot-API-Version начинается с «2.» или «1.» либо путь кончается на /v2 или /v1. Прочитано как версия 2.";
    /// An event that is not described.
    WebimEventUnknown = "webim_event_unknown", Info,
        "“{0}” is no event that is described (new_chat, new_message). Acknowledge it: Webim may add events.",
        "События «{0}» в описании нет (есть new_chat и new_message). Подтвердите его: Webim может добавлять события.";
    /// An event that was not acknowledged.
    WebimNotAcknowledged = "webim_not_acknowledged", Warning of Response,
        "Status {0}: the event is not acknowledged. Answer with 200 at once, and call Webim later.",
        "Статус {0}: событие не подтверждено. Сразу отвечайте со статусом 200, а Webim вызывайте потом.";
    /// An answer of version 1 to an event of version 2.
    WebimAnswerOfV1 = "webim_answer_of_v1", Warning of Response,
        "This is an answer of version 1; in version 2 the visitor sees nothing of it. Call send_message.",
        "Это ответ версии 1, в версии 2 посетитель его не увидит. Вызовите send_message.";
    /// An answer of version 1 that leads to the queue.
    WebimToQueue = "webim_to_queue", Info of Response,
        "The chat goes to the common queue: {0}.",
        "Чат уйдёт в общую очередь: {0}.";
    /// A message that does not fit.
    WebimMessageInvalid = "webim_message_invalid", Error,
        "This is no message of Webim's: {0}.",
        "Это не сообщение Webim: {0}.";
    /// A bot's call with a token that is missing or wrong.
    WebimToken = "webim_token", Error,
        "The token is missing or another one: the answer was 401. Send Authorization: Token … with the token of the bot's settings.",
        "Токена нет или он другой: ответ 401. Передайте Authorization: Token … с токеном из настроек бота.";
    /// A call that Webim does not have.
    WebimMethodUnknown = "webim_method_unknown", Error,
        "Webim has no such call: the answer was 404. POST to /api/bot/v2/ with {0}.",
        "Такого вызова у Webim нет: ответ 404. Отправляйте POST на /api/bot/v2/, дальше {0}.";
    /// A chat that is not there.
    WebimChatUnknown = "webim_chat_unknown", Error,
        "There is no such chat, or it is closed: the answer was 400. Take chat_id from the event that came.",
        "Такого чата нет, или он закрыт: ответ 400. Берите chat_id из пришедшего события.";
    /// An answer that a person has set for the next call.
    TrialAnswer = "trial_answer", Info of Response,
        "This answer was set in the simulator for the next call; the call itself did nothing.",
        "Этот ответ задан в симуляторе для следующего вызова; сам вызов ничего не сделал.";
    /// Markdown where the channel has plain text.
    ChannelNoMarkdown = "channel_no_markdown", Info of Response,
        "The channel shows no Markdown: the visitor sees plain text. Write it so that it reads well without.",
        "Канал не показывает Markdown: посетитель видит простой текст. Пишите так, чтобы он читался и без разметки.";
    /// Buttons with links where the channel has none.
    ChannelNoLinkButtons = "channel_no_link_buttons", Info of Response,
        "The channel has no buttons with links: the visitor sees their addresses.",
        "Кнопок со ссылками в канале нет: посетитель видит адреса.";
    /// A number that came back in another form.
    ProofSameNumber = "proof_same_number", Warning of Response,
        "“{0}” came back as the same number written otherwise: the bot holds numbers as JavaScript does. Compare it as a number, or send a string.",
        "«{0}» вернулась тем же числом в другой записи: бот хранит числа как JavaScript. Сравнивайте её как число или передавайте строкой.";
    /// A number that came back with fewer digits.
    ProofRounded = "proof_rounded", Warning of Response,
        "“{0}” came back rounded: the bot holds numbers as JavaScript does, integers exactly up to 2^53. Send it as a string if every digit matters.",
        "«{0}» вернулась округлённой: бот хранит числа как JavaScript, целые точно до 2^53. Если важна каждая цифра, передавайте её строкой.";
    /// A value that the platform changed to one of another type.
    ProofTypeChanged = "proof_type_changed", Warning of Response,
        "“{0}” came back as another type within the same message: the platform changed it. Compare what was sent with what came.",
        "«{0}» вернулась другим типом в том же сообщении: её изменила платформа. Сравните отправленное с вернувшимся.";
    /// A value that the platform changed.
    ProofValueChanged = "proof_value_changed", Warning of Response,
        "“{0}” came back with another value within the same message: the platform changed it. Compare what was sent with what came.",
        "«{0}» вернулась с другим значением в том же сообщении: её изменила платформа. Сравните отправленное с вернувшимся.";
    /// A variable that the platform dropped.
    ProofMissing = "proof_missing", Warning of Response,
        "“{0}”, or a part of it, did not come back within the same message: the platform dropped it. Check its name and its size.",
        "«{0}» или её часть не вернулась в том же сообщении: платформа её отбросила. Проверьте имя и размер.";
    /// A variable of an answer that was not merged.
    ProofNotTaken = "proof_not_taken", Warning of Response,
        "“{0}” did not reach the bot: this answer was not merged. See above why, and answer with 200 and an object.",
        "«{0}» не дошла до бота: этот ответ не принят. Причина указана выше; отвечайте со статусом 200 и объектом.";
    /// A variable of an answer that went over the limit of a session.
    ProofNotSaved = "proof_not_saved", Warning of Response,
        "“{0}” was not saved: with this answer the variables are over the limit of 100 KB, and nothing of it came back. Send less, or clear what is not needed with null.",
        "«{0}» не сохранилась: с этим ответом переменные больше предела в 100 КБ, и ничего из него не вернулось. Передавайте меньше или очищайте ненужное через null.";
        }
    };
}

pub(super) use with_platform_findings;

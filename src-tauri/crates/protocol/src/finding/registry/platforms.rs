//! The findings of single platforms: those of the registry that only one platform's check makes.

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
        }
    };
}

pub(super) use with_platform_findings;

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
        }
    };
}

pub(super) use with_platform_findings;

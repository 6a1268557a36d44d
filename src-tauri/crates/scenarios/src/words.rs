//! The sentences of this crate, in both languages.

use messages::messages;

messages! {
    /// What is wrong with a file.
    pub(crate) mod files;

    /// A file that is not there.
    MISSING = "missing",
        "There is no file {0}. Paths are relative to this file.",
        "Файла {0} нет. Пути отсчитываются от этого файла.";
    /// A file that cannot be read; the system's own words.
    UNREADABLE = "unreadable", "{0} cannot be read: {1}", "Не удаётся прочитать {0}: {1}";
    /// A file in another charset.
    NOT_UTF8 = "not_utf8",
        "{0} is not UTF-8. Save it in that encoding.",
        "{0} не в UTF-8. Сохраните файл в этой кодировке.";
    /// A file that includes itself, with all in between.
    CIRCLE = "circle",
        "These files include each other in a circle: {0}.",
        "Эти файлы включают друг друга по кругу: {0}.";
    /// Inclusions within each other.
    DEEP = "deep",
        "Files include each other at most {0} levels deep.",
        "Файлы включают друг друга не глубже {0} уровней.";
    /// Inclusion where there are no files.
    NO_FILES = "no_files",
        "A scenario that is not in a file takes no “{0}”. Run it with `hookloupe-cli test`.",
        "Сценарий не из файла не принимает «{0}». Запустите его через `hookloupe-cli test`.";
    /// A table without a row of names.
    NO_COLUMNS = "no_columns",
        "The first line of this table has to name the columns.",
        "В первой строке таблицы нужны названия столбцов.";
    /// A table without rows.
    NO_ROWS = "no_rows",
        "This table has no rows: the scenario would not run.",
        "В таблице нет строк: сценарий не выполнится ни разу.";
    /// A column that stands twice.
    COLUMN_TWICE = "column_twice",
        "The column “{0}” stands twice.", "Столбец «{0}» указан дважды.";
    /// A row of another length.
    ROW = "row",
        "This row has {0} values; the table has {1} columns.",
        "В этой строке {0} значений, а столбцов в таблице {1}.";
    /// A table that cannot be read; the library's own words.
    TABLE = "table", "This is not valid CSV: {0}", "Это не CSV: {0}";
    /// A name between braces that nobody gives.
    NAME = "name",
        "Nobody gives “{0}” a value here. Known: {1}.",
        "Здесь никто не задаёт «{0}». Есть: {1}.";
    /// No names at all.
    NONE = "none", "none", "ничего";
    /// Steps that are missing.
    NO_STEPS = "no_steps",
        "There are no steps. Write at least one.", "Шагов нет. Напишите хотя бы один.";
    /// Too many steps.
    STEPS = "steps",
        "There are more than {0} steps, those of included files counted.",
        "Шагов больше {0}, считая шаги включённых файлов.";
}

messages! {
    /// What does not fit in a scenario.
    pub(crate) mod problems;

    /// A version that this program does not know.
    VERSION = "version",
        "This is a scenario of version {0}; this program knows version {1}. Update the program.",
        "Это сценарий версии {0}, а приложение знает версию {1}. Обновите приложение.";
    /// A platform that cannot be played.
    PLATFORM = "platform",
        "“{0}” is no platform that a scenario can play. Known: {1}.",
        "«{0}» — не та платформа, которую играет сценарий. Есть: {1}.";
    /// An empty text.
    EMPTY = "empty", "This is empty.", "Здесь пусто.";
    /// A variable that is set and removed.
    SET_AND_UNSET = "set_and_unset",
        "“{0}” is set and removed in one step.", "«{0}» и задаётся, и убирается в одном шаге.";
    /// A first step that goes on with a message.
    NO_MESSAGE = "no_message",
        "No step stands before this one: there is no message to go on with.",
        "Перед этим шагом ничего нет: продолжать нечего.";
    /// A text beside one that is taken over.
    TEXT_OF_SAME = "text_of_same",
        "A step of the same message has the text of the step before it: remove “{0}”.",
        "У шага того же сообщения текст предыдущего шага: уберите «{0}».";
    /// A test that there is not.
    TEST = "test", "There is no test “{0}”. Known: {1}.", "Проверки «{0}» нет. Есть: {1}.";
    /// Tests beside ordinary names.
    MIXED = "mixed",
        "Tests ($…) and ordinary names do not stand in one object.",
        "Проверки ($…) и обычные имена не стоят в одном объекте.";
    /// A status.
    STATUS = "status", "a status from 100 to 999", "код ответа от 100 до 999";
    /// What is wanted of a number.
    NUMBER = "number", "a number", "число";
    /// What is wanted of `$near`.
    NEAR = "near",
        "a list of two numbers: the value and the greatest difference",
        "список из двух чисел: значение и наибольшее отличие";
    /// A distance below zero.
    NEGATIVE = "negative", "A difference is not below 0.", "Отличие не бывает меньше 0.";
    /// A test that says `false`.
    ONLY_TRUE = "only_true", "Write true here.", "Здесь пишется true.";
}

messages! {
    /// What differs from what was expected.
    pub(crate) mod differences;

    /// The status.
    STATUS = "status", "The status is {1}, not {0}.", "Код ответа {1}, а не {0}.";
    /// The answer should be taken.
    MERGED = "merged", "The bot does not take the answer: {0}.", "Бот не примет ответ: {0}.";
    /// The answer should not be taken.
    NOT_MERGED = "not_merged",
        "The bot takes the answer, and should not.", "Бот примет ответ, а не должен.";
    /// A name that the answer has not.
    ABSENT = "absent", "It is not there; expected: {0}.", "Этого нет; ожидалось: {0}.";
    /// A name that should not be there.
    PRESENT = "present", "It is there: {0}.", "Это есть: {0}.";
    /// Another value.
    OTHER = "other", "It is {1}, not {0}.", "Здесь {1}, а не {0}.";
    /// A value that fails a test.
    TEST = "test", "{1} does not fit {0}.", "{1} не подходит: {0}.";
    /// A value that could not be judged in time.
    TOO_LONG = "too_long",
        "Finding out whether {1} fits {0} would take too long.",
        "Проверить {1} на {0} заняло бы слишком много времени.";
    /// A place within the value.
    INSIDE = "inside", "At {0}: {1}", "В {0}: {1}";
    /// A variable that should be as it was.
    ONLY = "only",
        "The answer makes it {0}; only these may change: {1}.",
        "Ответ меняет значение на {0}; меняться могут только: {1}.";
    /// Nothing may change.
    NOTHING = "nothing", "none", "никакие";
    /// An answer without variables.
    NO_OBJECT = "no_object",
        "The answer is no JSON object.", "Ответ — не объект JSON.";
    /// A value that is to be kept, and is not there.
    CAPTURE = "capture",
        "“{0}” is to be kept as “{1}”, and is not there.",
        "«{0}» нужно запомнить как «{1}», но его нет.";
    /// A name without a value, since the step that gives it failed.
    NOT_CAPTURED = "not_captured",
        "“{0}” has no value: the step that keeps it did not.",
        "У «{0}» нет значения: шаг, который его запоминает, не сделал этого.";
    /// A request that does not fit with the values of this run.
    UNFIT = "unfit", "This step does not fit at {0}: {1}", "Шаг не подходит в {0}: {1}";
    /// Slower than wanted.
    SLOW = "slow", "The answer took {0} ms; expected within {1} ms.",
        "Ответ занял {0} мс; ожидалось не больше {1} мс.";
    /// No answer; the cause.
    NO_ANSWER = "no_answer", "There is no answer: {0}", "Ответа нет: {0}";
    /// Not sent.
    NOT_RUN = "not_run", "not run", "не выполнен";
    /// Not sent, since there was no answer before.
    LOST = "lost",
        "Not run: the target had gone before.", "Не выполнен: адрес перестал отвечать раньше.";
    /// Not sent, since the run was ended.
    INTERRUPTED = "interrupted", "Not run: the run was ended.", "Не выполнен: прогон прерван.";
}

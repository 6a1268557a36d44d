//! Every sentence of this crate.

use messages::messages;

messages! {
    /// The table.
    pub(crate) mod table;

    /// Another instance has the data directory open; the second value is [`HOLDER`] or empty.
    IN_USE = "in_use",
        "The data directory {0} is already in use by another Hookloupe{1}. Close it, or choose another directory.",
        "Папка данных {0} уже занята другим Hookloupe{1}. Закройте его или выберите другую папку.";
    /// Which process has it.
    HOLDER = "holder", " (process {0})", " (процесс {0})";
    /// The data directory cannot be made or written to.
    UNWRITABLE = "unwritable",
        "The data directory {0} cannot be written: {1}. Allow writing to it, or choose another directory.",
        "В папку данных {0} нельзя писать: {1}. Разрешите запись или выберите другую папку.";
    /// A newer version of the app wrote the database.
    NEWER = "newer",
        "The history was written by a newer Hookloupe (version {0} of the database, this one knows {1}). Update Hookloupe, or choose another data directory.",
        "Историю записал более новый Hookloupe (версия базы {0}, этому известна {1}). Обновите Hookloupe или выберите другую папку данных.";
    /// The database cannot be opened for another reason.
    NOT_OPENED = "not_opened",
        "The history in {0} cannot be opened: {1}. Check the disk, or choose another data directory.",
        "Историю в {0} не удалось открыть: {1}. Проверьте диск или выберите другую папку данных.";

    /// A change is not on disk; the value is a cause.
    NOT_SAVED = "not_saved",
        "The change was not saved: {0}. Check the disk's free space and the data directory's permissions.",
        "Изменение не сохранено: {0}. Проверьте место на диске и права на папку данных.";
    /// Reading failed.
    NOT_READ = "not_read",
        "The history could not be read: {0}.",
        "Историю не удалось прочитать: {0}.";
    /// A cause and what the system said about it.
    WITH_DETAIL = "with_detail", "{0} ({1})", "{0} ({1})";

    /// No space.
    DISK_FULL = "disk_full", "the disk is full", "на диске нет места";
    /// No permission.
    READ_ONLY = "read_only",
        "the data directory cannot be written",
        "в папку данных нельзя писать";
    /// A read or a write of the file failed.
    DISK_ERROR = "disk_error", "the disk reports an error", "диск сообщает об ошибке";
    /// Another program holds a lock of the file.
    BUSY = "busy",
        "another program keeps the database locked",
        "база данных занята другой программой";
    /// The file is no whole database.
    DAMAGED = "damaged", "the database is damaged", "файл базы данных повреждён";
    /// The same identity exists already.
    CONFLICT = "conflict",
        "an entry with the same identity exists already",
        "запись с таким же обозначением уже есть";
    /// One value is larger than a row may be.
    TOO_LARGE = "too_large",
        "it is too large for the database",
        "для базы данных это слишком много";
    /// The file was moved or deleted.
    MOVED = "moved",
        "its file was moved, deleted or replaced while Hookloupe is running; put it back, or close Hookloupe, which writes it anew and keeps what has its place under another name",
        "её файл переместили, удалили или подменили, пока Hookloupe работает; верните его или закройте Hookloupe: он запишет его заново, а то, что лежит на его месте, сохранит под другим именем";
    /// The file was overwritten, and no other one could be begun.
    OVERWRITTEN = "overwritten",
        "its file was overwritten or cut by another program, and a new one cannot be begun yet; allow writing to the data directory and free some space",
        "её файл перезаписала или обрезала другая программа, а новый начать пока не удаётся; разрешите запись в папку данных и освободите место";
    /// The store was closed.
    CLOSED = "closed", "the history is closed", "история закрыта";
    /// Anything else.
    OTHER = "other", "the database reports an error", "база данных сообщает об ошибке";
}

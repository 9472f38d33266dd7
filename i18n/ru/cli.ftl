# The headless verbs.

cli-provisioned = Профиль сохранён
cli-invalid = Неверное значение: { $field } ({ $reason })
step-settings = Станция настроена
protection-credential = Ключ шифрования: из службы системы
protection-key-file = Ключ шифрования: отдельный файл
protection-key-file-in-data-dir = Ключ шифрования лежит рядом с данными: скопированную папку можно прочитать

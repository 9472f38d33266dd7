# The headless verbs.

cli-provisioned = Профиль сохранён
cli-clock-ahead = Часы компьютера спешат на { $minutes } мин (по времени SWiP). Проверьте дату и время.
cli-clock-behind = Часы компьютера отстают на { $minutes } мин (по времени SWiP). Проверьте дату и время.
cli-invalid-line = Неверное значение: { $field } ({ $reason }, строка { $line })
cli-invalid = Неверное значение: { $field } ({ $reason })
step-settings = Станция настроена
protection-credential = Ключ шифрования: из службы системы
protection-keychain = Ключ шифрования: в связке ключей пользователя системы
protection-key-file = Ключ шифрования: отдельный файл
protection-key-file-in-data-dir = Ключ шифрования лежит рядом с данными: скопированную папку можно прочитать
cli-left = { $count ->
    [0] Очередь пуста
   *[other] Осталось в очереди: { $count }
}
cli-retried = Будет отправлено ещё раз
cli-pin-set = PIN менеджера задан
cli-queue-empty = Очередь пуста
cli-queue-paused = SWiP просит подождать: ещё { $secs } с ничего не отправляется. «queue retry» прекращает ожидание.
cli-queue-outage = SWiP недоступен: следующая попытка через { $secs } с. «queue retry» начинает её сразу.
cli-queue-held = SWiP не принимает станцию: следующая попытка через { $secs } с. «queue retry» начинает её сразу.
cli-queue-ended = Не отправлены до срока: { $count }
cli-queue-counts = Ждут: { $waiting }, отложены: { $held }, требуют внимания: { $attention }
cli-no-such-entry = Такой записи в очереди нет
cli-written = Записано в файл: { $count }
cli-forgotten = Уничтожено: записей о согласии { $consents }, неотправленных регистраций { $signups }
cli-consent-ticked = отмечено клиентом
cli-consent-attested = подтверждено сотрудником
cli-consent-altered = изменено посторонним, ничего не доказывает
cli-consent-key-lost = ключ утрачен, неизвестно, чьё согласие
cli-balances = Найдено: { $found }, не найдено: { $unknown }, отказано: { $refused }, не телефон и не карта: { $invalid }, без ответа: { $unanswered }
cli-balances-again = Повторите команду: она продолжит с тех строк, на которые ещё нет ответа

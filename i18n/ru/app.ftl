# The frame around the screens, and the forms of numbers and dates.

language-name = Русский
form-thousands = { "\u00A0" }
form-time = %H:%M
form-birthday-separator = .

app-name = Лояльность
app-settings = Настройки

trial-ribbon = Пробный режим: отвечает встроенный сервер, никто не регистрируется по-настоящему

link-untried = Связь ещё не проверялась
link-outage = SWiP не отвечает
link-online = На связи

out-of-service = Терминал не работает
out-of-service-reason = Позовите сотрудника.
out-of-service-no-pin = Настройка не закончена
out-of-service-no-pin-advice = Для того, кто настраивает: прежде чем обслуживать покупателей, киоску нужен PIN менеджера.
out-of-service-set-pin = Задать PIN менеджера

notes-title = Файл настроек был повреждён
notes-last-good = Файл не читается. Станция работает по последней исправной копии.
notes-unreadable = Файл не читается, исправной копии нет. Настройте станцию заново.
notes-bad-value = Неверное значение «{ $field }»: взято последнее исправное или обычное.
notes-unknown-field = Неизвестное поле «{ $field }» пропущено.
notes-close = Понятно

toast-settings-saved = Настройки сохранены и уже действуют
toast-pin-saved = PIN менеджера сохранён и уже действует

notice-close = Закрыть

points-word = { $count ->
    [one] балл
    [few] балла
    [many] баллов
   *[other] балла
}

form-date = %d.%m

queue-waiting = Ждут отправки: { $count }, с { $time }
queue-attention = Требуют внимания: { $count }
damage-title = Список ожидающих регистраций был повреждён
damage-body = Восстановлено регистраций: { $count }. Повреждённый файл сохранён в папке «quarantine» для того, кто обслуживает станцию.
queue-failed = Регистрация не работает
queue-failed-advice = Программа не может сохранять на диск. Проверьте, есть ли место и можно ли на него писать. Баллы показываются как обычно.
queue-full-advice = Ждёт столько заявок, сколько можно хранить. Они уйдут, как только появится связь со SWiP. Баллы показываются как обычно.
queue-low-disk-advice = На диске мало места для новых регистраций: нужно хотя бы 32 МиБ. Баллы показываются как обычно.
queue-held-advice = Новые регистрации сохраняются и уйдут, как только это исправят.
queue-expires = Неотправленные регистрации скоро будут уничтожены
queue-expires-advice = Дольше хранить личные данные нельзя. Проверьте связь или позовите того, кто обслуживает станцию.
queue-old = Регистрации ждут отправки больше суток
queue-old-advice = Ничего не потеряно, но проверьте связь и настройки или позовите того, кто обслуживает станцию.

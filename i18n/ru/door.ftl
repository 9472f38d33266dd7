# The manager's door: the pad that a PIN is typed on.

door-title = Для менеджера
door-lead = Введите PIN менеджера.
door-broken-lead = Эта станция не работает. Чтобы настроить её заново, введите PIN менеджера.
door-set-title = Новый PIN менеджера
door-change-title = Смена PIN менеджера
door-current-lead = Сначала PIN, который действует сейчас.
door-new-lead = От 6 до 12 цифр. Он открывает настройки станции, и узнать его потом нельзя.
door-repeat-lead = Те же цифры ещё раз.
door-lost-title = PIN менеджера не читается
door-lost-advice = Пропал он сам или его ключ шифрования. Тот, кто обслуживает станцию, задаёт новый PIN при закрытой программе: swip-kiosk pin
door-pin = PIN
door-new-pin = Новый PIN
door-repeat-pin = Новый PIN ещё раз
door-hint = От 6 до 12 цифр
door-backspace = Стереть последнюю цифру
door-open = Открыть
door-next = Дальше
door-save = Сохранить PIN
door-cancel = Назад
door-wrong = Неверный PIN
door-locked = Слишком много неверных попыток
door-try-in = Следующая попытка через { $time }
door-different = PIN не совпали. Введите новый PIN ещё раз
door-timed-out = Настройки закрылись: минуту ими не пользовались
door-timed-out-changes = Несохранённые изменения не остались.

pin-error-empty = Введите PIN
pin-error-character = Только цифры
pin-error-short = Не меньше 6 цифр
pin-error-long = Не больше 12 цифр
pin-error-obvious = Легко угадать: без дат, цифр подряд, повторов и узоров из клавиш

# Киоск: покупатель один у экрана.

kiosk-headline = Станьте участником программы лояльности
kiosk-lead = Нужен только номер телефона.
kiosk-join = Зарегистрироваться
kiosk-my-points = Мои баллы
kiosk-closed = Регистрация сейчас не работает
kiosk-closed-lead = Пожалуйста, обратитесь к сотруднику.

kiosk-back = Назад
kiosk-start-over = Начать сначала
kiosk-next = Далее
kiosk-skip = Пропустить
kiosk-done = Готово
kiosk-step = Шаг { $step } из { $count }

kiosk-phone = Ваш номер телефона
kiosk-phone-hint = Десять цифр мобильного номера
kiosk-phone-placeholder = +7 ___ ___-__-__
kiosk-first-name = Как вас зовут?
kiosk-first-name-hint = Имя. Можно пропустить
kiosk-last-name = Ваша фамилия
kiosk-last-name-hint = Можно пропустить
kiosk-birthday = Ваш день рождения
kiosk-birthday-hint = День, месяц и год. Можно пропустить

kiosk-consents = Ваше согласие
kiosk-consent-missing = Чтобы продолжить, отметьте то, что нужно для регистрации.
kiosk-consent-enough = Всё нужное отмечено.
kiosk-read-on = Читать дальше
kiosk-read-top = К началу текста
kiosk-consent-required = { $purpose } (нужно для регистрации)
kiosk-consent-optional = { $purpose } (по желанию)

kiosk-confirm = Это ваш номер?
kiosk-confirm-advice = По нему вас узнают на кассе.
kiosk-confirm-yes = Да, верно
kiosk-confirm-no = Исправить

kiosk-sending = Регистрируем…
kiosk-takes-long = Ещё немного, связь сегодня медленная…
kiosk-welcome = Добро пожаловать!
kiosk-welcome-advice = Вы участник программы. Назовите номер телефона на кассе.
kiosk-saved = Сохранено!
kiosk-saved-advice = Ваша регистрация завершится сама, как только появится связь.
kiosk-code = Наведите камеру телефона на код: откроется ваша карта
kiosk-leaves-in = Экран очистится через { $seconds } с. Коснитесь, чтобы остаться.
kiosk-staff = Обратитесь, пожалуйста, к сотруднику
kiosk-staff-closed = Сейчас зарегистрироваться здесь не получится.

kiosk-points-scan = Поднесите карту к сканеру
kiosk-points-phone-or-scan = Телефон или карта
kiosk-points-field = Номер карты
kiosk-points-field-phone = Карта или телефон
kiosk-points-show = Показать баллы
kiosk-points-waiting = Узнаём ваши баллы…
kiosk-points-yours = У вас
kiosk-points-at = На { $time }
kiosk-points-nobody = Такого участника мы не нашли
kiosk-points-nobody-advice = Проверьте карту или номер либо зарегистрируйтесь: это быстро.
kiosk-points-nothing = Баллы сейчас узнать не получилось
kiosk-points-nothing-advice = Попробуйте немного позже или обратитесь к сотруднику.

kiosk-still-here = Вы ещё здесь?
kiosk-still-here-advice = Если нет, мы всё сотрём и вернёмся к началу.
kiosk-still-here-left = Осталось секунд: { $seconds }
kiosk-still-here-yes = Я здесь

kiosk-comfort = Удобство
kiosk-comfort-title = Как вам удобнее?
kiosk-comfort-large = Крупный текст
kiosk-comfort-contrast = Высокий контраст
kiosk-comfort-low = Кнопки ниже
kiosk-comfort-low-hint = Всё, чего нужно касаться, в нижней части экрана

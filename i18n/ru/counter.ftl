# The counter: the customer box, its results, the signup form, the list of the day.

counter-box = Телефон или карта покупателя
counter-box-hint = Десять цифр телефона или номер карты, затем Enter
counter-kind-phone = Телефон
counter-kind-pass = Карта
counter-take-as-pass = Это карта
counter-take-as-phone = Это телефон
counter-look-up = Найти
counter-clear = Очистить
counter-empty = Введите телефон: баллы появятся здесь. Если покупателя ещё нет в программе, откроется регистрация.
counter-looking-up = Ищем покупателя…
counter-looking-up-then = Ищем, затем зарегистрируем…
counter-takes-long = SWiP отвечает дольше обычного, ждём…
counter-member = Участник программы
counter-answered-at = Ответ SWiP в { $time }
counter-no-points = Ноль баллов. Если покупатель уверен, что ещё не участвует, его можно зарегистрировать.
counter-sign-up-anyway = Зарегистрировать
counter-unknown-pass = Такой карты нет
counter-unknown-pass-advice = Проверьте номер или зарегистрируйте покупателя по телефону.
counter-sign-up-by-phone = Зарегистрировать по телефону
counter-try-again = Повторить

counter-keys = Клавиши
counter-key-help = Справка
counter-key-new = Следующий покупатель
counter-key-queue = Очередь
counter-key-balances = Баллы по списку
counter-key-switch = Телефон или карта
counter-key-journal = Журнал
counter-key-clear = Очистить

unfinished-title = Регистрация не закончена
unfinished-no-phone = Телефон ещё не введён
unfinished-open = Продолжить

form-title = Новый покупатель
form-not-checked = Не удалось проверить, есть ли покупатель в программе
form-not-asked = Этот номер не проверялся: покупатель может уже быть в программе
form-phone = Телефон
form-first-name = Имя
form-last-name = Фамилия
form-birthday = День рождения
form-birthday-placeholder = ДД.ММ.ГГГГ
form-optional = Необязательно
form-attested = Записывая клиента, вы подтверждаете его согласие на обработку данных.
form-sign-up = Зарегистрировать
form-cancel = Отмена
form-sending = Регистрируем…

done-registered = Готово: покупатель в программе
done-saved = Сохранено
done-saved-advice = Покупатель будет зарегистрирован, как только магазин снова будет на связи.
done-saved-for-manager = Сохранено для менеджера
done-saved-for-manager-advice = Этот телефон уже записан с другими данными, и они могли уйти. Какие из них верны, решит менеджер.
done-already-member = Покупатель уже в программе
done-trial = Проба удалась: так выглядит регистрация
done-trial-advice = Это пробный режим, по-настоящему никто не зарегистрирован. Введите следующий телефон.
done-next = Можно вводить следующий телефон.

recent-title = Последние операции
recent-empty = Здесь появятся сегодняшние поиски и регистрации.
recent-unknown = Не найден
recent-registered = Зарегистрирован
recent-saved = Сохранён, ждёт отправки
recent-saved-for-manager = Сохранён, решит менеджер
recent-already-member = Уже в программе

phone-error-empty = Введите номер телефона
phone-error-character = В номере могут быть только цифры, пробелы, скобки и дефисы
phone-error-short = Не хватает цифр: нужно десять после +7
phone-error-long = Слишком много цифр: нужно десять после +7
phone-error-foreign = Подходят только номера России и Казахстана, +7
phone-error-not-mobile = Это не мобильный номер. Проверьте первые цифры
pass-error-empty = Введите номер карты
pass-error-long = Номер карты не длиннее 64 знаков
pass-error-character = В номере карты есть недопустимый знак
name-error-long = Не длиннее 64 букв
name-error-character = Только буквы, пробел, дефис, точка и апостроф
name-error-letters = Напишите имя буквами
birthday-error-incomplete = Восемь цифр: день, месяц, год
birthday-error-no-such-day = Такого дня нет в календаре
birthday-error-future = Эта дата ещё не наступила
birthday-error-too-long-ago = Больше 120 лет назад. Проверьте год
birthday-error-too-young = Можно участвовать с { $age ->
    [one] { $age } года
   *[other] { $age } лет
}

# The first screen of a station that was never set up.

welcome-title = Добро пожаловать
welcome-lead = Программа записывает покупателей в программу лояльности и показывает их баллы.
welcome-connect-title = Подключить станцию
welcome-connect-text = Нужны адрес сервера, токен и идентификаторы магазина и кассы: их сообщает SWiP.
welcome-connect = Подключить
welcome-try-title = Попробовать
welcome-try-text = Всё как в работе, но отвечает встроенный сервер: ничего не сохраняется и никто не регистрируется.
welcome-try = Попробовать
welcome-try-failed = Пробный сервер не запустился

# What can go wrong, and what to do about it: for staff.

failure-token-rejected = SWiP не принимает токен этой станции
failure-not-permitted = SWiP не разрешает это станции
failure-rejected = SWiP отклонил этот номер
failure-against-rules = Отклонено по правилам программы
failure-unacceptable = SWiP не принял запрос
failure-name-not-found = Сервер SWiP не найден
failure-no-connection = Нет связи с SWiP
failure-no-ca-certificates = Нет корневых сертификатов
failure-not-secure = Защищённое соединение не удалось
failure-timed-out = SWiP не ответил вовремя
failure-interrupted = Связь оборвалась
failure-redirected = Ответил не SWiP, а страница сети
failure-wrong-address = По этому адресу нет SWiP
failure-method-not-allowed = Сервер не принимает такой запрос
failure-undecided = SWiP пока не может ответить
failure-busy = SWiP просит подождать
failure-server-error = Неполадки на стороне SWiP
failure-unusable-answer = Ответ SWiP непонятен
failure-not-configured = Станция не настроена
failure-station-in-use = Программа уже запущена
failure-storage = Не удалось сохранить
failure-internal = Ошибка в программе

advice-settings = Проверьте токен и идентификаторы в настройках.
advice-rejected = Проверьте номер вместе с покупателем. Если он верный, обратитесь к менеджеру.
advice-refused = Обратитесь к менеджеру.
advice-network = Проверьте сеть и попробуйте ещё раз.
advice-no-ca-certificates = Установите пакет ca-certificates.
advice-not-secure = Проверьте дату и время на компьютере и не мешает ли прокси.
advice-redirected = Возможно, сеть просит войти. Откройте браузер и проверьте.
advice-address = Проверьте адрес сервера в настройках.
advice-method = В настройках выберите для баллов запрос POST.
advice-later = Попробуйте ещё раз через минуту.
advice-station-in-use = С этими данными уже работает другое окно. Это закроется само.
advice-storage = Проверьте, есть ли место на диске и можно ли на него писать.
advice-internal = Попробуйте ещё раз. Если повторится, перезапустите программу.

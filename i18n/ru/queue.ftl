# The queue at the manager's.

queue-title = Очередь
queue-lead = Регистрации, которые SWiP ещё не принял. Ничего не потеряно: они лежат на диске в зашифрованном виде.
queue-open = Очередь
queue-tab-waiting = Ждут: { $count }
queue-tab-ended = Не отправлены: { $count }
queue-reading = Читаем очередь…
queue-nothing = В очереди пусто: всё отправлено
queue-nothing-ended = Здесь будет видно, какие регистрации так и не ушли и почему
queue-pick = Выберите запись слева: здесь будет видно, почему она ждёт и что можно сделать
queue-row = { $phone } · { $state } · { $time }
queue-sealed = номер не прочитать
queue-ended-time = Срок вышел, данные уничтожены: { $time }. Последнее состояние: { $state }.
queue-ended-deleted = Удалил менеджер: { $time }. Причина: { $reason }. Последнее состояние: { $state }.
queue-paused = SWiP просит подождать до { $time }
queue-paused-body = До этого времени ничего не отправляется. «Отправить всё» прекращает ожидание.
queue-outage = SWiP недоступен: следующая попытка в { $time }
queue-outage-body = Как только SWiP ответит, всё уйдёт само. «Отправить всё» пробует сразу.
queue-held = SWiP не принимает станцию: следующая попытка в { $time }
queue-held-body = Проверьте настройки подключения. «Отправить всё» пробует сразу.
queue-taken = Принята: { $time }. { $attempts ->
    [0] Ещё не отправлялась.
    [one] Отправлялась { $attempts } раз.
    [few] Отправлялась { $attempts } раза.
   *[other] Отправлялась { $attempts } раз.
}
queue-retry-one = Отправить ещё раз
queue-retry-all = Отправить всё
queue-reveal = Показать и исправить
queue-reveal-hint = Данные показываются минуту
queue-hide = Скрыть
queue-correct = Сохранить и отправить
queue-delete = Удалить
queue-delete-title = Удалить эту регистрацию?
queue-delete-text = Личные данные будут уничтожены, отправить её будет нельзя. Останется только запись о том, что она была и почему удалена.
queue-delete-why = Причина
queue-delete-choose = Сначала выберите причину
queue-reason-duplicate = Уже зарегистрирован
queue-reason-wrong-number = Номер неверный
queue-reason-test = Это была проба
queue-reason-other = Другое
queue-forget = Удалить по телефону
queue-forget-title = Клиент отзывает согласие?
queue-forget-text = Будут уничтожены все его регистрации в очереди и записи о согласиях на этой станции. Данные в самом SWiP это не затронет.
queue-forget-phone = Телефон клиента целиком
queue-keep = Не удалять
queue-done-retried = { $count ->
    [0] Отправлять заново нечего
   *[other] Отправляем ещё раз: { $count }
}
queue-done-corrected = Исправлено, отправляем
queue-done-deleted = Удалено
queue-done-forgotten = Уничтожено: регистраций { $signups }, записей о согласии { $consents }
queue-done-nobody = О таком клиенте здесь ничего нет
queue-done-gone = Этой записи в очереди уже нет
queue-done-in-flight = Она как раз отправляется. Попробуйте через несколько секунд.
queue-done-another = Другая регистрация с этим телефоном уже ждёт отправки
entry-saved = Ждёт отправки
entry-in-flight = Отправляется
entry-pending = Ждёт новой попытки
entry-unknown = Отправлена, но ответа нет
entry-held-credentials = Станцию не принимают
entry-held-address = По адресу нет SWiP
entry-held-tls = Нет защищённой связи
entry-held-other-station = От другой станции
entry-held-key = Ключ утрачен
entry-held-exported = Была выгружена в файл
entry-rejected = SWiP отклонил номер
entry-against-rules = Против правил программы
entry-unacceptable = SWiP не принял запрос
entry-taken-twice = Тот же телефон дважды
entry-not-permitted = Не разрешена
entry-server-errors = Ошибка сервера раз за разом
entry-advice-wait = Делать ничего не нужно: отправится сама, как только будет связь.
entry-advice-unknown = SWiP мог её принять. Программа сама спросит и, если нужно, отправит ещё раз: второго счёта не будет.
entry-advice-credentials = Проверьте токен и коды магазина в настройках. После этого всё уйдёт само.
entry-advice-address = Проверьте адрес в настройках и сеть. После этого всё уйдёт само.
entry-advice-tls = Проверьте дату и время компьютера и сертификаты. После этого всё уйдёт само.
entry-advice-other-station = Она принята для другого адреса или магазина и уйдёт только туда. Если та станция больше не нужна, удалите запись.
entry-advice-key = Её нельзя прочитать, пока не вернётся ключ шифрования. Позовите того, кто обслуживает станцию.
entry-advice-exported = Прежняя версия программы выгрузила её для другого компьютера. Если там её не отправят, отправьте ещё раз.
entry-advice-rejected = Проверьте номер вместе с клиентом и исправьте его. Если номер верный, клиента заблокировал продавец: удалите запись.
entry-advice-against-rules = Проверьте данные и исправьте их или узнайте у SWiP, почему они не подходят.
entry-advice-taken-twice = Первая регистрация уже в пути. Если эти данные лучше, отправьте ещё раз после неё, если нет, удалите.
entry-advice-not-permitted = Другие регистрации проходят, а эту SWiP не разрешает. Проверьте данные или отправьте ещё раз.
entry-advice-server-errors = Другие регистрации проходят, а на этой сервер ошибается. Проверьте данные, исправьте или отправьте ещё раз.

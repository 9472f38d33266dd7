# The shop's own looks, as the settings show them.

brand-title = Оформление
brand-none = Здесь можно показать название, логотип, цвет и картинки магазина. Положите в папку данных станции папку «brand» с файлом brand.json.
brand-found = Название и картинки берутся из папки «brand» в папке данных станции.
brand-read = Прочитать заново
brand-notes = Не всё из папки «brand» удалось показать
brand-given-twice = В brand.json дважды указано { $field } (второй раз в строке { $line }). Файл не используется.
brand-unreadable = Файл brand.json не читается.
brand-bad-value = Неверное значение «{ $field }»: пропущено.
brand-unknown-field = Неизвестное поле «{ $field }» пропущено.
brand-picture-missing = Картинки «{ $file }» нет или она не читается.
brand-picture-large = Картинка «{ $file }» слишком большая: можно до 24 МиБ и 25 миллионов точек.
brand-picture-broken = Картинка «{ $file }» повреждена или это не PNG и не JPEG.
brand-accent = Цвет { $given } слишком светлый: слова на нём не прочесть. Показан { $used }.

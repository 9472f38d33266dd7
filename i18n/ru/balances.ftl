# Lists of customers.

list-empty = Список пуст
list-too-large = Файл слишком велик для списка. Разделите его или оставьте в нём только столбец с телефонами
list-too-many-rows = В списке слишком много строк: за один раз можно проверить не больше { $most }. Разделите его
list-no-column = Ни в одном столбце нет телефонов или карт. Подпишите нужный столбец: «Телефон»
list-not-a-table = Это не таблица, или файл повреждён. Сохраните его как CSV или XLSX

# Parts of headings above phones and above passes, in small letters, with commas between them.
list-headings-phones = телефон, мобильн, сотов, моб., тел.
list-headings-passes = карт, пропуск, штрихкод, штрих-код

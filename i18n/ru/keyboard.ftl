# The on-screen keyboard: its letters, a line a row, keys apart by spaces, and what its other keys are called.
# A key is `a`, or `a|B` where the capital is not the usual one. Rows fit the narrowest screen up to twelve keys.

keyboard-letters =
    й ц у к е н г ш щ з х ъ
    ф ы в а п р о л д ж э ё
    я ч с м и т ь б ю
# Signs that stand in names, beside the space bar: the first right of it, the others left.
keyboard-signs = -

keyboard-hyphen = Дефис
keyboard-apostrophe = Апостроф
keyboard-space = Пробел
keyboard-shift = Заглавная буква
keyboard-backspace = Стереть
keyboard-switch = Раскладка: { $name }
keyboard-next = Далее
keyboard-hide = Убрать клавиатуру
keyboard-to-signs = Знаки
keyboard-to-letters = Буквы
# Stands on the key that leads back from the signs to the letters: Latin ones unless another layout was chosen.
keyboard-abc = ABC

# What assistive technology calls the signs.
keyboard-sign-dot = Точка
keyboard-sign-underscore = Подчёркивание
keyboard-sign-slash = Косая черта
keyboard-sign-colon = Двоеточие
keyboard-sign-at = Собака
keyboard-sign-number = Решётка
keyboard-sign-percent = Процент
keyboard-sign-and = Амперсанд
keyboard-sign-equals = Равно
keyboard-sign-plus = Плюс
keyboard-sign-question = Вопросительный знак
keyboard-sign-exclamation = Восклицательный знак
keyboard-sign-left-parenthesis = Открывающая скобка
keyboard-sign-right-parenthesis = Закрывающая скобка
keyboard-sign-left-bracket = Открывающая квадратная скобка
keyboard-sign-right-bracket = Закрывающая квадратная скобка
keyboard-sign-left-brace = Открывающая фигурная скобка
keyboard-sign-right-brace = Закрывающая фигурная скобка
keyboard-sign-tilde = Тильда
keyboard-sign-comma = Запятая
keyboard-sign-semicolon = Точка с запятой
keyboard-sign-quotation = Кавычка
keyboard-sign-asterisk = Звёздочка
keyboard-sign-backslash = Обратная косая черта
keyboard-sign-bar = Вертикальная черта
keyboard-sign-dollar = Доллар
keyboard-sign-caret = Крышка
